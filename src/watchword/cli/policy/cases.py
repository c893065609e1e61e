"""`watchword policy test`: the tests that teams write for their policies, one case a line."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.output import printable
from watchword.cli.policy.inputs import files, opened
from watchword.cli.policy.passed_over import PassedOver
from watchword.cli.policy.strangers import say_strangers, strangers_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.cases import CaseOutcome


def register(verbs: "Nouns") -> None:
    test = verb(
        verbs,
        "test",
        "Decide the cases of JSON Lines files and compare with what they expect. Exit code 0 as expected, 10 not, "
        "2 where a case cannot be read.",
        _test,
    )
    test.add_argument(
        "files", nargs="+", metavar="FILE", help="a file, a directory of *.jsonl, or - for standard input"
    )


def _test(options: argparse.Namespace) -> int:
    from watchword.app.answers.cases import tested
    from watchword.app.answers.strangers import look_at_case
    from watchword.decision.analysis.cases import decide_cases
    from watchword.decision.language.json_lines import bounded_lines

    output = output_of(options)
    passed_over = PassedOver("case")
    strangers = strangers_of(options)
    counts = {"decided": 0, "expected": 0, "differ": 0, "unreadable": 0}
    for name in files(options.files, ".jsonl"):
        with opened(name) as stream:
            for outcome in decide_cases(bounded_lines(stream)):
                counts["unreadable" if outcome.errors else "decided"] += 1
                counts["expected"] += outcome.as_expected is True
                counts["differ"] += outcome.as_expected is False
                passed_over.add(outcome.unknown)
                place = f"{name}:{outcome.line}"
                look_at_case(strangers, outcome, place)
                if output.json:
                    own = strangers.anew()
                    look_at_case(own, outcome, place)
                    output.line(tested(outcome, own))
                else:
                    _print(output, name, outcome)
    passed_over.say(output)
    say_strangers(output, strangers)
    if not counts["decided"] and not counts["unreadable"]:
        output.say("There are no cases, so nothing was tested.")
        return exits.NOTHING
    told = counts["decided"] - counts["expected"] - counts["differ"]
    words = [f"{counts['expected']} as expected", f"{counts['differ']} not"]
    words += [f"{told} without expectation"] if told else []
    words += [f"{counts['unreadable']} unreadable"] if counts["unreadable"] else []
    output.say(", ".join(words) + ".")
    if counts["unreadable"]:
        return exits.USAGE
    return exits.DENIED if counts["differ"] else exits.OK


def _print(output: "Output", name: str, outcome: "CaseOutcome") -> None:
    label = printable(f"line {outcome.line}" if outcome.id is None else str(outcome.id))
    for error in outcome.errors:
        got = ", ".join(
            f"{word} {text}" for word, text in (("expected", error.expected), ("found", error.found)) if text
        )
        text = f"{name}:{error.line}:{error.column}: {label}: {error.document}: {error.message}"
        output.text(printable(text + (f" ({got})" if got else "")))
    if outcome.case is None or outcome.decision is None:
        return
    decision, expect = outcome.decision, outcome.case.expect
    if expect is None:
        output.text(f"{label}  {decision.result.value}")
    elif not outcome.as_expected:
        why = ", ".join(map(str, decision.determining)) or f"the {decision.blocking_layer} layer allows nothing"
        output.text(
            f"{name}:{outcome.line}: {label}: expected {expect.value}, found {decision.result.value} ({printable(why)})"
        )
