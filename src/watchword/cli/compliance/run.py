"""`watchword compliance run`: examine estates once, now; for cron, pipelines, and people who will not wait."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.compliance.examining import Examined
    from watchword.cli.options import Nouns
    from watchword.cli.output import Row

_COLUMNS = ("estate", "ended", "critical", "high", "medium", "low", "unknown", "new", "fixed", "seconds")


def register(verbs: "Nouns") -> None:
    parser = verb(verbs, "run", "Examine estates once, now, and put what was found on the record.", _run)
    parser.add_argument("estate", nargs="?", metavar="ESTATE", help="one of those in watchword.yaml (default: all)")
    parser.add_argument("--cause", default="asked for", metavar="WORDS", help="why, for the record")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.compliance.examining import examine
    from watchword.app.compliance.record import estates_of, open_record
    from watchword.evidence.posture.compliance.model import Trigger

    output = output_of(options)
    done: list[Examined] = []
    with open_record(settings_of(options)) as record:
        for estate in estates_of(record.configuration, options.estate):
            one = examine(record, estate, trigger=Trigger.MANUAL, cause=options.cause, actor="operator")
            done.append(one)
            if one.warning:
                output.say(f"warning: {one.warning}")
            if one.content is None:
                output.say(f"watchword: {estate.name} could not be examined: {one.done.error}")
    output.rows([_row(one) for one in done], _COLUMNS, empty="Nothing was examined.")
    return max(_code(one) for one in done)


def _row(one: "Examined") -> "Row":
    from watchword.evidence.posture.model import Severity, Verdict

    content = one.content
    row: dict[str, str | int | float | None] = {
        "estate": one.done.estate,
        "pass": one.done.id,
        "ended": one.done.ended.value,
        "error": one.done.error or None,
        "code": one.done.code or None,
        "digest": one.digest,
        "content": one.done.content or None,
        "new": one.done.introduced,
        "fixed": one.done.fixed,
        "seconds": round((one.done.finished - one.done.started).total_seconds(), 2),
    }
    for severity, count in (content.severities() if content else dict.fromkeys(reversed(Severity), None)).items():
        row[severity.value] = count
    row["unknown"] = len(content.of(Verdict.UNKNOWN)) if content else None
    row["errors"] = len(content.of(Verdict.ERROR)) if content else None
    return row


def _code(one: "Examined") -> int:
    """The worst finding; 1 where the pass failed or something of the estate could not be judged for an error."""
    from watchword.evidence.posture.model import Severity, Verdict

    codes = {
        Severity.LOW: exits.LOW,
        Severity.MEDIUM: exits.MEDIUM,
        Severity.HIGH: exits.HIGH,
        Severity.CRITICAL: exits.CRITICAL,
    }
    if one.content is None:
        return exits.FAILED
    found = [codes[severity] for severity, count in one.content.severities().items() if count]
    return max(found, default=exits.FAILED if one.content.of(Verdict.ERROR) else exits.OK)
