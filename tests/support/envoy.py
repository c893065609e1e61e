"""A whole gateway for tests: the real Envoy, the real check and stream holder, sessions and policies made up by the test.

with running_gateway(tmp_path) as gateway:
    answer = gateway.send(b"GET / HTTP/1.1\\r\\nhost: app.localhost\\r\\n\\r\\n")
"""

import asyncio
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from watchword.adapters.envoy.layout import EnvoyLayout, system_roots
from watchword.adapters.envoy.process import EnvoyProcess
from watchword.adapters.envoy.reload import write_files
from watchword.adapters.envoy.streams import StreamHolder
from watchword.api.check import CheckServer, serve
from watchword.console import HtmlRefusalPages
from watchword.decision.engine import Decision, Explanation, Layer, Request, Result, StatementRef
from watchword.enforcement.gateway import (
    Access,
    Application,
    AssertionSigner,
    Check,
    GatewayConfiguration,
    GatewaySnapshot,
    Listener,
    Match,
    OwnAnswer,
    OwnAnswers,
    Route,
    StreamRegistry,
    Upstream,
)
from watchword.enforcement.gateway.events import AccessDecided, StreamCut
from watchword.identity.people import LiveSession, Person, Session, SessionRefusal, SessionRefused
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import Clock, SystemClock, monotonic
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Event, EventSink
from watchword.kernel.ids import ApplicationName, GroupName, PersonId, RouteId, SessionId, new_token, token_digest

WAIT = 10.0
ALLOW = StatementRef(policy="policies/staff.json", layer=Layer.IDENTITY, index=0, sid="AllowStaff")
DENY = StatementRef(policy="policies/admin.json", layer=Layer.IDENTITY, index=0, sid="NoAdmin")
_STARTED = datetime(2026, 1, 1, tzinfo=UTC)


class FakeTicket:
    def __init__(self, *, durable: bool) -> None:
        self._durable = durable
        self._callbacks: list[Callable[[object], None]] = []

    def done(self) -> bool:
        return self._durable

    def add_done_callback(self, callback: Callable[[object], None]) -> None:
        if self._durable:
            callback(self)
        else:
            self._callbacks.append(callback)

    def settle(self) -> None:
        self._durable = True
        for callback in self._callbacks:
            callback(self)


class TellingOwnAnswers(OwnAnswers):
    """Keeps what Envoy told, besides counting it."""

    def __init__(self, *, clock: Clock, events: EventSink) -> None:
        super().__init__(clock=clock, events=events)
        self.told: list[OwnAnswer] = []

    def take(self, entries: list[bytes], read: Callable[[bytes], OwnAnswer]) -> None:
        super().take(entries, read)
        self.told += map(read, entries)


