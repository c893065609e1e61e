"""`watchword compliance status`: how estates stand, and whether that can still be believed."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.compliance.standing import EstateStanding
    from watchword.cli.options import Nouns
    from watchword.cli.output import Row

_COLUMNS = ("estate", "state", "age", "critical", "high", "medium", "low", "unknown", "next", "why")


def register(verbs: "Nouns") -> None:
    parser = verb(verbs, "status", "Show how estates stand: what was found last, how old that is, what failed.", _run)
    parser.add_argument("estate", nargs="?", metavar="ESTATE", help="one of those in watchword.yaml (default: all)")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.compliance.standing import standings
    from watchword.app.runtime import read_applied
    from watchword.evidence.posture.compliance.standing import State
    from watchword.kernel.clock import SystemClock

    settings = settings_of(options)
    found = standings(settings, read_applied(settings), SystemClock().now(), name=options.estate)
    output_of(options).rows([_row(one) for one in found], _COLUMNS, empty="No estate is configured.")
    if not found:
        return exits.NOTHING
    return exits.OK if all(one.standing.state is State.CURRENT for one in found) else exits.FAILED


def _row(one: "EstateStanding") -> "Row":
    from watchword.app.instants import written
    from watchword.evidence.posture.compliance.standing import in_words

    standing = one.standing
    return {
        "estate": one.estate,
        "state": standing.state.value,
        "age": None if standing.age is None else in_words(standing.age),
        "examined": None if standing.good is None else written(standing.good.started),
        "pass": None if standing.good is None else standing.good.id,
        **{severity.value: count for severity, count in one.severities.items()},
        "unknown": one.unknown,
        "failures": standing.failures,
        "next": one.next,
        "why": standing.why or None,
    }
