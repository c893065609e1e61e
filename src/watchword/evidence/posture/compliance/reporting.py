"""What became of estates within a day or a week: new, fixed, still open and for how long, and what nobody knows.

    report = periodic_report(histories, period=Period.DAILY, since=…, until=…, sla=…)

Everything is told from passes, oldest to newest: what came and went between two reports is told, too. The state at the
end is that of the last good pass of the period or before it; where that is stale the report says so first, because all
that follows is then of another day.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from watchword.evidence.posture.compliance.carrying import moves
from watchword.evidence.posture.compliance.model import Content, DriftedThing, DriftFound, Ended, Outcome, Pass
from watchword.evidence.posture.compliance.standing import Standing, State
from watchword.evidence.posture.model import Severity, Verdict

# A waiver that ends within this is named, so that somebody can act before its finding is back.
EXPIRES_SOON: Final = timedelta(days=14)


class Period(enum.StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def length(self) -> timedelta:
        return timedelta(days=7) if self is Period.WEEKLY else timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediated:
    """A remediation set of the span: how many steps, how it stands, who approved it."""

    set_id: str
    made: datetime
    steps: int
    status: str
    approved_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An estate's passes within a period, oldest first, what the good ones found by its digest, and what was before."""

    estate: str
    passes: tuple[Pass, ...]
    contents: Mapping[str, Content]
    before: Content | None
    standing: Standing  # at the end of the period
    remediated: tuple[Remediated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """An open finding, how long it has been open, and how long it may be."""

    outcome: Outcome
    age: timedelta
    limit: timedelta

    @property
    def overdue(self) -> bool:
        return self.age > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKnown:
    """A check that could not be answered, why, and for how many."""

    check: str
    words: str
    verdict: Verdict
    count: int
    first: str  # an address


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMove:
    """A function of the maturity model that reached another stage. None: not assessed."""

    function: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateReport:
    """`known` is False where no pass of the period or before it was good: then all else is empty, and says nothing."""

    estate: str
    standing: Standing
    known: bool
    first: bool  # nothing was known of it before: all that was found is new
    passes: int
    failed: tuple[Pass, ...]
    new: tuple[Outcome, ...]  # and open at the end
    fixed: tuple[Outcome, ...]
    came_and_went: int
    open: tuple[Aged, ...]  # the worst first, then the oldest
    severities: Mapping[Severity, int]
    not_known: tuple[NotKnown, ...]
    unknown: int
    waived: int
    expiring: tuple[Outcome, ...]  # WAIVED, the first to end first
    moved: tuple[StageMove, ...]
    drift: DriftFound | None  # at the end
    drift_new: tuple[DriftedThing, ...]
    drift_gone: tuple[DriftedThing, ...]
    remediated: tuple[Remediated, ...]

    @property
    def overdue(self) -> tuple[Aged, ...]:
        return tuple(aged for aged in self.open if aged.overdue)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicReport:
    period: Period
    since: datetime
    until: datetime
    estates: tuple[EstateReport, ...]
    sla: Mapping[Severity, timedelta]

    @property
    def stale(self) -> tuple[EstateReport, ...]:
        return tuple(one for one in self.estates if one.standing.state is not State.CURRENT)


def periodic_report(
    histories: Iterable[History],
    *,
    period: Period,
    since: datetime,
    until: datetime,
    sla: Mapping[Severity, timedelta],
) -> PeriodicReport:
    """Tell of estates within a span."""
    return PeriodicReport(
        period=period,
        since=since,
        until=until,
        estates=tuple(_estate(history, until=until, sla=sla) for history in histories),
        sla=dict(sla),
    )


def _estate(history: History, *, until: datetime, sla: Mapping[Severity, timedelta]) -> EstateReport:
    good = [one for one in history.passes if one.ended is Ended.COMPLETE]
    steps = [history.contents[one.content] for one in good]
    last = steps[-1] if steps else history.before
    new, fixed, came_and_went = _became(history.before, steps)
    aged = [
        Aged(outcome=o, age=max(until - (o.since or until), timedelta()), limit=sla[o.severity])
        for o in (last.findings if last else ())
    ]
    waived = last.of(Verdict.WAIVED) if last else ()
    return EstateReport(
        estate=history.estate,
        standing=history.standing,
        known=last is not None,
        first=history.before is None,
        passes=len(history.passes),
        failed=tuple(one for one in history.passes if one.ended is Ended.FAILED),
        new=tuple(sorted(new, key=_worst_first)),
        fixed=tuple(sorted(fixed, key=_worst_first)),
        came_and_went=came_and_went,
        open=tuple(sorted(aged, key=lambda a: (-a.outcome.severity.rank, -a.age, *_worst_first(a.outcome)))),
        severities=last.severities() if last else {},
        not_known=_not_known(last.undecided if last else ()),
        unknown=len(last.undecided) if last else 0,
        waived=len(waived),
        expiring=tuple(
            sorted(
                (o for o in waived if o.waiver and o.waiver.expires <= (until + EXPIRES_SOON).date()),
                key=lambda o: (o.waiver.expires if o.waiver else date.max, *_worst_first(o)),
            )
        ),
        moved=_moved(history.before, last),
        drift=last.drift if last else None,
        drift_new=_more(last, history.before),
        drift_gone=_more(history.before, last),
        remediated=history.remediated,
    )


def _became(before: Content | None, steps: Sequence[Content]) -> tuple[list[Outcome], list[Outcome], int]:
    """What is new and open, what is fixed, and how many came and were fixed within the span."""
    new: dict[str, Outcome] = {}
    fixed: dict[str, Outcome] = {}
    came_and_went = 0
    previous = before
    for step in steps:
        if step is previous:
            continue
        differs = moves(previous, step)
        for outcome in differs.introduced:
            if fixed.pop(outcome.fingerprint, None) is None:
                new[outcome.fingerprint] = outcome
        for outcome in differs.fixed:
            if new.pop(outcome.fingerprint, None) is None:
                fixed[outcome.fingerprint] = outcome
            else:
                came_and_went += 1
        previous = step
    return list(new.values()), list(fixed.values()), came_and_went


def _not_known(outcomes: Iterable[Outcome]) -> tuple[NotKnown, ...]:
    found: dict[tuple[str, str, Verdict], list[str]] = {}
    for outcome in outcomes:
        found.setdefault((outcome.check, outcome.words, outcome.verdict), []).append(outcome.address)
    grouped = (
        NotKnown(check=check, words=words, verdict=verdict, count=len(addresses), first=min(addresses))
        for (check, words, verdict), addresses in found.items()
    )
    return tuple(sorted(grouped, key=lambda n: (n.verdict is not Verdict.ERROR, -n.count, n.check, n.words)))


def _moved(before: Content | None, after: Content | None) -> tuple[StageMove, ...]:
    if before is None or after is None:
        return ()
    names = sorted(before.maturity.keys() | after.maturity.keys())
    pairs = ((name, before.maturity.get(name), after.maturity.get(name)) for name in names)
    return tuple(StageMove(function=name, before=old, after=new) for name, old, new in pairs if old != new)


def _more(these: Content | None, than: Content | None) -> tuple[DriftedThing, ...]:
    """What drifts in one and not in the other, where both compared."""
    if these is None or than is None or these.drift is None or than.drift is None:
        return ()
    known = {thing.key for thing in than.drift.things}
    return tuple(thing for thing in these.drift.things if thing.key not in known)


def _worst_first(outcome: Outcome) -> tuple[int, str, int, str, str]:
    return -outcome.severity.rank, outcome.file, outcome.line, outcome.check, outcome.address