class FakeRecord:
    """A ledger in a list. `down` refuses; `slow` keeps tickets open until they are settled."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.tickets: list[FakeTicket] = []
        self.down = False
        self.slow = False

    def append(self, event: Event) -> FakeTicket:
        if self.down:
            raise UnavailableError("the record is down", code="test.down")
        self.events.append(event)
        ticket = FakeTicket(durable=not self.slow)
        self.tickets.append(ticket)
        return ticket

    def sink(self, event: Event) -> None:
        self.append(event)

    @property
    def decisions(self) -> list[AccessDecided]:
        return [event for event in self.events if isinstance(event, AccessDecided)]

    @property
    def cuts(self) -> list[StreamCut]:
        return [event for event in self.events if isinstance(event, StreamCut)]


def make_person(email: str = "alice@example.com", groups: frozenset[str] = frozenset({"staff"})) -> Person:
    return Person(
        id=PersonId(f"per_{email.partition('@')[0]}"),
        email=email,
        display_name=email.partition("@")[0].title(),
        groups=groups,
        created_at=_STARTED,
    )


def make_session(
    person: Person, *, assurance: AssuranceLevel = AssuranceLevel.AAL2, now: datetime | None = None
) -> Session:
    now = now or datetime.now(UTC)
    return Session(
        id=SessionId(f"ses_{new_token()[:12]}"),
        person_id=person.id,
        assurance=assurance,
        amr=("swk", "user", "mfa"),
        hardware=assurance is AssuranceLevel.AAL3,
        auth_time=now,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=12),
        idle=timedelta(hours=1),
        source_ip="127.0.0.1",
        user_agent=None,
    )


class FakeSessions:
    """Sessions in memory, as `SessionIndex` finds them."""

    def __init__(self) -> None:
        self._by_digest: dict[bytes, LiveSession] = {}
        self.ended: dict[SessionId, SessionRefusal] = {}
        self.old = False

    def open(self, host: str, person: Person | None = None, session: Session | None = None) -> tuple[str, LiveSession]:
        person = person or make_person()
        live = LiveSession(session=session or make_session(person), person=person, host=host)
        token = new_token()
        self._by_digest[token_digest(token)] = live
        return token, live

    def replace(self, live: LiveSession, by: LiveSession) -> None:
        self._by_digest = {digest: by if found is live else found for digest, found in self._by_digest.items()}

    def end(self, session_id: SessionId, refusal: SessionRefusal = SessionRefusal.ENDED) -> None:
        self.ended[session_id] = refusal

    def _standing(self, live: LiveSession, now: datetime) -> LiveSession:
        if live.session.id in self.ended:
            raise SessionRefused(self.ended[live.session.id])
        if now >= live.session.expires_at:
            raise SessionRefused(SessionRefusal.EXPIRED)
        return live

    def find(self, digest: bytes, host: str, now: datetime) -> LiveSession:
        live = self._by_digest.get(digest)
        if live is None:
            raise SessionRefused(SessionRefusal.UNKNOWN)
        if live.host != host:
            raise SessionRefused(SessionRefusal.WRONG_HOST)
        return self._standing(live, now)

    def check(self, session_id: SessionId, now: datetime, *, active: bool) -> LiveSession:
        for live in self._by_digest.values():
            if live.session.id == session_id:
                return self._standing(live, now)
        raise SessionRefused(SessionRefusal.UNKNOWN)

    def stale(self, now_monotonic: float) -> bool:
        return self.old


class FakeDecider:
    """Allows everyone everything but what starts with `/admin`; `verdict` overrides it."""

    def __init__(self, revision: str = "p1") -> None:
        self._revision = revision
        self.asked: list[Request] = []
        self.broken = False
        self.closed = False
        self.reads: frozenset[str] = frozenset()

    @property
    def revision(self) -> str:
        return self._revision

    def decide(self, request: Request) -> Decision:
        if self.broken:
            raise RuntimeError("a defect in the engine")
        self.asked.append(request)
        path = request.resource.removeprefix("arn:watchword:app:::").partition("/")[2]
        denied = path == "admin" or path.startswith("admin/") or self.closed
        return Decision(
            result=Result.EXPLICITLY_DENIED if denied else Result.ALLOWED,
            determining=(DENY if denied else ALLOW,),
            blocking_layer=Layer.IDENTITY if denied else None,
            missing_keys=(),
            revision=self._revision,
        )

    def keys(self, request: Request) -> frozenset[str]:
        return self.reads

    def explain(self, request: Request) -> Explanation:
        return Explanation(decision=self.decide(request), remedies=(), considered=(DENY,))


class Upstream1:
    """An application that remembers the exact bytes of each request's head, and answers by its path.

    Any path: 200 and the head itself. `/live…`: an endless stream of server-sent events. An Upgrade: 101, then an echo of
    whatever comes. With `tcp` there is no HTTP at all, only an echo.
    """

    def __init__(self, *, tcp: bool = False) -> None:
        self._tcp = tcp
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heads: list[bytes] = []
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.add(connection)
            self._start(self._talk, connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if self._tcp:
                self._echo(connection)
                return
            while self._exchange(connection):
                pass
        self._open.discard(connection)

    def _exchange(self, connection: socket.socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65536)
            if not data:
                return False
            head += data
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head)
        missing = int(length[1]) - len(body) if length else 0
        while missing > 0:
            missing -= len(connection.recv(65536))
        self.heads.append(head)
        if b"\r\nupgrade: websocket" in head.lower():
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
            self._echo(connection)
            return False
        if head.split(b" ", 2)[1].startswith(b"/live"):
            connection.sendall(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            )
            while not self._stopping.wait(0.05):
                connection.sendall(b"9\r\ndata: x\n\n\r\n")
            return False
        content = b"" if head.startswith(b"HEAD ") else head
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(head), content))
        return True

    @staticmethod
    def _echo(connection: socket.socket) -> None:
        while data := connection.recv(65536):
            connection.sendall(data)

    def close(self) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(WAIT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def application_named(name: str, port: int, *routes: Route, internal: bool = False) -> Application:
    return Application(
        name=ApplicationName(name),
        host=f"{name}.localhost",
        upstream=Upstream(host="127.0.0.1", port=port),
        routes=routes or (route(name, name, "/"),),
        internal=internal,
    )


def route(application: str, identity: str, path: str, **fields: object) -> Route:
    return Route(id=RouteId(identity), application=ApplicationName(application), path=path, **fields)  # type: ignore[arg-type]  # the test's own choice of fields


def sample_applications(port: int, tcp_port: int = 9) -> tuple[Application, ...]:
    return (
        application_named(
            "app",
            port,
            route("app", "app", "/"),
            route("app", "app.public", "/public", access=Access.PUBLIC),
            route("app", "app.live", "/live", streams=True),
            route("app", "app.once", "/once", match=Match.EXACT, methods=frozenset({"GET"})),
            route("app", "app.vault", "/vault", privileged=True),
            route("app", "app.strong", "/strong", assurance=AssuranceLevel.AAL3),
            route("app", "app~watchword", "/.watchword", access=Access.PUBLIC),
        ),
        application_named("other", port),
        application_named("auth", port, route("auth", "auth", "/", access=Access.PUBLIC), internal=True),
        application_named("tcp", tcp_port, route("tcp", "tcp", "/", tunnel=True, streams=True, methods=frozenset())),
    )


class LoopThread:
    """An event loop of its own, for servers that a synchronous test talks to."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: object) -> object:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(WAIT)  # type: ignore[arg-type]  # a coroutine

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(WAIT)
        self.loop.close()


