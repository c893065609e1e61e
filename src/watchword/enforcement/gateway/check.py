"""The check: one request in, one verdict out, asked by the proxy before anything is forwarded.

The dangerous path, in order. Each step can only refuse; none can make up for an earlier one.

 1. route        the id comes from the proxy's own configuration; unknown is denied, an unknown host is 421
 2. path         canonical, or 400 (`canonical`)
 3. agreement    the route we choose for that path and host is the one that the proxy chose, or 400
 4. method       allowed by the route, or 405
 5. public?      a route that an operator opened passes here, without an identity and without our cookies
 6. credentials  one session cookie in the one form, or 400 (`credentials`)
 7. session      found in a memory that is fresh enough: SHA-256, host, ended, person, absolute and idle limit
 8. origin       a WebSocket only from the application's own pages
 9. assurance    at least the route's
10. policy       `decide()`; anything but Allowed is a refusal, with what would change it
11. assertion    signed, bound to application, route, method and path
12. record       the decision is accepted for the record; on a privileged route the shell waits until it is durable

It is a plain synchronous call that waits for nothing. What is down refuses (`UnavailableError` is 503). What is broken
must not pass either: the shell turns any exception into `Check.defect`.

    check = Check(snapshot=…, sessions=index, recorder=ledger, signer=signer, clock=clock)
    verdict = check.check(CheckRequest(route_id="payroll", method="GET", target=b"/reports", host="payroll.example.com",
                                       headers=headers))
"""

import enum
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter_ns
from urllib.parse import quote_from_bytes

import orjson

from watchword.decision.engine import (
    ContextValue,
    Decision,
    Explanation,
    Layer,
    Policies,
    PolicySet,
    Remedy,
    Request,
    StatementRef,
    decide,
    explain,
)
from watchword.enforcement.gateway.assertion import HEADER, LIFETIME, AssertionSigner, path_hash
from watchword.enforcement.gateway.canonical import PathRefusedError, canonicalise, showable
from watchword.enforcement.gateway.credentials import CredentialsRefusedError, read_cookies
from watchword.enforcement.gateway.events import AccessDecided
from watchword.enforcement.gateway.model import Access, Application, GatewayConfiguration, Route
from watchword.enforcement.gateway.ports import Decider, Recorder, RefusalPages, RiskSource, SessionFinder, Ticket
from watchword.enforcement.gateway.refusals import PlainPages, Refusal, StepUp, layer_in_words, problem
from watchword.enforcement.gateway.routing import RouteTable
from watchword.enforcement.gateway.streams import OpenStream, StandsOn
from watchword.identity.people import LiveSession, SessionRefused
from watchword.kernel.clock import Clock, monotonic
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Origin
from watchword.kernel.ids import new_id, token_digest
from watchword.kernel.principals import Principal, person

# Envoy's virtual host for names that nobody configured asks with this id.
NO_ROUTE = "-"
STREAM_HEADER = "x-watchword-stream"
# By which the proxy says where the connection comes from; like all of its kind removed from what clients send.
SOURCE_HEADER = "x-watchword-source"
OWN_PATH = "/.watchword"
_REMOVE_COOKIE = (b"x-envoy-auth-headers-to-remove", b"cookie")
_HOST_PORT = re.compile(r":[0-9]{1,5}\Z")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ASSERTION = HEADER.encode("ascii")
_STREAM = STREAM_HEADER.encode("ascii")
_SOURCE = SOURCE_HEADER.encode("ascii")
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_MAX_RETURN = 4096
_SHOWN_AGENT = 256
# Principals with their ready context; forgotten all at once, because a miss costs 10 microseconds.
_MAX_KNOWN = 10_000
# For how long the same assertion serves the same reading request of the same session. Signing is more than half of a
# decision's cost, and an assertion is good for a minute in any case.
_ASSERTION_REUSE = 5
# About 1.5 KB each. Forgotten all at once.
_MAX_SIGNED = 8192
# Decisions remembered; about 1 KB each. Forgotten all at once, because a miss costs 30 microseconds.
_MAX_DECIDED = 8192
_LIFETIME = int(LIFETIME.total_seconds())
_HARDWARE_KEYS = frozenset({"watchword:hardwarekey"})
_FRESH_KEYS = frozenset({"watchword:authage", "aws:multifactorauthage"})
_LEVEL_KEYS = frozenset({"watchword:authassurance"})


