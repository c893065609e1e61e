"""`watchword compliance report`: what became of estates within a day or a week."""

import argparse
import sys
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from datetime import datetime

    from watchword.cli.options import Nouns

_FORMS = ("markdown", "html", "json")
_FIRST_YEAR, _LAST_YEAR = 1970, 9000


def register(verbs: "Nouns") -> None:
    parser = verb(
        verbs,
        "report",
        "Tell what is new, fixed, overdue and not known, within a day or a week.",
        _run,
        forms=_FORMS,
    )
    period = parser.add_mutually_exclusive_group()
    period.add_argument("--daily", action="store_const", const="daily", dest="period", help="24 hours (default)")
    period.add_argument("--weekly", action="store_const", const="weekly", dest="period", help="seven days")
    parser.add_argument("--estate", action="append", default=[], metavar="NAME", help="this estate alone; repeatable")
    parser.add_argument(
        "--until", metavar="INSTANT", help="the end, like 2026-11-25 or 2026-11-25T06:00Z (default: now)"
    )
    parser.set_defaults(period="daily")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.compliance.record import estates_of, pass_store
    from watchword.app.compliance.reports import rendered, report_on
    from watchword.app.runtime import read_applied
    from watchword.evidence.posture.compliance.reporting import Period
    from watchword.kernel.clock import SystemClock

    settings = settings_of(options)
    configuration = read_applied(settings)
    names = options.estate or [None]
    estates = [estate for name in names for estate in estates_of(configuration, name)]
    until = read_instant(options.until) if options.until else SystemClock().now()
    report = report_on(
        pass_store(settings), estates, period=Period(options.period), until=until, posture=configuration.posture
    )
    sys.stdout.write(rendered(report, getattr(options, "output", "markdown")))
    if not any(one.known for one in report.estates):
        print("watchword: nothing was examined: watchword compliance run", file=sys.stderr)
        return exits.NOTHING
    return exits.FAILED if report.stale else exits.OK


def read_instant(text: str) -> "datetime":
    """A day (its beginning) or an instant, in UTC where it does not say otherwise."""
    from datetime import UTC, datetime

    from watchword.kernel.errors import InvalidInputError

    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:  # nor is one with which no span can be reckoned
            raise ValueError(text)  # noqa: TRY301 - the refusal is said once, below
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(
            f"not an instant: {text!r}",
            code="compliance.instant",
            expected="a day like 2026-11-25, or an instant like 2026-11-25T06:00Z",
        ) from error
    return at
