"""`watchword checks`: which checks there are, what one is about, and whether its examples come out as they must."""

import argparse
import sys
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.verbs import noun

if TYPE_CHECKING:
    from pathlib import Path

    from watchword.cli.options import Nouns
    from watchword.evidence.posture import Check


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "checks", "What `watchword scan` asks: list checks, show one, run their examples.")
    list_ = _verb(verbs, "list", "List the checks.", _list, ("table", "json", "markdown"))
    list_.add_argument("--pillar", choices=("identity", "devices", "networks", "applications", "data"))
    show = _verb(verbs, "show", "Show a check: why, remedy, examples, and what others call it.", _show)
    show.add_argument("id", metavar="ID", help="its id, or another tool's: CKV_AWS_53")
    test = _verb(verbs, "test", "Run the examples of checks: of one, or of all.", _test)
    test.add_argument("id", metavar="ID", nargs="?", help="one check (default: all)")


def _verb(
    verbs: "Nouns", name: str, help_: str, run: object, forms: tuple[str, ...] = ("table", "json")
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help_, description=help_, allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("--output", choices=forms, default=argparse.SUPPRESS, help="form (default: table)")
    parser.add_argument("--checks", action="append", default=[], metavar="DIR", help="checks of your own; they are run")
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the stack trace of an error"
    )
    return parser


def _list(options: argparse.Namespace) -> int:
    from watchword.cli.options import output_of
    from watchword.evidence.posture.formats.json_form import check_of

    checks = [c for c in _all(options) if options.pillar in {None, c.pillar.value}]
    if getattr(options, "output", "table") == "markdown":
        from watchword.evidence.posture.page import page

        sys.stdout.write(page(checks))
        return exits.OK
    output_of(options).rows(
        [{**check_of(check), "fix": "yes" if check.fixes else ""} for check in checks],
        ("id", "severity", "pillar", "stage", "fix", "title"),
        empty="no checks",
    )
    return exits.OK if checks else exits.NOTHING


def _show(options: argparse.Namespace) -> int:
    from watchword.cli.options import output_of
    from watchword.evidence.posture.formats.json_form import check_of
    from watchword.evidence.posture.page import section

    found = _named(_all(options), options.id)
    output = output_of(options)
    if output.json:
        output.document([check_of(check) for check in found])
    else:
        sys.stdout.write("\n".join(section(check) for check in found))
    return exits.OK


def _test(options: argparse.Namespace) -> int:
    from watchword.app.posture import plugged_in, read_example
    from watchword.cli.options import output_of
    from watchword.evidence.posture.examples import flaw_of, missing_examples

    every = _all(options)
    checks = every if options.id is None else _named(every, options.id)
    readable = plugged_in()
    rows: list[dict[str, str | int]] = []
    unread = 0
    for check in checks:
        rows.extend(
            {"check": check.id, "example": "-", "outcome": "missing", "flaw": lack} for lack in missing_examples(check)
        )
        for number, example in enumerate(check.examples, 1):
            if example.front_end not in readable:
                unread += 1
                continue
            flaw = flaw_of(check, example, read_example)
            name = f"{number} {example.front_end.value} {example.verdict.value}"
            rows.append({"check": check.id, "example": name, "outcome": "wrong" if flaw else "right", "flaw": flaw})
    wrong = [row for row in rows if row["outcome"] != "right"]
    output = output_of(options)
    if output.json:
        output.document(rows)
    elif wrong:
        output.rows(wrong, ("check", "example", "outcome", "flaw"), empty="")
    if unread:
        output.say(f"{unread} examples are of front-ends that cannot be read yet")
    output.say(f"{len(rows) - len(wrong)} examples of {len(checks)} checks come out right, {len(wrong)} do not")
    if not rows:
        return exits.NOTHING
    return exits.DENIED if wrong else exits.OK


def _all(options: argparse.Namespace) -> "tuple[Check, ...]":
    from pathlib import Path

    from watchword.app.scanning import all_checks

    return all_checks(_directories(options.checks, Path))


def _directories(given: list[str], of: "type[Path]") -> "tuple[Path, ...]":
    return tuple(of(text) for text in given)


def _named(checks: "tuple[Check, ...]", name: str) -> "tuple[Check, ...]":
    from watchword.evidence.posture.identifiers import Identifiers
    from watchword.kernel.errors import NotFoundError

    names = Identifiers(checks)
    ids = names.checks_of(name)
    if not ids:
        near = names.nearest(name)
        raise NotFoundError(
            f"there is no check {name}", code="checks.none", hint=f"did you mean {near}?" if near else None
        )
    return tuple(check for check in checks if check.id in ids)