class Reason(enum.StrEnum):
    """Why; stable codes of `AccessDecided.reason` and of problem types."""

    ALLOWED = "allowed"
    PUBLIC = "public"
    HOST = "host"
    ROUTE = "route"
    PATH = "path"
    METHOD = "method"
    CREDENTIALS = "credentials"
    NO_SESSION = "no-session"
    SESSION_ENDED = "session-ended"
    SESSION_EXPIRED = "session-expired"
    ORIGIN = "origin"
    ASSURANCE = "assurance"
    DENIED = "denied"
    UNAVAILABLE = "unavailable"
    DEFECT = "defect"


_ALLOWED = Reason.ALLOWED.value  # looked up once: an enum's value costs a call
_REFUSED_OUTCOME = "Refused"
_SESSION_REASONS = {
    "unknown": Reason.NO_SESSION,
    "wrong-host": Reason.NO_SESSION,
    "ended": Reason.SESSION_ENDED,
    "person-disabled": Reason.SESSION_ENDED,
    "idle": Reason.SESSION_EXPIRED,
    "expired": Reason.SESSION_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What the proxy asks about. `headers` have lower-case names; `target` is path and query as they will be
    forwarded."""

    route_id: str
    method: str
    target: bytes
    host: str
    headers: Mapping[bytes, list[bytes]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. 200 lets the request through with `headers` set on it; anything else goes to the client as it stands.

    `ticket` is there where the answer may only be given once the record is durable.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    ticket: Ticket | None = None
    reason: str = _ALLOWED


class PolicyDecider:
    """The engine over one policy set, which remembers what it decided.

    A decision is a function of who asks, action, resource, and the condition keys that any policy in question reads:
    with all of these the same, it is the same. It is looked up where the same person opens the same path again. A
    policy that reads the time of day makes every second a new question, which is slower and never wrong."""

    __slots__ = ("_decided", "_policies")

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies
        # The policies are kept beside their decision, so that their id() stays their own.
        self._decided: dict[tuple[object, ...], tuple[Decision, Policies]] = {}

    @property
    def revision(self) -> str:
        return self._policies.revision

    def decide(self, request: Request) -> Decision:
        policies = self._policies.applicable(request.principal, request.resource)
        value = request.context.get
        keys = policies.plan.select(request.action).keys
        question = (
            id(policies),
            str(request.principal.arn),
            request.action,
            request.resource,
            request.account,
            request.resource_account,
            request.session_issuer,
            request.service,
            *map(value, keys),
        )
        found = self._decided.get(question)
        if found is None:
            if len(self._decided) >= _MAX_DECIDED:
                self._decided.clear()
            found = self._decided[question] = (decide(request, policies), policies)
        return found[0]

    def keys(self, request: Request) -> frozenset[str]:
        policies = self._policies.applicable(request.principal, request.resource)
        return policies.plan.select(request.action).keys

    def explain(self, request: Request) -> Explanation:
        return explain(request, self._policies.applicable(request.principal, request.resource))


@dataclass(frozen=True, slots=True)
class GatewaySnapshot:
    """One configuration with its policies: what `Check.install` swaps in as a whole."""

    configuration: GatewayConfiguration
    decider: Decider
    tables: dict[str, RouteTable] = field(init=False, repr=False, compare=False)
    issuer: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tables = {application.host: RouteTable(application) for application in self.configuration.applications}
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "issuer", self.configuration.origin(self.configuration.sign_in_host))


@dataclass(slots=True)
class Timings:
    """Nanoseconds spent in each part, over `checks` requests that went all the way. Cheap enough to stay on."""

    checks: int = 0
    canonicalise: int = 0
    session: int = 0
    decide: int = 0
    sign: int = 0
    record: int = 0
    total: int = 0

    def microseconds(self) -> dict[str, float]:
        """Return the mean of each part, in microseconds a request."""
        parts = ("canonicalise", "session", "decide", "sign", "record", "total")
        return {name: getattr(self, name) / 1000 / max(self.checks, 1) for name in parts}


class _Known:
    """A session's principal and the part of the context that does not change while it stands."""

    __slots__ = ("assurance", "auth_time", "claims", "context", "live", "principal")

    def __init__(self, live: LiveSession) -> None:
        session, who = live.session, live.person
        self.live = live
        self.assurance = session.assurance.label
        self.auth_time = int(session.auth_time.timestamp())
        # The beginning of every assertion about this session; `_assertion` completes the object.
        self.claims = orjson.dumps(
            {
                "sub": who.id,
                "email": who.email,
                "name": who.display_name,
                "groups": sorted(who.groups),
                "sid": session.id,
                "acr": self.assurance,
                "amr": session.amr,
                "auth_time": self.auth_time,
            }
        )[:-1]
        self.principal: Principal = person(who.email, who.groups)
        self.context: dict[str, ContextValue] = {
            "aws:multifactorauthpresent": "true",  # nobody signs in with less (`identity.people`)
            "aws:principalarn": str(self.principal.arn),
            "aws:principaltype": "User",
            "aws:userid": who.id,
            "aws:username": who.email,
            "watchword:authassurance": self.assurance,
            "watchword:hardwarekey": "true" if session.hardware else "false",
            "watchword:groups": tuple(sorted(who.groups)),
        }
        for key, value in self.principal.tags.items():
            self.context[f"aws:principaltag/{key.lower()}"] = value


@dataclass(frozen=True, slots=True)
class _Signed:
    """An assertion, and all that it says beside what it is filed under."""

    snapshot: GatewaySnapshot
    known: _Known
    determining: tuple[StatementRef, ...]
    issued: int
    assertion: bytes


# What `_question` says of the moment. All else in it comes from the session, the stream or the configuration.
_KEYS_OF_TIME = frozenset({"aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "watchword:authage"})
_KEYS_OF_RISK = frozenset({"watchword:risklevel", "watchword:riskscore"})


class _Asked:
    """One request on its way through the steps: what is known of it so far, for the record and for whoever is
    refused."""

    __slots__ = (
        "application",
        "at",
        "decision",
        "epoch",
        "host",
        "known",
        "path",
        "request",
        "request_id",
        "risk",
        "route",
        "source_ip",
        "started",
    )

    def __init__(self, request: CheckRequest, at: datetime, started: int) -> None:
        self.request = request
        self.at = at
        self.epoch = int(at.timestamp())
        self.started = started
        self.host = request.host.lower()
        self.path = ""
        self.application: Application | None = None
        self.route: Route | None = None
        self.known: _Known | None = None
        self.decision: Decision | None = None
        self.risk: tuple[str | None, int | None] = (None, None)
        self.request_id = _request_id(request.headers)
        self.source_ip = _source_ip(request.headers)


class Check:
    """See the module. `check` belongs to one thread; the rest may be called from another."""

    def __init__(
        self,
        *,
        snapshot: GatewaySnapshot,
        sessions: SessionFinder,
        recorder: Recorder,
        signer: AssertionSigner,
        clock: Clock,
        pages: RefusalPages | None = None,
        risk: RiskSource | None = None,
    ) -> None:
        self._snapshots: tuple[GatewaySnapshot, ...] = (snapshot,)
        self._sessions = sessions
        self._recorder = recorder
        self._signer = signer
        self._clock = clock
        self._pages = pages or PlainPages()
        self._plain = PlainPages()
        self._risk = risk
        self._known: dict[str, _Known] = {}
        self._signed: dict[tuple[str, str, str, str], _Signed] = {}
        self._second = (-1, "")
        self.timings = Timings()
        self.counts: dict[str, int] = dict.fromkeys((reason.value for reason in Reason), 0)
        self.defects = 0

    @property
    def snapshot(self) -> GatewaySnapshot:
        return self._snapshots[0]

    def install(self, snapshot: GatewaySnapshot) -> None:
        """Decide by `snapshot` from now on. Routes of the one before are still known until `settle`, because the proxy
        goes on using them until it has taken the new ones; policies and sessions are never old."""
        self._snapshots = (snapshot, self._snapshots[0])

    def settle(self) -> None:
        """Forget the routes before the last `install`: the proxy uses the new ones."""
        self._snapshots = self._snapshots[:1]

    def stale(self) -> bool:
        """Say whether sessions have to be refreshed before anybody can be let in by them."""
        return self._sessions.stale(monotonic())

    # The dangerous path.

    def check(self, request: CheckRequest) -> Verdict:
        """Answer one request. What is down is a 503 verdict; any exception out of here is a defect (`defect`)."""
        asked = _Asked(request, self._clock.now(), perf_counter_ns())
        try:
            return self._steps(asked)
        except UnavailableError as error:
            return self._refuse(asked, 503, Reason.UNAVAILABLE, "Not available", error.message)

    def _steps(self, asked: _Asked) -> Verdict:
        request = asked.request
        timings = self.timings
        snapshots = self._snapshots

        # 1. route
        if _HOST_PORT.search(asked.host):
            asked.host = _HOST_PORT.sub("", asked.host)
        if request.route_id == NO_ROUTE:
            known_host = any(asked.host in snapshot.tables for snapshot in snapshots)
            asked.path = showable(request.target)
            if known_host:
                return self._refuse(
                    asked, 404, Reason.ROUTE, "Nothing here", "No route of this application has this path."
                )
            return self._refuse(asked, 421, Reason.HOST, "Not a site of ours", "No application has this host name.")

        # 2. path
        try:
            target = canonicalise(request.target)
        except PathRefusedError as error:
            asked.path = showable(request.target)
            detail = f"The path can be read in more than one way ({error.reason.value})."
            return self._refuse(asked, 400, Reason.PATH, "This address is not accepted", detail)
        asked.path = target.path
        canonical_at = perf_counter_ns()
        timings.canonicalise += canonical_at - asked.started

        # 3. agreement
        if not self._agree(asked, snapshots, target.path):
            if not any(request.route_id in snapshot.configuration.by_route for snapshot in snapshots):
                return self._refuse(asked, 403, Reason.ROUTE, "Nothing here", "This route is not configured.")
            detail = "The proxy and the check read this address differently."
            return self._refuse(asked, 400, Reason.PATH, "This address is not accepted", detail)
        application, route = asked.application, asked.route
        if application is None or route is None:
            raise AssertionError("agreement without a route")

        # 4. method
        if request.method not in route.methods and not (route.tunnel and request.method == "CONNECT"):
            allow = ((b"allow", ", ".join(sorted(route.methods)).encode("ascii")),)
            detail = f"{request.method[:32]} is not accepted here."
            return self._refuse(asked, 405, Reason.METHOD, "Method not accepted", detail, extra=allow)

        # 5. public
        if route.access is Access.PUBLIC:
            return self._public(asked, application, route)

        # 6. credentials
        try:
            cookies = read_cookies(request.headers.get(b"cookie", ()))
        except CredentialsRefusedError as error:
            detail = f"This request has {error.found}. Clear this site's cookies and sign in again."
            return self._refuse(asked, 400, Reason.CREDENTIALS, "Credentials not accepted", detail)

        # 7. session
        if self.stale():
            raise UnavailableError("the memory of sessions is out of date", code="check.sessions.stale")
        if cookies.token is None:
            return self._no_session(asked, Reason.NO_SESSION)
        try:
            live = self._sessions.find(token_digest(cookies.token), asked.host, asked.at)
        except SessionRefused as refused:
            return self._no_session(asked, _SESSION_REASONS.get(refused.reason.value, Reason.NO_SESSION))
        known = self._known_of(live)
        asked.known = known
        session_at = perf_counter_ns()
        timings.session += session_at - canonical_at

        # 8. origin
        if b"sec-websocket-version" in request.headers and not self._own_origin(asked):
            detail = "A page of another site may not open a connection here in your name."
            return self._refuse(asked, 403, Reason.ORIGIN, "Not from here", detail)

        # 9. assurance
        if live.session.assurance < route.assurance:
            return self._too_weak(asked, route)

        # 10. policy
        question = self._question(asked, application, route, known)
        decision = snapshots[0].decider.decide(question)
        asked.decision = decision
        if not decision.allowed:
            return self._denied(asked, snapshots[0].decider, question, decision)
        decided_at = perf_counter_ns()
        timings.decide += decided_at - session_at

        # 11. assertion
        headers = [(_ASSERTION, self._assertion(asked, application, route, known, decision))]
        if cookies.rest is None:
            headers.append(_REMOVE_COOKIE)
        elif cookies.changed:
            headers.append((b"cookie", cookies.rest))
        if route.streams or route.tunnel:
            headers.append((_STREAM, self._stream(asked, application, route, live)))
        signed_at = perf_counter_ns()
        timings.sign += signed_at - decided_at

        # 12. record
        ticket = self._record(asked, 200, _ALLOWED, str(decision.result))
        self.counts[_ALLOWED] += 1
        ended = perf_counter_ns()
        timings.record += ended - signed_at
        timings.total += ended - asked.started
        timings.checks += 1
        return Verdict(200, tuple(headers), b"", ticket if route.privileged else None)

    def _agree(self, asked: _Asked, snapshots: tuple[GatewaySnapshot, ...], path: str) -> bool:
        for snapshot in snapshots:
            table = snapshot.tables.get(asked.host)
            if table is None:
                continue
            route = table.choose(path)
            if route is not None and route.id == asked.request.route_id:
                asked.application = table.application
                asked.route = route
                return True
        return False

    def _public(self, asked: _Asked, application: Application, route: Route) -> Verdict:
        own = is_own_page(application, route)
        headers: tuple[tuple[bytes, bytes], ...] = ()
        if not own:
            try:
                cookies = read_cookies(asked.request.headers.get(b"cookie", ()))
            except CredentialsRefusedError as error:
                return self._refuse(asked, 400, Reason.CREDENTIALS, "Credentials not accepted", error.message)
            if cookies.changed:
                headers = (_REMOVE_COOKIE,) if cookies.rest is None else ((b"cookie", cookies.rest),)
        self.counts["public"] += 1
        # Our own pages record what happens on them (sign-in, sign-out); that a style sheet was read is no event.
        ticket = None if own else self._record(asked, 200, Reason.PUBLIC.value, "Allowed")
        return Verdict(200, headers, b"", ticket if route.privileged else None, Reason.PUBLIC.value)

    def still_allowed(self, stream: OpenStream, before: StandsOn | None = None) -> StandsOn | str | None:
        """Decide an open stream again, by today's session and policies. Return why it has to end, as text; else what
        it stands on, or None where that is nothing.

        Give `before`, what the last answer stood on: the session and its limits are looked at anew each time, but the
        policies are asked again only where something differs that they could depend on.
        """
        now = self._clock.now()
        if self.stale():
            return Reason.UNAVAILABLE.value
        snapshot = self._snapshots[0]
        entry = snapshot.configuration.by_route.get(stream.route)
        if entry is None or not (entry[1].streams or entry[1].tunnel):
            return Reason.ROUTE.value
        application, route = entry
        if route.access is Access.PUBLIC:
            return None
        if stream.session_id is None:
            return Reason.NO_SESSION.value
        try:
            live = self._sessions.check(stream.session_id, now, active=False)
        except SessionRefused as refused:
            return _SESSION_REASONS.get(refused.reason.value, Reason.NO_SESSION).value
        if before is not None and self._is_same(before, snapshot, live, now):
            return before
        if live.session.assurance < route.assurance:
            return Reason.ASSURANCE.value
        request = CheckRequest(stream.route, stream.method, b"", application.host, {})
        asked = _Asked(request, now, 0)
        asked.path = stream.path
        asked.source_ip = stream.source_ip
        question = self._question(asked, application, route, self._known_of(live))
        if not snapshot.decider.decide(question).allowed:
            return Reason.DENIED.value
        keys = snapshot.decider.keys(question)
        return StandsOn(
            snapshot=snapshot,
            live=live,
            second=asked.epoch if keys & _KEYS_OF_TIME else None,
            # What was decided on, and not what it is by now.
            risk=asked.risk if keys & _KEYS_OF_RISK else None,
        )

    def _is_same(self, before: StandsOn, snapshot: GatewaySnapshot, live: LiveSession, now: datetime) -> bool:
        return (
            before.snapshot is snapshot
            # The index hands out the same value until something about the session or the person changes.
            and before.live is live
            and (before.second is None or before.second == int(now.timestamp()))
            and (before.risk is None or before.risk == self._risk_of(live))
        )

    def _risk_of(self, live: LiveSession) -> tuple[str | None, int | None]:
        return (None, None) if self._risk is None else self._risk.risk(live.person, live.session)

    # What a decision needs.

    def _known_of(self, live: LiveSession) -> _Known:
        known = self._known.get(live.session.id)
        # The index hands out the same value until something about the session or the person changes.
        if known is not None and (
            known.live is live or (known.live.session == live.session and known.live.person == live.person)
        ):
            return known
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        fresh = self._known[live.session.id] = _Known(live)
        return fresh

    def _question(self, asked: _Asked, application: Application, route: Route, known: _Known) -> Request:
        epoch = asked.epoch
        second = self._second
        if epoch != second[0]:
            second = self._second = (epoch, datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        age = str(max(0, epoch - known.auth_time))
        context = known.context.copy()
        context["aws:currenttime"] = second[1]
        context["aws:epochtime"] = str(epoch)
        context["aws:securetransport"] = "true" if self._snapshots[0].configuration.listener.tls else "false"
        context["aws:multifactorauthage"] = age
        context["watchword:authage"] = age
        context["watchword:application"] = application.name
        context["watchword:route"] = route.id
        if asked.source_ip is not None:
            context["aws:sourceip"] = asked.source_ip
        agent = asked.request.headers.get(b"user-agent")
        if agent:
            context["aws:useragent"] = agent[0].decode("latin-1")
        # Asked once: the record tells the risk that was decided by, not that of a moment later.
        level, score = asked.risk = self._risk_of(known.live)
        if level is not None:
            context["watchword:risklevel"] = level
            context["watchword:riskscore"] = str(score)
        return Request(
            principal=known.principal,
            action=f"http:{asked.request.method}",
            resource=f"arn:watchword:app:::{application.name}{asked.path}",
            context=context,
        )

    def _assertion(
        self, asked: _Asked, application: Application, route: Route, known: _Known, decision: Decision
    ) -> bytes:
        """Sign, or hand out again what was signed for the same GET or HEAD a moment ago.

        The same means: session and person as they stand, route, method, path, configuration and determining statements.
        Whether the request may pass was decided before, each time.
        """
        snapshot, method = self._snapshots[0], asked.request.method
        filed = (known.live.session.id, route.id, method, asked.path)
        found = self._signed.get(filed)
        if (
            found is not None
            and found.known is known
            and found.snapshot is snapshot
            and found.determining == decision.determining
            and 0 <= asked.epoch - found.issued < _ASSERTION_REUSE
        ):
            return found.assertion
        assertion = self._sign(asked, application, route, known, decision)
        if method in _SAFE_METHODS:
            if len(self._signed) >= _MAX_SIGNED:
                self._signed.clear()
            self._signed[filed] = _Signed(snapshot, known, decision.determining, asked.epoch, assertion)
        return assertion

    def _sign(self, asked: _Asked, application: Application, route: Route, known: _Known, decision: Decision) -> bytes:
        claims = {
            "iss": self._snapshots[0].issuer,
            "aud": application.name,
            "iat": asked.epoch,
            "exp": asked.epoch + _LIFETIME,
            "jti": asked.request_id,
            "route": route.id,
            "htm": asked.request.method,
            "pth": path_hash(asked.path),
            "why": [str(statement) for statement in decision.determining],
        }
        return self._signer.sign(known.claims + b"," + orjson.dumps(claims)[1:])

    def _stream(self, asked: _Asked, application: Application, route: Route, live: LiveSession) -> bytes:
        return OpenStream(
            request_id=asked.request_id,
            application=application.name,
            route=route.id,
            method=asked.request.method,
            path=asked.path,
            session_id=live.session.id,
            person_id=live.person.id,
            email=live.person.email,
            source_ip=asked.source_ip,
            expires_at=live.session.expires_at,
        ).to_header()

    def _own_origin(self, asked: _Asked) -> bool:
        origins = asked.request.headers.get(b"origin")
        if not origins:
            # Browsers always send it (RFC 6455, 4.1); a client that is none cannot be tricked by another site.
            return True
        own = self._snapshots[0].configuration.origin(asked.host).encode("ascii")
        return len(origins) == 1 and origins[0] == own

    # Refusals.

    def _no_session(self, asked: _Asked, reason: Reason) -> Verdict:
        if _navigates(asked.request):
            start = self._start_url(asked)
            self._record(asked, 302, reason.value, _REFUSED_OUTCOME)
            self.counts[reason.value] += 1
            headers = ((b"location", start.encode("ascii")), (b"cache-control", b"no-store"))
            return Verdict(302, headers, b"", None, reason.value)
        # RFC 9110, 15.5.2: a 401 names a scheme. This one is of ours: the cookie that only signing in gives.
        challenge = ((b"www-authenticate", b'Watchword realm="sign-in"'),)
        detail = "Sign in to go on." if reason is Reason.NO_SESSION else "Your session is over. Sign in to go on."
        return self._refuse(
            asked, 401, reason, "Sign in", detail, extra=challenge, sign_in_url=f"{OWN_PATH}/start?to=%2F"
        )

    def _too_weak(self, asked: _Asked, route: Route) -> Verdict:
        # RFC 9470: an API client is told what to ask for; a person is offered it.
        level = route.assurance.label
        navigates = _navigates(asked.request)
        challenge = (
            (
                b"www-authenticate",
                f'Watchword error="insufficient_user_authentication", acr_values="{level}"'.encode("ascii"),
            ),
        )
        return self._refuse(
            asked,
            403 if navigates else 401,
            Reason.ASSURANCE,
            "A stronger sign-in is needed",
            f"This part asks for {level.upper()}: a security key that proved to be one.",
            extra=() if navigates else challenge,
            step_up=StepUp(acr=level, hardware=True, fresh=False, url=f"{self._start_url(asked)}&acr={level}"),
        )

    def _denied(self, asked: _Asked, decider: Decider, question: Request, decision: Decision) -> Verdict:
        explanation = decider.explain(question)
        application = asked.application
        title = application.title or application.name if application is not None else "this application"
        if decision.determining:
            detail = f"A rule forbids this: {', '.join(map(str, decision.determining))}."
        elif decision.blocking_layer is not None and decision.blocking_layer is not Layer.IDENTITY:
            detail = f"Nothing in {layer_in_words(decision.blocking_layer)} allows this."
        else:
            detail = f"No rule lets you do this at {title}."
        return self._refuse(
            asked,
            403,
            Reason.DENIED,
            "Not allowed",
            detail,
            statements=decision.determining or explanation.considered,
            remedies=explanation.remedies,
            step_up=self._step_up(asked, explanation.remedies),
        )

    def _step_up(self, asked: _Asked, remedies: tuple[Remedy, ...]) -> StepUp | None:
        """Offer what the person can do alone: another key, a fresh sign-in."""
        for remedy in remedies:
            keys = {change.key.lower() for change in remedy.changes}
            if keys and keys <= _HARDWARE_KEYS | _FRESH_KEYS | _LEVEL_KEYS:
                hardware = not keys.isdisjoint(_HARDWARE_KEYS | _LEVEL_KEYS)
                acr = "aal3" if hardware else "aal2"
                fresh = not keys.isdisjoint(_FRESH_KEYS)
                return StepUp(acr=acr, hardware=hardware, fresh=fresh, url=f"{self._start_url(asked)}&acr={acr}")
        return None

    def _start_url(self, asked: _Asked) -> str:
        target = asked.request.target if asked.request.method in _SAFE_METHODS else b"/"
        if len(target) > _MAX_RETURN:
            target = b"/"
        return f"{OWN_PATH}/start?to={quote_from_bytes(target, safe='')}"

    def _refuse(
        self,
        asked: _Asked,
        status: int,
        reason: Reason,
        title: str,
        detail: str,
        *,
        extra: tuple[tuple[bytes, bytes], ...] = (),
        statements: tuple[StatementRef, ...] = (),
        remedies: tuple[Remedy, ...] = (),
        sign_in_url: str | None = None,
        step_up: StepUp | None = None,
    ) -> Verdict:
        outcome = asked.decision.result.value if asked.decision is not None else _REFUSED_OUTCOME
        try:
            self._record(asked, status, reason.value, outcome)
        except UnavailableError:
            # The record being down is itself a refusal; what was decided before it no longer matters.
            status, reason, extra = 503, Reason.UNAVAILABLE, ()
            title, detail = "Not available", "The record does not take what happens, so nothing passes."
            statements, remedies, step_up, sign_in_url = (), (), None, None
        self.counts[reason.value] += 1
        decision = asked.decision if reason is Reason.DENIED else None
        application, route = asked.application, asked.route
        refusal = Refusal(
            status=status,
            reason=reason.value,
            title=title,
            detail=detail,
            request_id=asked.request_id,
            host=asked.host,
            method=asked.request.method,
            path=asked.path,
            application=application.name if application is not None else "",
            application_title=(application.title or application.name) if application is not None else "",
            route=route.id if route is not None else "",
            email=asked.known.live.person.email if asked.known is not None else None,
            statements=statements,
            blocking_layer=decision.blocking_layer if decision is not None else None,
            missing_keys=decision.missing_keys if decision is not None else (),
            remedies=remedies,
            sign_in_url=sign_in_url,
            step_up=step_up,
        )
        return self._answer(refusal, asked.request, extra)

    def _answer(self, refusal: Refusal, request: CheckRequest, extra: tuple[tuple[bytes, bytes], ...]) -> Verdict:
        base = (
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            *extra,
        )
        if refusal.status == 503:  # noqa: PLR2004 - RFC 9110, 15.6.4
            base += ((b"retry-after", b"1"),)
        if not _wants_page(request):
            return Verdict(
                refusal.status,
                ((b"content-type", b"application/problem+json"), *base),
                problem(refusal),
                None,
                refusal.reason,
            )
        pages = self._pages if refusal.reason != Reason.DEFECT else self._plain
        headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", pages.content_security_policy.encode("ascii")),
            *base,
        )
        return Verdict(refusal.status, headers, pages.render(refusal), None, refusal.reason)

    def defect(self, request: CheckRequest) -> Verdict:
        """Answer a request whose check raised what it never should. 503; recorded where that is possible; never
        through."""
        self.defects += 1
        asked = _Asked(request, self._clock.now(), perf_counter_ns())
        asked.path = showable(request.target)
        entry = self._snapshots[0].configuration.by_route.get(request.route_id)
        if entry is not None:
            asked.application, asked.route = entry
        return self._refuse(
            asked, 503, Reason.DEFECT, "Not available", "Something is broken on our side, so nothing passes."
        )

    def not_durable(self, request: CheckRequest) -> Verdict:
        """Answer a request on a privileged route whose record did not reach the disk in time."""
        asked = _Asked(request, self._clock.now(), perf_counter_ns())
        asked.path = showable(request.target)
        detail = "The record of this decision did not become durable in time."
        return self._refuse(asked, 503, Reason.UNAVAILABLE, "Not available", detail)

    def _record(self, asked: _Asked, status: int, reason: str, outcome: str) -> Ticket:
        decision, known = asked.decision, asked.known
        snapshot = self._snapshots[0]
        session = known.live.session if known is not None else None
        agent = asked.request.headers.get(b"user-agent")
        groups: ContextValue | None = None
        auth_age: int | None = None
        tls: bool | None = None
        if decision is not None and known is not None:
            groups = known.context["watchword:groups"]
            auth_age = max(0, asked.epoch - known.auth_time)
            tls = snapshot.configuration.listener.tls
        return self._recorder.append(
            AccessDecided(
                at=asked.at,
                request_id=asked.request_id,
                outcome=outcome,
                status=status,
                reason=reason,
                application=asked.application.name if asked.application is not None else "",
                route=asked.route.id if asked.route is not None else "",
                host=asked.host[:253],
                method=asked.request.method[:32],
                path=asked.path,
                person_id=known.live.person.id if known is not None else None,
                email=known.live.person.email if known is not None else None,
                session_id=session.id if session is not None else None,
                assurance=known.assurance if known is not None else None,
                statements=decision.determining if decision is not None else (),
                blocking_layer=decision.blocking_layer.value
                if decision is not None and decision.blocking_layer
                else None,
                missing_keys=decision.missing_keys if decision is not None else (),
                policy_revision=snapshot.decider.revision,
                configuration_revision=snapshot.configuration.revision,
                privileged=asked.route.privileged if asked.route is not None else False,
                duration_us=(perf_counter_ns() - asked.started) // 1000,
                origin=Origin(
                    source_ip=asked.source_ip,
                    user_agent=agent[0][:_SHOWN_AGENT].decode("latin-1") if agent else None,
                    request_id=asked.request_id,
                ),
                groups=groups if isinstance(groups, tuple) else None,
                auth_age=auth_age,
                tls=tls,
                risk_level=asked.risk[0],
                risk_score=asked.risk[1],
            )
        )


def is_own_page(application: Application, route: Route) -> bool:
    """Say whether a route leads to our own sign-in pages, the only ones that may see our cookies."""
    return route.access is Access.PUBLIC and (
        application.internal or route.path == OWN_PATH or route.path.startswith(OWN_PATH + "/")
    )


def _navigates(request: CheckRequest) -> bool:
    """Say whether a browser is opening a page, so that sending it elsewhere leads somewhere (Fetch metadata, 2.2)."""
    if request.method not in _SAFE_METHODS:
        return False
    modes = request.headers.get(b"sec-fetch-mode")
    if modes:
        return modes == [b"navigate"]
    return _accepts_html(request)


def _wants_page(request: CheckRequest) -> bool:
    modes = request.headers.get(b"sec-fetch-mode")
    if modes:
        return modes == [b"navigate"]
    return _accepts_html(request)


def _accepts_html(request: CheckRequest) -> bool:
    return any(b"text/html" in value.lower() for value in request.headers.get(b"accept", ()))


def _request_id(headers: Mapping[bytes, list[bytes]]) -> str:
    found = headers.get(b"x-request-id")
    if found:
        text = found[0].decode("latin-1")
        if _REQUEST_ID.fullmatch(text):
            return text
    return new_id("req")


def _source_ip(headers: Mapping[bytes, list[bytes]]) -> str | None:
    # The proxy drops what a client writes into either, and sets the address of the connection, alone.
    found = headers.get(_SOURCE) or headers.get(b"x-forwarded-for")
    if not found:
        return None
    text = found[0].decode("latin-1").strip()
    known = _ADDRESSES.get(text)
    if known is None:
        try:
            known = str(ipaddress.ip_address(text))
        except ValueError:
            return None
        if len(_ADDRESSES) >= _MAX_KNOWN:
            _ADDRESSES.clear()
        _ADDRESSES[text] = known
    return known


# Parsing an address costs 3 microseconds, and clients come back.
_ADDRESSES: dict[str, str] = {}
