"""Reports by day and week: gathered from passes, written into a directory, and put on the record.

    report = report_on(passes, estates, period=Period.DAILY, until=midnight, posture=configuration.posture)
    write_report(record, report, directory, forms)

A daily report is of the day before its time, a weekly one of the seven days before: they end at the configured moment.
Which one is due is told by the files that are there: a worker that was away writes the last one that it missed.
"""

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

from watchword.app.compliance.record import Record
from watchword.app.compliance.store import PassStore
from watchword.app.configuration.posture import EstateSettings, PostureSettings
from watchword.app.state import write_private
from watchword.evidence.events import ComplianceReported
from watchword.evidence.posture.compliance.forms.json_form import document
from watchword.evidence.posture.compliance.model import Ended
from watchword.evidence.posture.compliance.records import sha256
from watchword.evidence.posture.compliance.reporting import (
    History,
    Period,
    PeriodicReport,
    Remediated,
    periodic_report,
)
from watchword.evidence.posture.compliance.standing import standing_of
from watchword.kernel.errors import UnavailableError

_SUFFIXES = {"markdown": "md", "html": "html", "json": "json"}


def report_on(
    passes: PassStore,
    estates: Sequence[EstateSettings],
    *,
    period: Period,
    until: datetime,
    posture: PostureSettings,
) -> PeriodicReport:
    """Tell of estates within the period that ends at `until`. Raises where a pass was altered or is missing."""
    since = until - period.length
    return periodic_report(
        [_history(passes, estate, since, until) for estate in estates],
        period=period,
        since=since,
        until=until,
        sla=posture.sla,
    )


def _history(passes: PassStore, estate: EstateSettings, since: datetime, until: datetime) -> History:
    within = passes.passes(estate.name, since=since, until=until)
    before = passes.before(estate.name, since)
    good = {one.content: one for one in within if one.ended is Ended.COMPLETE}
    return History(
        estate=estate.name,
        passes=within,
        contents={digest: passes.content(one) for digest, one in good.items()},
        before=None if before is None else passes.content(before),
        standing=standing_of(
            within if before is None else (before, *within), now=until, stale_after=estate.stale_after
        ),
        remediated=tuple(
            Remediated(
                set_id=kept.set.id,
                made=kept.set.made,
                steps=len(kept.set.steps),
                status=kept.status.value,
                approved_by=tuple(a.by for a in kept.approvals),
            )
            for kept in passes.remedies(estate.name)
            if since <= kept.set.made < until
        ),
    )


def rendered(report: PeriodicReport, form: str) -> str:
    module = import_module(f"watchword.evidence.posture.compliance.forms.{'json_form' if form == 'json' else form}")
    return "".join(module.render(report))


def name_of(report: PeriodicReport) -> str:
    """`compliance-daily-2026-11-24`: the day it begins on."""
    return _name(report.period, report.since)


def _name(period: Period, since: datetime) -> str:
    return f"compliance-{period.value}-{since.date().isoformat()}"


def write_report(
    record: Record, report: PeriodicReport, directory: Path, forms: Sequence[str], *, actor: str
) -> tuple[Path, ...]:
    """Write the report in each form and record its digest. JSON is always among them: it is what the digest is of.

    Raises `UnavailableError` where a file or the record cannot be written. The JSON form is written last, and only once
    the record has it: where it is there, the report is whole.
    """
    content = document(report)
    chosen = [form for form in _SUFFIXES if form in forms and form != "json"]
    files = [directory / f"{name_of(report)}.{_SUFFIXES[form]}" for form in (*chosen, "json")]
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for form, file in zip(chosen, files, strict=False):
            write_private(file, rendered(report, form).encode("utf-8"))
        record.ledger.record(
            ComplianceReported(
                at=record.clock.now(),
                period=report.period.value,
                since=report.since,
                until=report.until,
                estates=tuple(one.estate for one in report.estates),
                digest=sha256(content),
                files=tuple(file.name for file in files),
                actor=actor,
            )
        )
        write_private(files[-1], content)
    except OSError as error:
        raise UnavailableError(
            f"the report cannot be written: {error.strerror or error}: {error.filename or directory}",
            code="compliance.report",
            hint="name another directory in watchword.yaml: posture: reports: directory:",
        ) from error
    return tuple(files)


def due_reports(posture: PostureSettings, directory: Path, now: datetime) -> tuple[tuple[Period, datetime], ...]:
    """The reports that should be there and are not, with the moment each ends at."""
    found: list[tuple[Period, datetime]] = []
    for period, moment in ((Period.DAILY, posture.reports.daily), (Period.WEEKLY, posture.reports.weekly)):
        if moment is None:
            continue
        until = moment.latest(now)
        if not (directory / f"{_name(period, until - period.length)}.json").exists():
            found.append((period, until))
    return tuple(found)
