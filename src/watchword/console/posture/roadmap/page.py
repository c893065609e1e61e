"""The road from here: four phases, in each the work in its order, with what it closes and what it needs first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.posture.charts import Chart
from watchword.console.posture.findings.filter import PATH as FINDINGS
from watchword.console.posture.frame import SECTION, Frame, posture_page
from watchword.console.posture.trends import burn_down
from watchword.console.posture.words import EFFORTS, PHASES, Span, spans
from watchword.evidence.posture.assessment.roadmap import Phase
from watchword.evidence.posture.model import Severity
from watchword.evidence.posture.records import Picture, PlannedItem, Summary

PATH: Final = "/posture/roadmap"
_SHOWN = 15  # of a phase, where all phases are shown
_MOST = 300  # of one phase
_MOST_PLACES = 12
_MOST_NEEDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An item that comes before. `anchor` is empty where it is not on the page."""

    heading: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCard:
    id: str
    number: int
    heading: str
    gain: str
    severity: Severity | None
    effort: str
    first: bool
    paths: int
    on_critical: int
    unlocks: int
    goal: str
    why: tuple[Span, ...]
    remedy: tuple[Span, ...]
    places: tuple[str, ...]
    more_places: int
    needs: tuple[Need, ...]
    more_needs: int
    findings: tuple[tuple[str, str], ...]  # check and the address of its findings


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseCard:
    name: str
    words: str
    items: tuple[ItemCard, ...]
    total: int
    all_url: str  # empty where all are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapView:
    frame: Frame
    phases: tuple[PhaseCard, ...]
    total: int
    chart: Chart
    whole_url: str  # empty where all phases are shown


def routes(desk: Desk) -> Sequence[Route]:
    def roadmap(visit: Visit, frame: Frame) -> Response:
        picture = desk.assessments.picture(frame.estate) or Picture()
        wanted = next((phase for phase in Phase if phase.value == visit.query.text("phase")), None)
        view = roadmap_view(frame, picture, desk.assessments.runs(frame.estate), wanted)
        return desk.html(visit, "posture/roadmap/roadmap.html", view, title="Roadmap", section=SECTION)

    return [posture_page(desk, PATH, roadmap)]


def roadmap_view(frame: Frame, picture: Picture, runs: Sequence[Summary], wanted: Phase | None) -> RoadmapView:
    """`runs` are newest first; `wanted` is the one phase that is asked for, or None for all."""
    most = _SHOWN if wanted is None else _MOST
    by_phase = {phase: [item for item in picture.items if item.phase is phase] for phase in Phase}
    shown = {phase: items[:most] for phase, items in by_phase.items() if wanted in {None, phase}}
    here = {item.id for items in shown.values() for item in items}
    headings = {item.id: item.heading for item in picture.items}
    first = frozenset(picture.first)
    return RoadmapView(
        frame=frame,
        phases=tuple(
            PhaseCard(
                name=phase.value.capitalize(),
                words=PHASES[phase],
                items=tuple(
                    _item(frame, item, number, first=item.id in first, headings=headings, here=here)
                    for number, item in enumerate(items, 1)
                ),
                total=len(by_phase[phase]),
                all_url=frame.url(PATH, phase=phase.value) if wanted is None and len(by_phase[phase]) > most else "",
            )
            for phase, items in shown.items()
        ),
        total=len(picture.items),
        chart=burn_down(runs),
        whole_url=frame.url(PATH) if wanted is not None else "",
    )


def _item(
    frame: Frame, item: PlannedItem, number: int, *, first: bool, headings: Mapping[str, str], here: set[str]
) -> ItemCard:
    needs = [need for need in item.needs if need in headings]
    return ItemCard(
        id=item.id,
        number=number,
        heading=item.heading,
        gain=item.gain,
        severity=item.severity,
        effort=EFFORTS[item.effort],
        first=first,
        paths=item.paths,
        on_critical=item.on_critical,
        unlocks=len(item.unlocks),
        goal=item.goal,
        why=spans(item.why),
        remedy=spans(item.remedy),
        places=tuple(str(spot) for spot in item.spots[:_MOST_PLACES]),
        more_places=max(0, len(item.spots) - _MOST_PLACES),
        needs=tuple(
            Need(heading=headings[need], anchor=f"item-{need}" if need in here else "") for need in needs[:_MOST_NEEDS]
        ),
        more_needs=max(0, len(needs) - _MOST_NEEDS),
        # What closes nothing has only to be shown: its checks have found nothing.
        findings=tuple((check, frame.url(FINDINGS, check=check)) for check in item.checks) if item.closes else (),
    )
