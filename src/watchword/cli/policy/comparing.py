"""What `contains`, `equivalent` and `diff` share: two sides to read, and witnesses to show."""

import argparse
import json
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.output import printable
from watchword.cli.policy.inputs import document, files, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.cli.output import Output
    from watchword.decision.analysis.catalogue import Strangers
    from watchword.decision.analysis.containment import Answer, Witness
    from watchword.decision.engine import StatementRef
    from watchword.decision.language import PolicyDocument

KINDS = ("identity", "resource", "scp", "rcp", "trust", "boundary", "session", "endpoint")


def add_sides(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    for name in ("A", "B"):
        parser.add_argument(
            name.lower(),
            nargs="?" if optional else None,
            metavar=name,
            help="a policy: a file, a directory of *.json that speak as one, or - for standard input",
        )
    parser.add_argument("--kind", choices=KINDS, default="identity", help="what both are for (default: identity)")


def read_sides(options: argparse.Namespace, output: "Output") -> "tuple[list[PolicyDocument], ...] | None":
    """Return both sides; None where a document was refused, after saying all that is wrong with any of them."""
    from watchword.decision.language import PolicyError, PolicyKind, Severity, parse_policy
    from watchword.kernel.errors import InvalidInputError

    if options.a == options.b == "-":
        raise InvalidInputError(
            "standard input can be one of the two", code="containment.stdin", expected="- once", found="- twice"
        )
    sides: tuple[list[PolicyDocument], ...] = ([], [])
    refused = False
    for side, named in zip(sides, (options.a, options.b), strict=True):
        for name in files([named], ".json"):
            with opened(name) as stream:
                content = document(stream)
            try:
                side.append(parse_policy(content, name=name, kind=PolicyKind(options.kind)))
            except PolicyError as error:
                refused = True
                for diagnostic in error.diagnostics:
                    if diagnostic.severity is Severity.ERROR:
                        output.say("\n".join(map(printable, str(diagnostic).splitlines())))
    return None if refused else sides


def unknown_names(
    options: argparse.Namespace, output: "Output", sides: "Sequence[Sequence[PolicyDocument]]"
) -> "Strangers":
    """Say what the catalogue does not know of both sides, and return it for JSON."""
    from watchword.app.answers.comparing import strangers_in
    from watchword.cli.policy.catalogue import catalogue_of
    from watchword.cli.policy.strangers import say_strangers

    strangers = strangers_in(sides, catalogue_of(options))
    say_strangers(output, strangers)
    return strangers


def code_of(answer: "Answer") -> int:
    """Yes is 0, no is 10; where there is no telling, nothing was proven."""
    from watchword.decision.analysis.containment import Answer

    return {Answer.YES: exits.OK, Answer.NO: exits.DENIED, Answer.UNKNOWN: exits.NOTHING}[answer]


def show(output: "Output", witness: "Witness", other: str) -> None:
    """Print a witness for a person. `other` is the policy that does not allow it."""
    from watchword.app.answers.comparing import request_of

    request = request_of(witness) or {}
    principal = request["principal"]
    output.text(f"    principal  {'anonymous' if isinstance(principal, dict) else printable(str(principal))}")
    output.text(f"    action     {printable(witness.request.action)}")
    output.text(f"    resource   {printable(witness.request.resource) or '(empty)'}")
    for at, (key, value) in enumerate(witness.context):
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _set(value)
        output.text(f"    {'context' if at == 0 else '':9}  {printable(f'{key} = {text}')}")
    if witness.allowed_by is not None:
        output.text(f"    allowed by {place_of(witness.allowed_by)}")
    for statement in witness.denied_by:
        output.text(f"    denied by  {place_of(statement)}")
    if not witness.denied_by:
        output.text(f"    and nothing in {printable(other)} allows it")


def _set(values: "Sequence[str]") -> str:
    return f"[{', '.join(json.dumps(v, ensure_ascii=False) for v in values)}]"


def place_of(statement: "StatementRef | None") -> str:
    if statement is None:
        return "the policy that every resource has"
    line = f":{statement.line}" if statement.line else ""
    return printable(f"{statement.policy}{line}: {statement.sid or f'statement {statement.index + 1}'}")
