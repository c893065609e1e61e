"""`watchword assess`: what there is, what matters, how mature it is, and the road from here."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from watchword.cli import exits
from watchword.cli.answering import Said, add_cache_option, answered, asked
from watchword.cli.live import add_live, names_of, needs_something, read_live
from watchword.cli.others import add_with_option

if TYPE_CHECKING:
    from pathlib import Path

    from watchword.app.remembering import Question
    from watchword.app.scanning import Scan
    from watchword.cli.options import Nouns
    from watchword.evidence.posture.assessment import Assessment

_FORMS = ("table", "json", "markdown", "oscal", "csv")
_HELP = "Assess what is declared in files, or what is there: inventory, critical systems, maturity, roadmap."
_EPILOG = """\
exit codes: 0 assessed, whatever was found; 1 we failed, or nothing of it could be read; 2 usage; 3 there was nothing to
assess

oscal is a plan of action and milestones; csv is the roadmap alone. What is not known is shown and counted, never
passed. watchword-assess.yaml holds what people say: attestations, owners, targets.
"""


def register(nouns: "Nouns") -> None:
    parser = nouns.add_parser(
        "assess",
        help=_HELP,
        description=_HELP,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=_run)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="directories or files; a plan of Terraform's too")
    add_live(parser)
    parser.add_argument("--output", choices=_FORMS, default=argparse.SUPPRESS, help="form (default: table)")
    parser.add_argument("--report", metavar="FILE.html", help="also write one self-contained HTML report")
    parser.add_argument("--all", action="store_true", help="in the table: everything, not the first page alone")
    parser.add_argument("--settings", metavar="FILE", help="what people say (default: watchword-assess.yaml)")
    parser.add_argument("--waivers", metavar="FILE", help="waivers (default: waivers.yaml, if there is one)")
    parser.add_argument("--checks", action="append", default=[], metavar="DIR", help="checks of your own; they are run")
    parser.add_argument(
        "--import",
        dest="imports",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="results of other scanners",
    )
    add_with_option(parser)
    parser.add_argument("--keep", action="store_true", help="keep it: for the console, and to see what changes")
    parser.add_argument("--estate", metavar="NAME", help="what it is kept as (default: the directory's name)")
    parser.add_argument(
        "--state", metavar="DIR", default=argparse.SUPPRESS, help="state directory it is kept in, as of `watchword up`"
    )
    parser.add_argument(
        "--config", metavar="DIR", default=argparse.SUPPRESS, help="configuration directory, with watchword.yaml"
    )
    add_cache_option(parser)
    parser.add_argument(
        "--flows",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="VPC flow logs (files, directories, -), to be held against what is declared",
    )
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the stack trace of an error"
    )


# Every option that an answer hangs on. `--report` is not among them: it writes.
_REMEMBERED: Final = ("paths", "output", "all", "settings", "waivers", "checks", "imports")


def _run(options: argparse.Namespace) -> int:
    return answered(
        options, known=_REMEMBERED, question=lambda: _question(options), fresh=lambda said: _fresh(options, said)
    )


def _question(options: argparse.Namespace) -> "Question | None":
    files = [*options.imports, *(name for name in (options.waivers, options.settings) if name)]
    return asked("assess", options, _REMEMBERED, files=files, looked_for=("waivers.yaml", "watchword-assess.yaml"))


def _fresh(options: argparse.Namespace, said: Said) -> int:
    from dataclasses import replace
    from pathlib import Path

    from watchword.app.assessing import AssessRequest, assess_paths
    from watchword.app.posture import looked_for
    from watchword.cli.output import printable
    from watchword.kernel.clock import SystemClock

    needs_something(options)
    paths = tuple(map(Path, options.paths))
    estate = _estate(options, paths)
    read: list[tuple[Scan, tuple[Path, ...]]] = []
    done = assess_paths(
        AssessRequest(
            paths=paths,
            today=SystemClock().now().date(),
            working_directory=Path.cwd(),
            settings=Path(options.settings) if options.settings else None,
            waivers=Path(options.waivers) if options.waivers else None,
            check_directories=tuple(map(Path, options.checks)),
            imports=tuple(map(Path, options.imports)),
            others=tuple(options.others),
            live=read_live(options),
            names=names_of(options.aws, options.kube),
            flows=tuple(options.flows),
        ),
        note=lambda *told: read.append(told),
    )
    if done is None:
        print(f"watchword: nothing to assess: looked for {looked_for()}", file=sys.stderr)
        return exits.NOTHING
    said.data(_rendered(done, getattr(options, "output", "table"), whole=options.all))
    for warning in done.warnings:
        said.words(f"warning: {printable(warning)}")
    for scanned, documents in read:
        said.used = replace(scanned.used, paths=(*scanned.used.paths, *documents))
    if options.report:
        _write(done, Path(options.report))
    if estate:
        _keep(options, done, estate, paths)
    # Of what could not be read at all nothing was proven.
    return exits.OK if done.report.assets else exits.FAILED


def _estate(options: argparse.Namespace, paths: "tuple[Path, ...]") -> str:
    """The name that it is kept under; empty if it is not. Asked first: a bad name is told before the work is done."""
    if not options.keep:
        if options.estate is not None:
            from watchword.kernel.errors import InvalidInputError

            raise InvalidInputError("--estate names what --keep keeps", code="posture.estate", hint="add --keep")
        return ""
    from watchword.app.keeping import estate_of

    return estate_of(paths, options.estate, live=bool(options.aws or options.kube))


def _keep(options: argparse.Namespace, done: "Assessment", estate: str, paths: "tuple[Path, ...]") -> None:
    from watchword.app.keeping import keep_assessment
    from watchword.app.runtime import open_services
    from watchword.cli.options import settings_of
    from watchword.cli.output import printable
    from watchword.cli.person import OPERATOR
    from watchword.evidence.posture.records import Move

    with open_services(settings_of(options)) as services:
        kept = keep_assessment(services, done, estate=estate, paths=paths, actor=OPERATOR)
    moves = ", ".join(
        f"{kept.moves[move]} {words}"
        for move, words in (
            (Move.INTRODUCED, "new"),
            (Move.RETURNED, "returned"),
            (Move.FIXED, "fixed"),
            (Move.GONE, "not seen any more and not known to be fixed"),
        )
        if kept.moves[move] or move in {Move.INTRODUCED, Move.FIXED}
    )
    print(f"kept as run {kept.number}, estate {printable(kept.estate)}: {moves}", file=sys.stderr)
    if kept.left_out or kept.assets_left_out:
        print(
            f"warning: {kept.left_out} findings and {kept.assets_left_out} assets beyond the bound are counted alone",
            file=sys.stderr,
        )


def _rendered(done: "Assessment", form: str, *, whole: bool) -> str:
    from importlib import import_module

    if form == "table":
        from shutil import get_terminal_size

        from watchword.evidence.posture.assessment.formats import table

        return table.render(done, whole=whole, width=max(60, min(120, get_terminal_size().columns)))
    names = {"json": "json_form", "csv": "csv_form"}
    module = import_module(f"watchword.evidence.posture.assessment.formats.{names.get(form, form)}")
    text: str = module.render(done)
    return text


def _write(done: "Assessment", path: "Path") -> None:
    from watchword.evidence.posture.assessment.formats import html
    from watchword.kernel.errors import InvalidInputError

    try:
        path.write_text(html.render(done), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InvalidInputError(
            f"{path}: the report cannot be written: {error.strerror or error}", code="assess.report"
        ) from error
    print(f"wrote {path}", file=sys.stderr)
