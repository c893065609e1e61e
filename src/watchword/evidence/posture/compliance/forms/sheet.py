"""A report as headings, sentences and tables: what Markdown and HTML have in common, so that both tell the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from watchword.evidence.posture.compliance.model import Outcome
from watchword.evidence.posture.compliance.reporting import Aged, EstateReport, Period, PeriodicReport
from watchword.evidence.posture.compliance.standing import State, in_words
from watchword.evidence.posture.model import Severity

# Rows of a table; the JSON form has all of them, and the table says how many it leaves out.
MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    text: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """`alarm` marks what nobody should read past."""

    text: str
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


Part = Heading | Sentence | Table


def sheet(report: PeriodicReport) -> Iterator[Part]:
    """Yield the report, part by part."""
    yield Heading(text=title(report), level=1)
    yield Sentence(text=f"From {_instant(report.since)} to {_instant(report.until)}.")
    for one in report.stale:
        age = "" if one.standing.age is None else f" What follows is {in_words(one.standing.age)} old."
        yield Sentence(text=f"{one.estate} is {one.standing.state.value.upper()}: {one.standing.why}.{age}", alarm=True)
    yield Table(
        columns=("estate", "state", "passes", "failed", *_SEVERITIES, "new", "fixed", "overdue", "not known", "waived"),
        rows=tuple(_summary(one) for one in report.estates),
    )
    for one in report.estates:
        yield Heading(text=one.estate, level=2)
        if not one.known:
            yield Sentence(text="Nothing is known of it: no pass has been complete.", alarm=True)
        yield from _estate(one)


def title(report: PeriodicReport) -> str:
    day = report.since.date().isoformat()
    return f"Compliance, week from {day}" if report.period is Period.WEEKLY else f"Compliance, {day}"


_SEVERITIES: Final = tuple(severity.value for severity in reversed(Severity))


def _summary(one: EstateReport) -> tuple[str, ...]:
    state = one.standing.state
    counts = (
        [str(one.severities.get(severity, 0)) for severity in reversed(Severity)]
        if one.known
        else ["?"] * len(Severity)
    )
    figures = (len(one.new), len(one.fixed), len(one.overdue), one.unknown, one.waived)
    return (
        one.estate,
        state.value if state is State.CURRENT else state.value.upper(),
        str(one.passes),
        str(len(one.failed)),
        *counts,
        *(map(str, figures) if one.known else ["?"] * len(figures)),
    )


def _estate(one: EstateReport) -> Iterator[Part]:
    if one.failed:
        yield Heading(text="Passes that failed", level=3)
        yield _table(("at", "why", "error"), [(_instant(p.started), p.cause, p.error) for p in one.failed])
    if one.known:
        count = one.came_and_went
        went = f" {count} came and {'was' if count == 1 else 'were'} fixed in between." if count else ""
        yield Heading(text="New", level=3)
        if one.first and one.new:
            yield Sentence(text="Nothing was known before this period: all that was found is new.")
        yield from _outcomes(one.new, f"Nothing new.{went}")
        if one.new and went:
            yield Sentence(text=went.strip())
        yield Heading(text="Fixed", level=3)
        yield from _outcomes(one.fixed, "Nothing was fixed.")
        yield Heading(text="Open longer than allowed", level=3)
        yield from _aged(one.overdue, "Nothing is overdue.")
        yield Heading(text="Open", level=3)
        yield from _aged(tuple(a for a in one.open if not a.overdue), "Nothing else is open.")
        yield Heading(text="What could not be assessed", level=3)
        if one.not_known:
            rows = [(n.check, n.verdict.value, str(n.count), n.first, n.words) for n in one.not_known]
            yield _table(("check", "verdict", "count", "first", "why"), rows)
        else:
            yield Sentence(text="Everything that was asked was answered.")
        yield Heading(text="Waivers that end soon", level=3)
        if one.expiring:
            ends = [
                (o.waiver.expires.isoformat(), o.check, o.address, o.waiver.owner) for o in one.expiring if o.waiver
            ]
            yield _table(("ends", "check", "resource", "owner"), ends)
        else:
            yield Sentence(text="None within two weeks.")
        yield Heading(text="Drift", level=3)
        yield from _drift(one)
        yield Heading(text="Remediations", level=3)
        if one.remediated:
            sets = [
                (_instant(r.made), r.set_id, str(r.steps), r.status, ", ".join(r.approved_by)) for r in one.remediated
            ]
            yield _table(("planned", "set", "steps", "status", "approved by"), sets)
        else:
            yield Sentence(text="None was planned.")
        yield Heading(text="Maturity", level=3)
        if one.moved:
            moved = [(m.function, m.before or "not assessed", m.after or "not assessed") for m in one.moved]
            yield _table(("function", "was", "is"), moved)
        else:
            yield Sentence(text="No function reached another stage.")


def _drift(one: EstateReport) -> Iterator[Part]:
    found = one.drift
    if found is None:
        yield Sentence(text="Not compared: no state tells what is declared.")
        return
    total = len(found.things) + found.left_out
    new = f", {len(one.drift_new)} of them new" if one.drift_new else ""
    gone = f"; {len(one.drift_gone)} are as declared again" if one.drift_gone else ""
    yield Sentence(
        text=f"{found.compared} things compared: {total} differ{new}{gone}. {found.cannot_tell} cannot be told."
    )
    if found.things:
        new_ones = {thing.key for thing in one.drift_new}
        rows = [
            (t.kind, t.address, t.identity, ", ".join(t.paths), "new" if t.key in new_ones else "")
            for t in sorted(found.things, key=lambda t: t.key not in new_ones)
        ]
        yield _table(("how", "declared as", "is", "values", "since"), rows)


def _outcomes(outcomes: Sequence[Outcome], none: str) -> Iterator[Part]:
    if not outcomes:
        yield Sentence(text=none)
        return
    rows = [(o.severity.value, o.check, o.address, _spot(o), o.words) for o in outcomes]
    yield _table(("severity", "check", "resource", "place", "what"), rows)


def _aged(aged: Sequence[Aged], none: str) -> Iterator[Part]:
    if not aged:
        yield Sentence(text=none)
        return
    rows = [
        (
            a.outcome.severity.value,
            in_words(a.age),
            in_words(a.limit),
            a.outcome.check,
            a.outcome.address,
            _spot(a.outcome),
        )
        for a in aged
    ]
    yield _table(("severity", "open for", "allowed", "check", "resource", "place"), rows)


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(columns=columns, rows=tuple(rows[:MOST_ROWS]), left_out=max(0, len(rows) - MOST_ROWS))


def _spot(outcome: Outcome) -> str:
    return f"{outcome.file}:{outcome.line}" if outcome.line else outcome.file


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
