"""`watchword policy check`: documents that are accepted, or all that is wrong with them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.configured import configured
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.app.configuration import Diagnostic
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision import language

_KINDS = ("identity", "resource", "scp")


def register(verbs: "Nouns") -> None:
    check = verb(
        verbs, "check", "Check policy documents: the files named, or else the whole configuration directory.", _check
    )
    check.add_argument("files", nargs="*", metavar="FILE")
    check.add_argument("--kind", choices=_KINDS, default="identity", help="what the files are for (default: identity)")


def _check(options: argparse.Namespace) -> int:
    output = output_of(options)
    if not options.files:
        return _check_all(options, output)
    from watchword.decision.language import PolicyError, PolicyKind, Severity, parse_policy
    from watchword.kernel.errors import InvalidInputError

    rows: list[Row] = []
    worst = exits.OK
    for name in options.files:
        try:
            content = Path(name).read_bytes()
        except OSError as error:
            raise InvalidInputError(f"cannot read {name}: {error.strerror}", code="file.unreadable") from error
        try:
            diagnostics = parse_policy(content, name=name, kind=PolicyKind(options.kind)).warnings
        except PolicyError as error:
            diagnostics = error.diagnostics
        for d in diagnostics:
            worst = max(worst, exits.HIGH if d.severity is Severity.ERROR else exits.LOW)
            rows.append(_row(d))
    return _report(output, rows, worst, f"{len(options.files)} checked")


def _check_all(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.configuration import ConfigurationError

    try:
        configuration = configured(options)
    except ConfigurationError as error:
        found, worst, checked = error.diagnostics, exits.HIGH, ""
    else:
        found, checked = configuration.warnings, f"{len(configuration.policies)} checked"
        worst = exits.LOW if found else exits.OK
        if not configuration.policies:
            output.say("There are no policies, so nothing was checked.")
            return exits.NOTHING
    return _report(output, [_row(d) for d in found], worst, checked)


def _row(diagnostic: "Diagnostic | language.Diagnostic") -> "Row":
    return {
        "severity": diagnostic.severity.value,
        "place": str(diagnostic.place),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "hint": diagnostic.hint,
    }


def _report(output: "Output", rows: "Sequence[Row]", worst: int, checked: str) -> int:
    from watchword.cli.output import printable

    if output.json:
        output.document(rows)
        return worst
    for row in rows:
        text = f"{row['place']}: {row['severity']}: {row['message']}"
        got = ", ".join(f"{word} {row[word]}" for word in ("expected", "found") if row[word])
        output.text(printable(text + (f" ({got})" if got else "") + (f"; {row['hint']}" if row["hint"] else "")))
    if not rows:
        output.say(f"No problems ({checked}).")
    return worst
