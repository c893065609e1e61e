"""How an estate stands: what fails, what is not known, what is critical, what the newest run changed, and the runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.posture.charts import Chart
from watchword.console.posture.frame import SECTION, Frame, posture_page
from watchword.console.posture.trends import burn_down
from watchword.console.posture.words import SEVERITIES
from watchword.evidence.posture.maturity import Function
from watchword.evidence.posture.model import Severity
from watchword.evidence.posture.records import Move, Summary

_RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCount:
    severity: Severity
    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the newest run changed, of one kind. `url` is empty where there is none."""

    label: str
    tone: str
    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    number: int
    at: datetime
    commit: str
    failing: int
    not_known: int
    introduced: int
    fixed: int
    gone: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryView:
    frame: Frame
    summary: Summary
    severities: tuple[SeverityCount, ...]
    functions: int
    first: bool
    changes: tuple[Change, ...]
    runs: tuple[RunLine, ...]
    more_runs: int
    chart: Chart
    links: tuple[tuple[str, str], ...]


def routes(desk: Desk) -> Sequence[Route]:
    def summary(visit: Visit, frame: Frame) -> Response:
        runs = desk.assessments.runs(frame.estate)
        view = summary_view(frame, runs)
        return desk.html(visit, "posture/summary/summary.html", view, title="Posture", section=SECTION)

    return [posture_page(desk, "/posture", summary)]


def summary_view(frame: Frame, runs: Sequence[Summary]) -> SummaryView:
    """`runs` are those of the estate, newest first."""
    newest = frame.summary
    return SummaryView(
        frame=frame,
        summary=newest,
        severities=tuple(
            SeverityCount(
                severity=severity,
                count=newest.severities.get(severity, 0),
                url=frame.url("/posture/findings", severity=severity.value),
            )
            for severity in SEVERITIES
        ),
        functions=len(Function),
        first=len(runs) == 1,
        changes=_changes(frame, newest),
        runs=tuple(map(_line, runs[:_RUNS_SHOWN])),
        more_runs=max(0, len(runs) - _RUNS_SHOWN),
        chart=burn_down(runs),
        links=(
            ("findings", frame.url("/posture/findings")),
            ("unknown", frame.url("/posture/findings", state="unknown")),
            ("critical", frame.url("/posture/inventory", critical="1")),
            ("exposure", frame.url("/posture/exposure")),
            ("maturity", frame.url("/posture/maturity")),
        ),
    )


def _changes(frame: Frame, newest: Summary) -> tuple[Change, ...]:
    began = newest.moves.get(Move.INTRODUCED, 0) + newest.moves.get(Move.RETURNED, 0)
    fixed, gone = newest.moves.get(Move.FIXED, 0), newest.moves.get(Move.GONE, 0)

    def change(label: str, tone: str, count: int, state: str) -> Change:
        url = frame.url("/posture/findings", state=state, since=newest.number, view="list") if count else ""
        return Change(label=label, tone=tone if count else "neutral", count=count, url=url)

    return (
        change("new or returned", "bad", began, ""),
        change("fixed", "good", fixed, "fixed"),
        change("not seen any more, and not known to be fixed", "unknown", gone, "gone"),
    )


def _line(run: Summary) -> RunLine:
    return RunLine(
        number=run.number,
        at=run.at,
        commit=run.commit[:12],
        failing=run.failing,
        not_known=run.not_known,
        introduced=run.moves.get(Move.INTRODUCED, 0) + run.moves.get(Move.RETURNED, 0),
        fixed=run.moves.get(Move.FIXED, 0),
        gone=run.moves.get(Move.GONE, 0),
        left_out=run.left_out,
    )
