"""`watchword scan`: what is wrong in infrastructure as it is declared."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from watchword.cli import exits
from watchword.cli.answering import Said, add_cache_option, answered, asked
from watchword.cli.live import add_live, needs_something, read_live
from watchword.cli.others import add_with_option

if TYPE_CHECKING:
    from watchword.app.remembering import Question
    from watchword.app.scanning import Scan
    from watchword.cli.options import Nouns

_FORMS = ("table", "json", "sarif", "junit", "gitlab", "github", "markdown", "ocsf")
_SEVERITIES = ("low", "medium", "high", "critical")
_HELP = "Judge what is declared in files, or what is there: Terraform, CloudFormation, Kubernetes, AWS."
_EPILOG = """\
exit codes: 0 nothing fails; 11 to 14 the worst finding, low to critical; 1 a file could not be read or a check crashed,
and nothing fails; 2 usage; 3 there was nothing to assess

what is not known is shown and counted, never passed; --strict makes it fail
"""


def register(nouns: "Nouns") -> None:
    parser = nouns.add_parser(
        "scan",
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
    parser.add_argument("--check", action="append", default=[], metavar="ID", help="ask this check alone; repeatable")
    parser.add_argument("--skip", action="append", default=[], metavar="ID", help="leave this check out; repeatable")
    parser.add_argument("--severity", choices=_SEVERITIES, help="ask checks of this severity and above")
    parser.add_argument("--checks", action="append", default=[], metavar="DIR", help="checks of your own; they are run")
    parser.add_argument("--waivers", metavar="FILE", help="waivers (default: waivers.yaml, if there is one)")
    parser.add_argument("--baseline", metavar="FILE", help="an earlier --output json: only new and changed ones count")
    parser.add_argument("--since", metavar="REF", help="only what is new or changed since a revision of git's counts")
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
    parser.add_argument("--fix", action="store_true", help="print what safe fixes change, as a patch for git apply")
    parser.add_argument("--write", action="store_true", help="with --fix: change the files, and show what is left")
    parser.add_argument("--strict", action="store_true", help="what is not known counts as a finding")
    add_cache_option(parser)
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the stack trace of an error"
    )


# Every option that an answer hangs on. `--since` is not among them: the repository is asked what it names.
_REMEMBERED: Final = (
    "paths",
    "output",
    "check",
    "skip",
    "severity",
    "checks",
    "waivers",
    "baseline",
    "imports",
    "strict",
)


def _run(options: argparse.Namespace) -> int:
    return answered(
        options, known=_REMEMBERED, question=lambda: _question(options), fresh=lambda said: _fresh(options, said)
    )


def _question(options: argparse.Namespace) -> "Question | None":
    files = [*options.imports, *(name for name in (options.waivers, options.baseline) if name)]
    return asked("scan", options, _REMEMBERED, files=files, looked_for=("waivers.yaml",))


def _fresh(options: argparse.Namespace, said: Said) -> int:
    from pathlib import Path

    from watchword.app.posture import looked_for
    from watchword.app.scanning import ScanRequest, scan
    from watchword.cli.output import printable
    from watchword.evidence.posture import Severity
    from watchword.kernel.clock import SystemClock

    form = getattr(options, "output", "table")
    if options.fix or options.write:
        from watchword.cli.fixing import refuse_misuse  # who fixes nothing does not pay for it

        refuse_misuse(options, form)
    needs_something(options)
    request = ScanRequest(
        paths=tuple(map(Path, options.paths)),
        today=SystemClock().now().date(),
        working_directory=Path.cwd(),
        checks=tuple(options.check),
        skip=tuple(options.skip),
        severity=Severity(options.severity) if options.severity else None,
        waivers=Path(options.waivers) if options.waivers else None,
        baseline=Path(options.baseline) if options.baseline else None,
        since=options.since,
        check_directories=tuple(map(Path, options.checks)),
        imports=tuple(map(Path, options.imports)),
        others=tuple(options.others),
        live=read_live(options),
        cache=said.cache,
    )
    done = scan(request)
    found = bool(done.front_ends or done.report.imports)
    if found and options.fix:
        from watchword.cli.fixing import fixed

        done = fixed(options, done, form)
        if options.write:
            done = scan(request)  # what is left is told by looking, not by reckoning
    if (found and (not options.fix or options.write)) or form != "table":
        _show(done, form, said)  # what a machine reads next is there, also where it is empty
    if not found:
        print(f"watchword: nothing to assess: looked for {looked_for()}", file=sys.stderr)
        return exits.NOTHING
    for warning in done.report.warnings:
        said.words(f"warning: {printable(warning)}")
    said.used = done.used
    return _code(done, said, strict=options.strict)


def _show(done: "Scan", form: str, said: Said) -> None:
    from importlib import import_module

    module = import_module(f"watchword.evidence.posture.formats.{'json_form' if form == 'json' else form}")
    for text in module.render(done.report):
        said.data(text)


def _code(done: "Scan", said: Said, *, strict: bool) -> int:
    from watchword.evidence.posture import Severity, Verdict

    codes = {
        Severity.LOW: exits.LOW,
        Severity.MEDIUM: exits.MEDIUM,
        Severity.HIGH: exits.HIGH,
        Severity.CRITICAL: exits.CRITICAL,
    }
    report = done.report
    if not report.results:
        said.words("watchword: nothing to assess: no check judges what is declared there")
        return exits.NOTHING
    found = [result.check.severity for result in report.counting]
    if strict:
        found.extend(result.check.severity for result in report.results if result.verdict is Verdict.UNKNOWN)
    if found:
        return max(codes[severity] for severity in found)
    return exits.FAILED if report.errors else exits.OK
