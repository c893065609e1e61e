"""All of our own pages over real services with stores in memory: the configuration that `init` writes and a bit more.

The gateway is not there, so what it would vouch for is said by `Shell.viewer`: whom the console is told is looking.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
from starlette.types import ASGIApp

from support.authenticator import Authenticator
from support.people import House, Record, key
from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.adapters.memory.posture import MemoryAssessmentStore
from watchword.app.configuration import Configuration, Surroundings, read_configuration
from watchword.app.defaults import write_defaults
from watchword.app.state import StateDirectory
from watchword.console import (
    HealthCheck,
    HealthState,
    VerificationReport,
    Viewer,
    create_console_app,
    create_flow_app,
    create_sign_in_app,
)
from watchword.decision.engine import Layer, StatementRef
from watchword.enforcement.gateway.events import AccessDecided
from watchword.evidence.ledger import CheckpointSigner, Ledger, LedgerReader
from watchword.identity.people import Person, Session
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import RefusedError
from watchword.kernel.events import Event, Origin

FORM_KEY = b"0123456789abcdef0123456789abcdef"
AUTH = "http://auth.localhost:8080"
CONSOLE = "http://console.localhost:8080"
SAMPLE = "http://sample.localhost:8080"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(slots=True)
class Browser:
    """Asks an app as a browser would: keeps cookies (`Secure` ones too, as browsers do on `*.localhost`), follows nothing,
    and says with each POST which page it comes from."""

    app: ASGIApp
    origin: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", path, headers=headers or {})

    def post(
        self,
        path: str,
        fields: Mapping[str, str | list[str]] | None = None,
        *,
        json_body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        own = {"origin": self.origin, "sec-fetch-site": "same-origin"} if headers is None else headers
        if json_body is not None:
            return self.ask(
                "POST", path, headers={**own, "content-type": "application/json"}, content=json.dumps(json_body)
            )
        return self.ask(
            "POST",
            path,
            headers={"content-type": "application/x-www-form-urlencoded", **own},
            content=urlencode(dict(fields or {}), doseq=True),
        )

    def ask(self, method: str, path: str, *, headers: Mapping[str, str], content: str = "") -> httpx.Response:
        sent = dict(headers)
        if self.cookies:
            sent.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.origin) as client:
                return await client.request(method, path, headers=sent, content=content)

        response = asyncio.run(exchange())
        for header in response.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            value = rest.partition(";")[0]
            if "Max-Age=0" in rest:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return response


def form_token(page: str) -> str:
    found = re.search(r'(?:name="form_token" value|data-form-token)="([^"]+)"', page)
    assert found, "the page has no form token"
    return found[1]


class RecordInLedger(Record):
    """What the services publish goes into the ledger too."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def record(self, event: Event) -> None:
        super().record(event)
        self._ledger.record(event)

    def deliver(self) -> None:
        known = len(self.events)
        super().deliver()
        for event in self.events[known:]:
            self._ledger.record(event)


