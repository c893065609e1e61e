"""`watchword policy explain`: why a case is decided as it is, statement by statement, and what would change it."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.output import printable
from watchword.cli.policy.explanation import show, show_traces
from watchword.cli.policy.inputs import files, opened
from watchword.cli.policy.strangers import say_strangers, strangers_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.decision.engine import StatementRef


def register(verbs: "Nouns") -> None:
    explain = verb(
        verbs,
        "explain",
        "Explain cases of the form that `policy test` reads: each statement with its conditions, and what would change "
        "the answer. Exit code 0 for allowed, 10 for denied.",
        _explain,
    )
    explain.add_argument(
        "files", nargs="+", metavar="FILE", help="a file, a directory of *.jsonl, or - for standard input"
    )
    explain.add_argument("--id", action="append", metavar="ID", help="only the case of that id; may be given again")


def _explain(options: argparse.Namespace) -> int:
    from watchword.app.answers import cases
    from watchword.app.answers.strangers import look_at_case, warnings_of
    from watchword.decision.analysis.cases import decide_cases
    from watchword.decision.language import PolicyError
    from watchword.decision.language.json_lines import bounded_lines

    output = output_of(options)
    examined, denied = 0, False
    all_strangers = strangers_of(options)
    for name in files(options.files, ".jsonl"):
        with opened(name) as stream:
            for outcome in decide_cases(bounded_lines(stream)):
                if options.id and str(outcome.id) not in options.id:
                    continue
                if outcome.errors:
                    raise PolicyError(outcome.errors)
                explained = outcome.explanation()
                if explained is None:
                    continue
                strangers = all_strangers.anew()
                look_at_case(strangers, outcome, f"{name}:{outcome.line}")
                if output.json:
                    output.line({"id": outcome.id, **cases.explained(explained), "warnings": warnings_of(strangers)})
                else:
                    if examined:
                        output.text("")
                    output.text(f"line {outcome.line}:" if outcome.id is None else f"{printable(str(outcome.id))}:")
                    show(output, explained, _where)
                    show_traces(output, explained, _where)
                say_strangers(output, strangers)
                examined += 1
                denied = denied or not explained.decision.allowed
    if not examined:
        output.say("There is no such case, so nothing was explained.")
        return exits.NOTHING
    return exits.DENIED if denied else exits.OK


def _where(statement: "StatementRef") -> str:
    return f"{statement.policy}: {statement.sid or f'statement {statement.index + 1}'}"
