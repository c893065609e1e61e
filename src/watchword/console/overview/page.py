"""State at a glance, and for a new installation: what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.ports import HealthCheck
from watchword.console.records.decision import DecisionLine, decision_of
from watchword.console.records.feed import Minute

_RECENT = 8
_LOOKED_AT = 200
_BAR_WIDTH, _BAR_GAP, _CHART_HEIGHT = 8, 2, 56


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One minute of the chart, in its own units; heights and offsets are whole so that SVG needs no style."""

    x: int
    allowed_y: int
    allowed_height: int
    refused_y: int
    refused_height: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    width: int
    height: int
    bars: tuple[Bar, ...]
    allowed: int
    refused: int
    busiest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    title: str
    detail: str
    url: str
    action: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    people: int
    disabled: int
    invitations: int
    sessions: int
    signed_in: int
    applications: int
    policies: int
    chart: Chart
    recent: tuple[DecisionLine, ...]
    records: int
    pending: int
    committed_at: datetime | None
    trouble: str
    health: tuple[HealthCheck, ...]
    revision: str
    steps: tuple[Step, ...]


def routes(desk: Desk) -> Sequence[Route]:
    def overview(visit: Visit) -> Response:
        running = desk.running()
        persons = desk.people.persons()
        sessions = desk.sessions.sessions()
        status = desk.ledger_feed.status()
        applications = [a for a in running.gateway.applications if not a.internal]
        internal = {a.name for a in running.gateway.applications if a.internal}
        lines = [line for entry in desk.ledger.page(limit=_LOOKED_AT) if (line := decision_of(entry)) is not None]
        invitations = desk.people.open_invitations()
        opened = any(line.application not in internal and line.allowed for line in lines)
        view = OverviewView(
            people=len(persons),
            disabled=sum(person.disabled_at is not None for person in persons),
            invitations=len(invitations),
            sessions=len(sessions),
            signed_in=len({session.person_id for session in sessions}),
            applications=len(applications),
            policies=len(running.policies),
            chart=chart_of(desk.feed.minutes()),
            recent=tuple(line for line in lines if line.application not in internal)[:_RECENT],
            records=desk.ledger.size(),
            pending=status.pending,
            committed_at=status.committed_at,
            trouble=status.trouble or "",
            health=tuple(desk.health()),
            revision=running.gateway.revision,
            steps=_steps(
                opened=opened,
                first_application=running.gateway.origin(applications[0].host) + "/" if applications else "",
                application_title=(applications[0].title or applications[0].name) if applications else "",
                many_people=len(persons) > 1,
            ),
        )
        return desk.html(visit, "overview/overview.html", view, title="Overview", section="overview")

    return [desk.get("/", overview)]


def _steps(*, opened: bool, first_application: str, application_title: str, many_people: bool) -> tuple[Step, ...]:
    steps = [
        Step(
            title="Invite a colleague",
            detail="They enrol a passkey with a link that works once. With two administrators nobody is locked out.",
            url="/people",
            action="Invite someone",
            done=many_people,
        ),
    ]
    if first_application:
        steps.insert(
            0,
            Step(
                title=f"Open {application_title}",
                detail="Through the gateway, as anybody would. Each request becomes a decision here, as it happens.",
                url=first_application,
                action="Open it",
                done=opened,
            ),
        )
    steps.append(
        Step(
            title="Ask a policy a question",
            detail="Choose a person, an application and a path; see which statement decides, and what would change it.",
            url="/policies/simulate",
            action="Simulate a request",
            done=False,
        )
    )
    return () if all(step.done for step in steps[:-1]) else tuple(steps)


def chart_of(minutes: Sequence[Minute]) -> Chart:
    busiest = max((minute.total for minute in minutes), default=0)
    scale = _CHART_HEIGHT / busiest if busiest else 0.0
    bars = []
    for position, minute in enumerate(minutes):
        # Whatever happened at all is visible: one refusal among ten thousand is what one looks for.
        allowed = max(1, round(minute.allowed * scale)) if minute.allowed else 0
        refused = max(2, round(minute.refused * scale)) if minute.refused else 0
        allowed = min(allowed, _CHART_HEIGHT - refused)
        bars.append(
            Bar(
                x=position * (_BAR_WIDTH + _BAR_GAP),
                allowed_y=_CHART_HEIGHT - allowed,
                allowed_height=allowed,
                refused_y=_CHART_HEIGHT - allowed - refused,
                refused_height=refused,
                label=f"{minute.start:%H:%M} UTC: {minute.allowed} allowed, {minute.refused} refused",
            )
        )
    return Chart(
        width=len(minutes) * (_BAR_WIDTH + _BAR_GAP) - _BAR_GAP,
        height=_CHART_HEIGHT,
        bars=tuple(bars),
        allowed=sum(minute.allowed for minute in minutes),
        refused=sum(minute.refused for minute in minutes),
        busiest=busiest,
    )