@dataclass(slots=True, kw_only=True)
class Shell:
    """The three apps and what they stand on."""

    house: House
    ledger: Ledger
    reader: LedgerReader
    configuration: Configuration
    assessments: MemoryAssessmentStore = field(default_factory=MemoryAssessmentStore)
    viewer: Viewer | None = None
    health: list[HealthCheck] = field(default_factory=list)
    verification: Callable[[], VerificationReport] | None = None
    seen: list[tuple[str, str]] = field(default_factory=list)

    def authenticate(self, headers: Mapping[str, str], method: str, path: str) -> Viewer:
        del headers
        self.seen.append((method, path))
        if self.viewer is None:
            raise RefusedError("no assertion", code="assertion.missing")
        return self.viewer

    def verify(self) -> VerificationReport:
        if self.verification is not None:
            return self.verification()
        return VerificationReport(
            records=self.reader.size(), finished_at=self.house.clock.now(), seconds=0.1, problem=None
        )

    def console(self) -> Browser:
        app = create_console_app(
            authenticate=self.authenticate,
            people=self.house.people,
            sessions=self.house.sessions,
            running=lambda: self.configuration,
            ledger_reader=self.reader,
            ledger_feed=self.ledger,
            verify=self.verify,
            health=lambda: self.health,
            assessments=self.assessments,
            clock=self.house.clock,
            form_key=FORM_KEY,
        )
        return Browser(app, CONSOLE)

    def sign_in(self) -> Browser:
        app = create_sign_in_app(
            people=self.house.people,
            sessions=self.house.sessions,
            finder=self.house.index,
            running=lambda: self.configuration,
            clock=self.house.clock,
            jwks=lambda: json.dumps({"keys": []}),
            form_key=FORM_KEY,
        )
        return Browser(app, AUTH)

    def application(self, origin: str = SAMPLE) -> Browser:
        app = create_flow_app(
            sessions=self.house.sessions,
            finder=self.house.index,
            running=lambda: self.configuration,
            clock=self.house.clock,
            form_key=FORM_KEY,
        )
        return Browser(app, origin)

    def enrol(
        self, email: str = "alice@example.com", name: str = "Alice Liddell", *, groups: frozenset[str] = frozenset()
    ) -> tuple[Person, Session, Authenticator]:
        origin = Origin(source_ip="203.0.113.7", user_agent=FIREFOX, request_id="r-1")
        _, token = self.house.people.invite(
            email=email, display_name=name, groups=groups, actor="operator", origin=origin
        )
        device = key()
        ceremony = self.house.people.begin_enrolment(token, origin)
        result = self.house.people.finish_enrolment(
            ceremony_id=ceremony.id,
            token=token,
            response=device.create(ceremony.options),
            label="Blue key",
            origin=origin,
        )
        return result.person, result.session, device

    def look_as(self, person: Person, session: Session) -> None:
        self.viewer = Viewer(
            person_id=person.id, email=person.email, session_id=session.id, assurance=session.assurance
        )

    def decided(
        self,
        path: str = "/",
        *,
        outcome: str = "Allowed",
        method: str = "GET",
        application: str = "sample",
        person: Person | None = None,
        session: Session | None = None,
        statements: tuple[StatementRef, ...] = (),
        reason: str = "",
        status: int = 0,
        user_agent: str = FIREFOX,
    ) -> int:
        """Record a decision and return its index."""
        denied = outcome in {"ExplicitlyDenied", "ImplicitlyDenied"}
        return self.ledger.append(
            AccessDecided(
                at=self.house.clock.now(),
                request_id=f"req-{self.reader.size()}",
                outcome=outcome,
                status=status or (200 if outcome == "Allowed" else 403 if denied else 302),
                reason=reason or ("allowed" if outcome == "Allowed" else "denied" if denied else "no-session"),
                application=application,
                route=application,
                host=f"{application}.localhost",
                method=method,
                path=path,
                person_id=person.id if person is not None else None,
                email=person.email if person is not None else None,
                session_id=session.id if session is not None else None,
                assurance=AssuranceLevel.AAL2.label if person is not None else None,
                statements=statements,
                blocking_layer=Layer.IDENTITY.value if denied else None,
                missing_keys=(),
                policy_revision=self.configuration.policy_set.revision,
                configuration_revision=self.configuration.revision,
                privileged=False,
                duration_us=112,
                origin=Origin(source_ip="203.0.113.7", user_agent=user_agent, request_id="req"),
            )
        ).wait(10)

    def rule(self, policy: str, sid: str) -> StatementRef:
        """The address of a statement of the running configuration."""
        document = self.configuration.policies[policy]
        statement = next(found for found in document.statements if found.sid == sid)
        return StatementRef(policy=policy, layer=Layer.IDENTITY, index=statement.index, sid=sid, line=statement.line)


GOOD_HEALTH = [
    HealthCheck(name="Gateway", state=HealthState.GOOD, detail="answers"),
    HealthCheck(name="Sessions", state=HealthState.GOOD, detail="revocations arrive"),
]


@contextmanager
def shell(directory: Path, *, change: Callable[[Path], None] = lambda _: None, port: int = 8080) -> Iterator[Shell]:
    """`change` may edit the configuration directory before it is read."""
    files = directory / "configuration"
    write_defaults(files)
    change(files)
    surroundings = Surroundings.of(StateDirectory(directory / "state"), port=port)
    house = House()
    store = MemoryLedgerStore()
    signer = CheckpointSigner.from_seed("watchword/ledger", b"\x07" * 32)
    ledger = Ledger(store, signer, house.clock, origin="watchword/ledger")
    house.record = RecordInLedger(ledger)
    house.restart()
    ledger.start()
    try:
        yield Shell(
            house=house,
            ledger=ledger,
            reader=LedgerReader(store),
            configuration=read_configuration(files, surroundings),
            health=list(GOOD_HEALTH),
        )
    finally:
        ledger.stop()


def later(world: Shell, **span: float) -> None:
    world.house.clock.advance(timedelta(**span))
