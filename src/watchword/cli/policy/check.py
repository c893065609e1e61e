"""`watchword policy check`: documents that are accepted, or all that is wrong with them."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.configured import configured
from watchword.cli.policy.strangers import strangers_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row

# The names of `PolicyKind`, which is imported only when there is something to check.
_KINDS = ("identity", "resource", "scp", "rcp", "trust", "boundary", "session", "endpoint")


def register(verbs: "Nouns") -> None:
    check = verb(
        verbs,
        "check",
        "Check policy documents: would AWS store them? Without any, check the whole configuration directory. Exit code "
        "0 for none with a fault, 11 for warnings, 13 for errors, 3 where there was nothing to check.",
        _check,
    )
    check.add_argument("files", nargs="*", metavar="FILE", help="a file, a directory (all *.json below it), or -")
    check.add_argument("--kind", choices=_KINDS, default="identity", help="what they are for (default: identity)")
    check.add_argument(
        "--batch",
        metavar="FILE",
        help='JSON Lines of {"id", "policy"}, or -: a line of JSON out for each; exit code 0 or 13, or 3 for no cases',
    )


def _check(options: argparse.Namespace) -> int:
    output = output_of(options)
    if options.batch is not None:
        return _check_batch(options, output)
    if not options.files:
        return _check_all(options, output)
    from watchword.app.answers.diagnostics import row
    from watchword.app.answers.strangers import rows_of
    from watchword.decision.analysis.validation import read_storable
    from watchword.decision.language import PolicyKind, Severity

    rows: list[Row] = []
    worst, checked = exits.OK, 0
    strangers = strangers_of(options)
    for name, content in _documents(options.files):
        checked += 1
        document, found = read_storable(content, name=name, kind=PolicyKind(options.kind))
        for d in found:
            worst = max(worst, exits.HIGH if d.severity is Severity.ERROR else exits.LOW)
            rows.append(row(d))
        if document is not None:
            strangers.document(document)
    if not checked:
        output.say("There are no documents there, so nothing was checked.")
        return exits.NOTHING
    unknown = rows_of(strangers)
    return _report(output, [*rows, *unknown], max(worst, exits.LOW) if unknown else worst, f"{checked} checked")


def _documents(names: "Sequence[str]") -> "Iterator[tuple[str, bytes]]":
    from pathlib import Path

    from watchword.cli.policy.inputs import document, files, opened

    for named in names:
        for name in files([named], ".json") if Path(named).is_dir() else [named]:
            with opened(name) as stream:
                yield "<stdin>" if name == "-" else name, document(stream)


def _check_batch(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.answers.checking import checked_line
    from watchword.cli.policy.inputs import opened
    from watchword.decision.analysis.validation import check_policies
    from watchword.decision.language import PolicyKind
    from watchword.decision.language.json_lines import bounded_lines
    from watchword.kernel.errors import InvalidInputError

    if options.files:
        raise InvalidInputError(
            "--batch stands alone", code="options.conflict", expected="no FILE beside it", found=options.files[0]
        )
    checked = invalid = 0
    with opened(options.batch) as stream:
        for check in check_policies(bounded_lines(stream), kind=PolicyKind(options.kind)):
            checked += 1
            invalid += not check.valid
            output.text(checked_line(check))
    if not checked:
        output.say("There are no cases there, so nothing was checked.")
        return exits.NOTHING
    output.say(f"{checked} checked, {invalid} invalid.")
    return exits.HIGH if invalid else exits.OK


def _check_all(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.answers.diagnostics import row
    from watchword.app.answers.strangers import rows_of
    from watchword.app.configuration import ConfigurationError

    try:
        configuration = configured(options)
    except ConfigurationError as error:
        found, worst, checked, unknown = error.diagnostics, exits.HIGH, "", []
    else:
        found, checked = configuration.warnings, f"{len(configuration.policies)} checked"
        strangers = strangers_of(options)
        for name, document in configuration.policies.items():
            strangers.document(replace(document, name=f"policies/{name}.json"))
        unknown = rows_of(strangers)
        worst = exits.LOW if found or unknown else exits.OK
        if not configuration.policies:
            output.say("There are no policies, so nothing was checked.")
            return exits.NOTHING
    return _report(output, [*(row(d) for d in found), *unknown], worst, checked)


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