@dataclass(slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key == name]
        return found[0] if found else None


@dataclass(slots=True)
class Gateway:
    """What a test holds on to."""

    configuration: GatewayConfiguration
    layout: EnvoyLayout
    envoy: EnvoyProcess
    upstream: Upstream1
    tcp: Upstream1
    sessions: FakeSessions
    record: FakeRecord
    decider: FakeDecider
    check: Check
    registry: StreamRegistry
    own_answers: TellingOwnAnswers
    signer: AssertionSigner
    loop: LoopThread
    server: CheckServer | None = None
    holder: StreamHolder | None = None
    _sockets: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.configuration.listener.port

    def start_check(self) -> None:
        async def start() -> tuple[CheckServer, StreamHolder]:
            server = await serve(self.check, self.layout.check_socket, durable_within=0.5)
            holder = StreamHolder(
                self.layout.streams_socket, registry=self.registry, check=self.check, own_answers=self.own_answers
            )
            await holder.start()
            return server, holder

        self.server, self.holder = self.loop.run(start())  # type: ignore[misc]  # the pair above

    def stop_check(self) -> None:
        async def stop() -> None:
            if self.server is not None:
                await self.server.close()
            if self.holder is not None:
                await self.holder.stop()

        self.loop.run(stop())
        self.server = self.holder = None

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT)
        self._sockets.append(connection)
        return connection

    def send(self, request: bytes) -> Answer:
        """Send raw bytes on a fresh connection and read one answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT) as connection:
            connection.sendall(request)
            return read_answer(connection, head=request.startswith(b"HEAD "))

    def get(self, target: bytes, *, token: str | None = None, host: str = "app.localhost", more: bytes = b"") -> Answer:
        return self.send(raw(b"GET", target, token=token, host=host, more=more))

    def close(self) -> None:
        for connection in self._sockets:
            connection.close()


def raw(
    method: bytes, target: bytes, *, token: str | None = None, host: str = "app.localhost", more: bytes = b""
) -> bytes:
    cookie = f"cookie: __Host-watchword={token}\r\n".encode() if token else b""
    return method + b" " + target + b" HTTP/1.1\r\nhost: " + host.encode() + b"\r\n" + cookie + more + b"\r\n"


def read_head(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError(f"closed after {data!r}")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def parse_head(head: bytes) -> tuple[int, list[tuple[str, str]]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return int(first.split(" ")[1]), pairs


def read_answer(connection: socket.socket, *, head: bool = False) -> Answer:
    found, body = read_head(connection)
    status, headers = parse_head(found)
    length = int(dict(headers).get("content-length", "0"))
    while not head and len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return Answer(status, headers, body)


@contextmanager
def short_directory() -> Iterator[Path]:
    """A private directory with a path short enough for Unix sockets."""
    directory = Path(tempfile.mkdtemp(prefix="ww-"))
    directory.chmod(0o700)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_gateway(
    *,
    certificate: Path | None = None,
    private_key: Path | None = None,
    applications: Sequence[Application] | None = None,
    trusted_roots: Path | None = None,
) -> Iterator[Gateway]:
    """`applications` in place of the sample ones; `trusted_roots` in place of the system's, for upstreams with TLS."""
    with short_directory() as directory:
        upstream, tcp = Upstream1(), Upstream1(tcp=True)
        listener = Listener(
            port=free_port(),
            certificate=str(certificate) if certificate else "",
            private_key=str(private_key) if private_key else "",
        )
        configuration = GatewayConfiguration(
            revision="c1",
            listener=listener,
            domain="localhost",
            applications=tuple(applications or sample_applications(upstream.port, tcp.port)),
        )
        layout = EnvoyLayout(
            directory=directory / "envoy",
            check_socket=directory / "check.sock",
            streams_socket=directory / "streams.sock",
            admin_socket=directory / "admin.sock",
            trusted_roots=trusted_roots or system_roots(),
        )
        sessions, record, decider = FakeSessions(), FakeRecord(), FakeDecider()
        signer = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))
        clock = SystemClock()
        check = Check(
            snapshot=GatewaySnapshot(configuration, decider),
            sessions=sessions,
            recorder=record,
            signer=signer,
            clock=clock,
        )
        registry = StreamRegistry(clock=clock, events=record.sink, still_allowed=check.still_allowed)
        loop = LoopThread()
        write_files(configuration, layout, HtmlRefusalPages())
        envoy = EnvoyProcess(layout, directory / "envoy.log", concurrency=1)
        gateway = Gateway(
            configuration,
            layout,
            envoy,
            upstream,
            tcp,
            sessions,
            record,
            decider,
            check,
            registry,
            TellingOwnAnswers(clock=clock, events=record.sink),
            signer,
            loop,
        )
        try:
            gateway.start_check()
            with envoy:
                yield gateway
                gateway.close()
            if gateway.server is not None:
                gateway.stop_check()
        finally:
            gateway.close()
            loop.close()
            upstream.close()
            tcp.close()


@pytest.fixture(scope="module")
def shared_gateway() -> Iterator[Gateway]:
    with running_gateway() as gateway:
        yield gateway


def wait_until(condition: Callable[[], bool], within: float = WAIT) -> bool:
    """Poll until it holds; say whether it did."""
    end = monotonic() + within
    tick = threading.Event()
    while not condition():
        if monotonic() > end:
            return False
        tick.wait(0.005)
    return True


STAFF = GroupName("staff")
