"""What is protected: each application's routes, the policies that speak about it, and who could open it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.access import Reach, reach_of
from watchword.console.desk import Desk, Visit
from watchword.console.ports import Running
from watchword.enforcement.gateway.model import Access, Application, Upstream
from watchword.enforcement.gateway.model import Route as GatewayRoute
from watchword.kernel.errors import NotFoundError

_MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationLine:
    name: str
    title: str
    host: str
    url: str
    routes: int
    internal: bool
    assurance: str
    public: bool
    open_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationsView:
    applications: tuple[ApplicationLine, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    id: str
    path: str
    match: str
    methods: str
    public: bool
    assurance: str
    privileged: bool
    streams: bool
    tunnel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReach:
    person_id: str
    email: str
    display_name: str
    reach: str  # yes, hardware, no
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    line: ApplicationLine
    upstream: str
    routes: tuple[RouteLine, ...]
    policies: tuple[tuple[str, str], ...]
    people: tuple[PersonReach, ...]
    left_out: int


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit) -> Response:
        running = desk.running()
        persons = list(desk.people.persons())[:_MOST_PEOPLE]
        lines = tuple(
            _line(
                running,
                application,
                sum(reach_of(running, person, application, visit.now) is not Reach.NO for person in persons),
            )
            for application in sorted(running.gateway.applications, key=lambda a: (a.internal, a.name))
        )
        view = ApplicationsView(applications=lines, people=len(persons))
        return desk.html(visit, "applications/applications.html", view, title="Applications", section="applications")

    def detail(visit: Visit) -> Response:
        running = desk.running()
        name = visit.parameters["name"]
        application = next((a for a in running.gateway.applications if a.name == name), None)
        if application is None:
            raise NotFoundError("there is no such application", code="application.not-found")
        everyone = list(desk.people.persons())
        people = tuple(
            PersonReach(
                person_id=person.id,
                email=person.email,
                display_name=person.display_name,
                reach={Reach.YES: "yes", Reach.HARDWARE: "hardware", Reach.NO: "no"}[
                    reach_of(running, person, application, visit.now)
                ],
                disabled=person.disabled_at is not None,
            )
            for person in everyone[:_MOST_PEOPLE]
        )
        view = ApplicationView(
            line=_line(running, application, sum(p.reach != "no" for p in people)),
            upstream=_upstream(application.upstream),
            routes=tuple(
                _route(route) for route in sorted(application.routes, key=lambda r: r.path) if not _own(route)
            ),
            policies=_policies(running, application),
            people=people,
            left_out=max(0, len(everyone) - _MOST_PEOPLE),
        )
        return desk.html(visit, "applications/application.html", view, title=view.line.title, section="applications")

    return [desk.get("/applications", listing), desk.get("/applications/{name}", detail)]


def _own(route: GatewayRoute) -> bool:
    return route.path == "/.watchword" or route.path.startswith("/.watchword/")


def _line(running: Running, application: Application, open_to: int) -> ApplicationLine:
    own = [route for route in application.routes if not _own(route)]
    wanting = [route for route in own if route.access is Access.SESSION]
    return ApplicationLine(
        name=application.name,
        title=application.title or application.name,
        host=application.host,
        url=running.gateway.origin(application.host) + "/",
        routes=len(own),
        internal=application.internal,
        assurance=max(route.assurance for route in wanting).label.upper() if wanting else "",
        public=any(route.access is Access.PUBLIC for route in own),
        open_to=open_to,
    )


def _route(route: GatewayRoute) -> RouteLine:
    return RouteLine(
        id=route.id,
        path=route.path,
        match="exactly" if route.match.value == "exact" else "and below",
        methods=", ".join(sorted(route.methods)),
        public=route.access is Access.PUBLIC,
        assurance=route.assurance.label.upper(),
        privileged=route.privileged,
        streams=route.streams,
        tunnel=route.tunnel,
    )


def _upstream(upstream: Upstream) -> str:
    if upstream.socket:
        return "a Unix socket of Watchword's own"
    return f"{'https' if upstream.tls else 'http'}://{upstream.host}:{upstream.port}"


def _policies(running: Running, application: Application) -> tuple[tuple[str, str], ...]:
    """The policies whose text could match the application's resources, and what makes them apply."""
    found: list[tuple[str, str]] = []
    own = running.resource_policies.get(application.name)
    if own is not None:
        found.append((own, "the application's own policy"))
    prefix = f"arn:watchword:app:::{application.name}/"
    for attachment in running.attachments:
        document = running.policies.get(attachment.policy)
        if document is None:
            continue
        # A pattern is related where one of the two texts, up to its first wildcard, begins with the other.
        for statement in document.statements:
            texts = [value.text.partition("*")[0].partition("?")[0] for value in statement.resources]
            if statement.not_resource or any(prefix.startswith(text) or text.startswith(prefix) for text in texts):
                whom = ["everyone signed in"] if attachment.everyone else []
                whom += [f"group {group}" for group in sorted(attachment.groups)] + sorted(attachment.persons)
                found.append((attachment.policy, ", ".join(whom)))
                break
    found += [(name, "guardrail over every request") for level in running.guardrails for name in level]
    return tuple(dict.fromkeys(found))
