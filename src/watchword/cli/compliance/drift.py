"""`watchword compliance drift`: where what is declared and what is there differ."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.compliance.drifting import Compared, ReadLive
    from watchword.app.posture import EstateReading
    from watchword.cli.options import Nouns
    from watchword.cli.output import Json, Output

_SHOWN = 20
_SIGNS = {"changed": "~", "missing": "-", "unmanaged": "+", "unused": "?"}
_MEANS = {
    "changed": "changed",
    "missing": "declared, and not there any more",
    "unmanaged": "there, and nothing declares them",
    "unused": "declared, and never made",
}


def register(verbs: "Nouns") -> None:
    parser = verb(verbs, "drift", "Show where what is declared and what is there differ.", _run)
    parser.add_argument("path", nargs="?", metavar="PATH", help="Terraform's source, or a plan as JSON")
    parser.add_argument("--tfstate", metavar="FILE", help="the state (terraform state pull > FILE)")
    parser.add_argument("--live", metavar="FILE", help="what is live: evidence, by `watchword collect aws`")
    parser.add_argument("--aws", metavar="PROFILE", help="an account that is live; - for the environment's credentials")
    parser.add_argument(
        "--region", action="append", default=[], metavar="R", help="with --aws: this region alone; repeatable"
    )
    parser.epilog = (
        "exit codes: 0 all of it was compared and is the same; 10 something differs; 1 nothing differs, and something "
        "cannot be told; 3 nothing was compared"
    )


def _run(options: argparse.Namespace) -> int:
    from watchword.app.compliance.drifting import DriftRequest, compare

    output = output_of(options)
    compared = compare(
        DriftRequest(
            declared=Path(options.path) if options.path else None,
            state=Path(options.tfstate) if options.tfstate else None,
            live=_live(options),
        )
    )
    if output.json:
        output.document(_document(compared))
    else:
        _table(output, compared)
    return _code(compared)


def _live(options: argparse.Namespace) -> "ReadLive | None":
    from watchword.kernel.errors import InvalidInputError

    if options.live and options.aws:
        raise InvalidInputError("--live and --aws both say what is live", code="drift.sides", hint="name one of them")
    if options.region and not options.aws:
        raise InvalidInputError("--region is about --aws, which was not given", code="cli.region")
    if options.live:
        from watchword.app.compliance.drifting import read_evidence

        return read_evidence(Path(options.live))
    if not options.aws:
        return None
    from watchword.app.aws import AwsRequest, read_account
    from watchword.cli.live import Shown
    from watchword.kernel.clock import SystemClock

    def read() -> "EstateReading":
        with Shown() as told:
            request = AwsRequest(profile=options.aws, at=SystemClock().now(), regions=tuple(options.region))
            return read_account(request, told)

    return read


def _code(compared: "Compared") -> int:
    found = compared.drift
    if found.drifted:
        return exits.DENIED
    if not found.pairs:
        return exits.FAILED if found.cannot_tell or compared.problems else exits.NOTHING
    return exits.FAILED if found.cannot_tell or compared.problems else exits.OK


def _table(output: "Output", compared: "Compared") -> None:
    from watchword.cli.output import printable

    found = compared.drift
    for one in found.drifted:
        at = f"  ({one.place})" if one.place.line else ""
        named = f"  {one.identity}" if one.identity and one.identity != one.address else ""
        output.text(f"{_SIGNS[one.kind.value]} {one.address}{printable(named)}{at}")
        for difference in one.differences:
            said = f"{difference.path}: {difference.declared} is declared, {difference.actual} is there"
            output.text(f"    {printable(said)}  ({difference.place})")
    if found.drifted:
        output.text("")
    counts = [
        f"{len(of)} {means}" for kind, means in _MEANS.items() if (of := [d for d in found.drifted if d.kind == kind])
    ]
    things = "1 thing" if found.pairs == 1 else f"{found.pairs} things"
    output.text(f"{things} compared, {compared.sides[0]} with {compared.sides[1]}: {found.values} values.")
    output.text(f"{'; '.join(counts)}." if counts else "Nothing differs of what could be compared.")
    if found.cannot_tell:
        output.text(f"{len(found.cannot_tell)} cannot be told:")
        for unsure in found.cannot_tell[:_SHOWN]:
            path = f" {unsure.path}" if unsure.path else ""
            output.text(f"  {unsure.address}{path}: {printable(unsure.why)}")
        if len(found.cannot_tell) > _SHOWN:
            output.text(f"  and {len(found.cannot_tell) - _SHOWN} more: --output json")
    for problem in compared.problems:
        output.say(f"watchword: {problem.place}: {printable(problem.text)}")


def _document(compared: "Compared") -> "Json":
    found = compared.drift
    return {
        "compared": list(compared.sides),
        "things": found.pairs,
        "values": found.values,
        "drift": [
            {
                "kind": one.kind.value,
                "address": one.address,
                "type": one.native_type,
                "identity": one.identity or None,
                "file": one.place.file,
                "line": one.place.line,
                "differences": [
                    {
                        "path": d.path,
                        "declared": d.declared,
                        "actual": d.actual,
                        "file": d.place.file,
                        "line": d.place.line,
                    }
                    for d in one.differences
                ],
            }
            for one in found.drifted
        ],
        "cannot_tell": [
            {"address": c.address, "path": c.path or None, "why": c.why, "file": c.place.file, "line": c.place.line}
            for c in found.cannot_tell
        ],
        "problems": [f"{p.place}: {p.text}" for p in compared.problems],
    }
