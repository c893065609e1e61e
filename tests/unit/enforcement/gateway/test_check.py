"""The check, step by step: what each one refuses, and what the record and the client are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import KeySet

from support.envoy import (
    ALLOW,
    DENY,
    FakeDecider,
    FakeRecord,
    FakeSessions,
    application_named,
    make_person,
    make_session,
    sample_applications,
)
from watchword.decision.engine import ContextChange, Decision, Explanation, Remedy, Request
from watchword.enforcement.gateway import (
    AssertionSigner,
    Check,
    CheckRequest,
    GatewayConfiguration,
    GatewaySnapshot,
    Listener,
    OpenStream,
    StandsOn,
    Verdict,
)
from watchword.enforcement.gateway.assertion import path_hash
from watchword.enforcement.gateway.events import AccessDecided
from watchword.identity.people import LiveSession, Person, Session, SessionRefusal
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import SettableClock
from watchword.kernel.ids import new_token

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REQUEST_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class FakeRisk:
    def __init__(self, score: int = 0) -> None:
        self.score = score

    def risk(self, person: object, session: object) -> tuple[str, int]:
        return ("high" if self.score > 50 else "low"), self.score


class World:
    def __init__(self, risk: FakeRisk | None = None) -> None:
        self.clock = SettableClock(NOW)
        self.sessions = FakeSessions()
        self.record = FakeRecord()
        self.decider = FakeDecider()
        self.signer = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))
        self.configuration = GatewayConfiguration(
            revision="c1", listener=Listener(port=8080), domain="localhost", applications=sample_applications(1)
        )
        self.check = Check(
            snapshot=GatewaySnapshot(self.configuration, self.decider),
            sessions=self.sessions,
            recorder=self.record,
            signer=self.signer,
            clock=self.clock,
            risk=risk,
        )

    def sign_in(self, host: str = "app.localhost", assurance: AssuranceLevel = AssuranceLevel.AAL2) -> str:
        person = make_person()
        session = make_session(person, now=self.clock.now() - timedelta(seconds=90), assurance=assurance)
        return self.sessions.open(host, person, session)[0]

    def ask(
        self,
        target: bytes = b"/reports?x=1",
        *,
        route: str = "app",
        method: str = "GET",
        host: str = "app.localhost",
        token: str | None = None,
        **headers: str,
    ) -> Verdict:
        found = {name.replace("_", "-").encode(): [value.encode()] for name, value in headers.items()}
        found.setdefault(b"x-request-id", [REQUEST_ID.encode()])
        if token is not None:
            found[b"cookie"] = [f"__Host-watchword={token}".encode()]
        return self.check.check(CheckRequest(route, method, target, host, found))


@pytest.fixture
def world() -> World:
    return World()


def problem_of(verdict: Verdict) -> dict[str, object]:
    assert dict(verdict.headers)[b"content-type"] == b"application/problem+json"
    found = orjson.loads(verdict.body)
    assert isinstance(found, dict)
    return found


def claims_of(world: World, verdict: Verdict) -> dict[str, object]:
    assertion = dict(verdict.headers)[b"x-watchword-jwt-assertion"]
    keys = KeySet.import_key_set(orjson.loads(world.signer.jwks()))
    return dict(jwt.decode(assertion.decode(), keys, algorithms=["ES256"]).claims)


# Allowed.


def test_someone_signed_in_whom_a_policy_allows_passes_with_an_assertion(world: World) -> None:
    token = world.sign_in()
    verdict = world.ask(token=token, x_watchword_source="203.0.113.7", user_agent="Browser/1")
    assert verdict.status == 200
    assert verdict.ticket is None
    claims = claims_of(world, verdict)
    assert claims["iss"] == "http://auth.localhost:8080"
    assert claims["aud"] == "app"
    assert claims["route"] == "app"
    assert claims["email"] == "alice@example.com"
    assert claims["htm"] == "GET"
    assert claims["pth"] == path_hash("/reports")
    assert claims["acr"] == "aal2"
    assert claims["jti"] == REQUEST_ID
    assert claims["why"] == [str(ALLOW)]
    assert claims["exp"] == NOW.timestamp() + 60
    (event,) = world.record.decisions
    assert (event.outcome, event.status, event.reason) == ("Allowed", 200, "allowed")
    assert (event.path, event.application, event.route, event.method) == ("/reports", "app", "app", "GET")
    assert event.statements == (ALLOW,)
    assert event.origin.source_ip == "203.0.113.7"
    assert event.origin.user_agent == "Browser/1"
    assert token not in repr(event)
    assert world.check.timings.checks == 1
    assert world.check.timings.microseconds()["total"] > 0


def assertion_of(verdict: Verdict) -> bytes:
    return dict(verdict.headers)[b"x-watchword-jwt-assertion"]


def test_the_same_reading_request_shares_its_assertion_for_a_moment_and_is_recorded_each_time(world: World) -> None:
    token = world.sign_in()
    first = assertion_of(world.ask(token=token))
    world.clock.advance(timedelta(seconds=4))
    assert assertion_of(world.ask(token=token)) == first
    world.clock.advance(timedelta(seconds=1))
    assert assertion_of(world.ask(token=token)) != first
    assert len(world.record.decisions) == 3


def test_nobody_and_nothing_else_shares_it(world: World) -> None:
    token = world.sign_in()
    first = assertion_of(world.ask(token=token))
    others = [
        assertion_of(world.ask(token=world.sign_in())),
        assertion_of(world.ask(b"/reports/2", token=token)),
        assertion_of(world.ask(method="HEAD", token=token)),
        assertion_of(world.ask(method="POST", token=token)),
        assertion_of(world.ask(method="POST", token=token)),
    ]
    assert len({first, *others}) == 6


def test_an_assertion_is_not_shared_over_a_change_of_configuration_or_by_a_clock_set_back(world: World) -> None:
    token = world.sign_in()
    first = assertion_of(world.ask(token=token))
    world.clock.advance(timedelta(seconds=-1))
    earlier = assertion_of(world.ask(token=token))
    assert earlier != first
    snapshot = world.check.snapshot
    world.check.install(GatewaySnapshot(snapshot.configuration, snapshot.decider))
    assert assertion_of(world.ask(token=token)) != earlier


def test_the_application_never_gets_the_session_cookie(world: World) -> None:
    token = world.sign_in()
    alone = world.ask(token=token)
    assert (b"x-envoy-auth-headers-to-remove", b"cookie") in alone.headers
    among = world.ask(cookie=f"a=1; __Host-watchword={token}; b=2")
    assert dict(among.headers)[b"cookie"] == b"a=1; b=2"


def test_policies_are_asked_with_what_is_known_of_the_request(world: World) -> None:
    world.ask(b"/caf%C3%A9?x", token=world.sign_in(), x_watchword_source="203.0.113.7", user_agent="Browser/1")
    (request,) = world.decider.asked
    assert request.action == "http:GET"
    assert request.resource == "arn:watchword:app:::app/café"
    context = dict(request.context)
    assert context["aws:sourceip"] == "203.0.113.7"
    assert context["aws:currenttime"] == "2026-11-23T12:00:00Z"
    assert context["aws:epochtime"] == str(int(NOW.timestamp()))
    assert context["aws:securetransport"] == "false"
    assert context["aws:multifactorauthpresent"] == "true"
    assert context["aws:multifactorauthage"] == context["watchword:authage"] == "90"
    assert context["aws:username"] == "alice@example.com"
    assert context["watchword:authassurance"] == "aal2"
    assert context["watchword:hardwarekey"] == "false"
    assert context["watchword:groups"] == ("staff",)
    assert context["watchword:application"] == "app"
    assert context["watchword:route"] == "app"
    assert "watchword:risklevel" not in context  # nothing measures it here, and unknown is not low


def test_a_measured_risk_is_part_of_the_question() -> None:
    world = World(risk=FakeRisk(91))
    assert world.ask(token=world.sign_in()).status == 200
    context = world.decider.asked[-1].context
    assert (context["watchword:risklevel"], context["watchword:riskscore"]) == ("high", "91")


def test_a_privileged_route_waits_for_its_record(world: World) -> None:
    world.record.slow = True
    verdict = world.ask(b"/vault/x", route="app.vault", token=world.sign_in())
    assert verdict.status == 200
    assert verdict.ticket is world.record.tickets[-1]
    assert world.record.decisions[-1].privileged


def test_a_stream_carries_what_it_stands_on(world: World) -> None:
    verdict = world.ask(b"/live", route="app.live", token=world.sign_in())
    stream = OpenStream.from_header(dict(verdict.headers)[b"x-watchword-stream"])
    assert (stream.application, stream.route, stream.path, stream.method) == ("app", "app.live", "/live", "GET")
    assert stream.email == "alice@example.com"
    assert isinstance(world.check.still_allowed(stream), StandsOn)


# Refused.


def test_an_unknown_host_is_misdirected(world: World) -> None:
    verdict = world.ask(route="-", host="evil.test")
    assert verdict.status == 421
    assert problem_of(verdict)["reason"] == "host"
    assert world.record.decisions[-1].reason == "host"


def test_a_host_without_such_a_route_has_nothing_there(world: World) -> None:
    assert world.ask(route="-", host="app.localhost").status == 404


def test_a_route_that_is_not_configured_is_denied(world: World) -> None:
    assert world.ask(route="gone", token=world.sign_in()).status == 403
    assert world.record.decisions[-1].reason == "route"


@pytest.mark.parametrize(
    ("target", "route", "host"),
    [
        (b"/public/x", "app", "app.localhost"),  # ours would be app.public
        (b"/x", "app.public", "app.localhost"),
        (b"/x", "app", "other.localhost"),
        (b"/x", "app", "evil.test"),
    ],
)
def test_a_route_that_we_would_not_choose_is_refused(world: World, target: bytes, route: str, host: str) -> None:
    verdict = world.ask(target, route=route, host=host, token=world.sign_in())
    assert verdict.status == 400
    assert problem_of(verdict)["reason"] == "path"


def test_a_path_with_two_readings_is_refused_and_recorded_as_it_can_be_shown(world: World) -> None:
    verdict = world.ask(b"/a;b/%0a?secret", token=world.sign_in())
    assert verdict.status == 400
    assert world.record.decisions[-1].path == "/a;b/%0a"
    assert "secret" not in repr(world.record.decisions[-1])


def test_a_method_that_the_route_does_not_take(world: World) -> None:
    verdict = world.ask(b"/once", route="app.once", method="POST", token=world.sign_in())
    assert verdict.status == 405
    assert dict(verdict.headers)[b"allow"] == b"GET"
    assert world.ask(method="TRACE", token=world.sign_in()).status == 405
    assert world.ask(method="CONNECT", token=world.sign_in()).status == 405


def test_two_session_cookies_are_refused(world: World) -> None:
    token = world.sign_in()
    verdict = world.ask(cookie=f"__Host-watchword={token}; __Host-watchword={token}")
    assert verdict.status == 400
    assert problem_of(verdict)["reason"] == "credentials"
    assert token not in verdict.body.decode()


@pytest.mark.parametrize(
    ("headers", "method"),
    [
        ({"sec_fetch_mode": "navigate", "accept": "text/html"}, "GET"),
        ({"accept": "text/html,*/*"}, "GET"),
        ({"sec_fetch_mode": "navigate"}, "HEAD"),
    ],
)
def test_a_browser_that_opens_a_page_is_sent_to_sign_in(world: World, headers: dict[str, str], method: str) -> None:
    verdict = world.ask(b"/a?b=c&d=%20", method=method, **headers)
    assert verdict.status == 302
    assert dict(verdict.headers)[b"location"] == b"/.watchword/start?to=%2Fa%3Fb%3Dc%26d%3D%2520"
    assert dict(verdict.headers)[b"cache-control"] == b"no-store"
    assert world.record.decisions[-1].status == 302


def test_a_long_address_is_not_carried_through_the_sign_in(world: World) -> None:
    verdict = world.ask(b"/" + b"a" * 5000, sec_fetch_mode="navigate")
    assert dict(verdict.headers)[b"location"] == b"/.watchword/start?to=%2F"


@pytest.mark.parametrize(
    ("headers", "method"),
    [
        ({"sec_fetch_mode": "cors", "accept": "text/html"}, "GET"),
        ({"sec_fetch_mode": "websocket"}, "GET"),
        ({"accept": "application/json"}, "GET"),
        ({}, "GET"),
        ({"accept": "text/html"}, "POST"),
        ({"sec_fetch_mode": "navigate", "accept": "text/html"}, "POST"),
    ],
)
def test_whatever_is_no_page_being_opened_is_told_401(world: World, headers: dict[str, str], method: str) -> None:
    verdict = world.ask(b"/reports", method=method, **headers)
    assert verdict.status == 401
    assert dict(verdict.headers)[b"www-authenticate"] == b'Watchword realm="sign-in"'


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (SessionRefusal.ENDED, "session-ended"),
        (SessionRefusal.PERSON_DISABLED, "session-ended"),
        (SessionRefusal.IDLE, "session-expired"),
        (SessionRefusal.EXPIRED, "session-expired"),
        (SessionRefusal.UNKNOWN, "no-session"),
        (SessionRefusal.WRONG_HOST, "no-session"),
    ],
)
def test_a_session_that_does_not_stand_is_no_session(world: World, refusal: SessionRefusal, reason: str) -> None:
    token, live = world.sessions.open("app.localhost", session=make_session(make_person(), now=NOW))
    world.sessions.end(live.session.id, refusal)
    assert world.ask(token=token).status == 401
    assert world.record.decisions[-1].reason == reason


def test_a_cookie_of_one_host_opens_no_other(world: World) -> None:
    token = world.sign_in("app.localhost")
    assert world.ask(b"/", route="other", host="other.localhost", token=token).status == 401
    assert world.ask(token=new_token()).status == 401


def test_a_websocket_of_another_site_is_refused(world: World) -> None:
    token = world.sign_in()

    def opened(origin: str) -> int:
        return world.ask(b"/live", route="app.live", token=token, sec_websocket_version="13", origin=origin).status

    assert opened("http://evil.test") == 403
    assert opened("null") == 403
    assert opened("https://app.localhost:8080") == 403
    assert opened("http://app.localhost:8080") == 200
    assert world.ask(b"/live", route="app.live", token=token, sec_websocket_version="13").status == 200


def test_a_session_that_is_too_weak_is_told_what_to_ask_for(world: World) -> None:
    token = world.sign_in()
    program = world.ask(b"/strong", route="app.strong", token=token)
    assert program.status == 401
    challenge = dict(program.headers)[b"www-authenticate"]
    assert challenge == b'Watchword error="insufficient_user_authentication", acr_values="aal3"'
    browser = world.ask(b"/strong", route="app.strong", token=token, sec_fetch_mode="navigate")
    assert browser.status == 403
    assert b"/.watchword/start?to=%2Fstrong&amp;acr=aal3" in browser.body
    strong = world.sign_in(assurance=AssuranceLevel.AAL3)
    assert world.ask(b"/strong", route="app.strong", token=strong).status == 200


def test_a_denial_names_the_rule_and_is_recorded(world: World) -> None:
    verdict = world.ask(b"/admin/x", token=world.sign_in())
    assert verdict.status == 403
    told = problem_of(verdict)
    assert told["statements"] == [str(DENY)]
    assert told["request_id"] == REQUEST_ID
    assert told["type"] == "urn:watchword:refusal:denied"
    event = world.record.decisions[-1]
    assert (event.outcome, event.reason, event.statements) == ("ExplicitlyDenied", "denied", (DENY,))


def test_a_page_says_the_same_as_a_program_is_told_and_escapes_it(world: World) -> None:
    world.sessions = FakeSessions()
    person = make_person('"><script>alert(1)</script>@example.com')
    token, _ = world.sessions.open("app.localhost", person, make_session(person, now=NOW))
    check = Check(
        snapshot=GatewaySnapshot(world.configuration, world.decider),
        sessions=world.sessions,
        recorder=world.record,
        signer=world.signer,
        clock=world.clock,
    )
    headers = {b"cookie": [f"__Host-watchword={token}".encode()], b"accept": [b"text/html"]}
    verdict = check.check(CheckRequest("app", "GET", b"/admin", "app.localhost", headers))
    found = dict(verdict.headers)
    assert verdict.status == 403
    assert found[b"content-type"] == b"text/html; charset=utf-8"
    assert b"default-src 'none'" in found[b"content-security-policy"]
    assert str(DENY).encode() in verdict.body
    assert b"<script>" not in verdict.body


def test_what_the_person_can_do_about_it_is_offered(world: World) -> None:
    change = ContextChange(
        statement=DENY,
        operator="BoolIfExists",
        key="watchword:HardwareKey",
        expected=("false",),
        actual=("false",),
        must_match=False,
    )

    class Explaining(FakeDecider):
        def explain(self, request: Request) -> Explanation:
            return Explanation(decision=self.decide(request), remedies=(Remedy(changes=(change,)),), considered=(DENY,))

    world.check.install(GatewaySnapshot(world.configuration, Explaining()))
    world.check.settle()
    token = world.sign_in()
    told = problem_of(world.ask(b"/admin", token=token))
    assert told["step_up"] == {"acr_values": "aal3", "url": "/.watchword/start?to=%2Fadmin&acr=aal3"}
    page = world.ask(b"/admin", token=token, sec_fetch_mode="navigate").body.decode()
    assert "watchword:HardwareKey would have to not be false" in page


# Public.


def test_a_public_route_needs_nobody_and_still_strips_our_cookies(world: World) -> None:
    assert world.ask(b"/public/x", route="app.public").status == 200
    token = world.sign_in()
    with_session = world.ask(b"/public/x", route="app.public", token=token)
    assert with_session.status == 200
    assert (b"x-envoy-auth-headers-to-remove", b"cookie") in with_session.headers
    assert b"x-watchword-jwt-assertion" not in dict(with_session.headers)
    mixed = world.ask(b"/public", route="app.public", cookie=f"a=1; __Host-watchword={token}")
    assert dict(mixed.headers)[b"cookie"] == b"a=1"
    twice = world.ask(b"/public", route="app.public", cookie=f"__Host-watchword={token}; __Host-watchword={token}")
    assert twice.status == 400
    assert world.record.decisions[-1].reason == "credentials"


@pytest.mark.parametrize(
    ("target", "route", "host"),
    [(b"/sign-in", "auth", "auth.localhost"), (b"/.watchword/callback", "app~watchword", "app.localhost")],
)
def test_our_own_pages_see_our_cookies(world: World, target: bytes, route: str, host: str) -> None:
    verdict = world.ask(target, route=route, host=host, cookie="__Host-watchword-flow=x")
    assert (verdict.status, verdict.headers) == (200, ())
    assert world.record.events == []


# Down, and broken.


def test_a_record_that_takes_nothing_lets_nothing_through(world: World) -> None:
    token = world.sign_in()
    world.record.down = True
    for target, route in ((b"/x", "app"), (b"/admin", "app"), (b"/public", "app.public"), (b"/vault", "app.vault")):
        verdict = world.ask(target, route=route, token=token)
        assert verdict.status == 503
        assert dict(verdict.headers)[b"retry-after"] == b"1"
        assert b"x-watchword-jwt-assertion" not in dict(verdict.headers)
    assert world.check.counts["unavailable"] == 4


def test_a_memory_of_sessions_that_is_too_old_is_not_believed(world: World) -> None:
    token = world.sign_in()
    world.sessions.old = True
    assert world.ask(token=token).status == 503
    assert world.ask().status == 503
    assert world.record.decisions[-1].reason == "unavailable"


def test_a_defect_is_refused_counted_and_recorded(world: World) -> None:
    token = world.sign_in()
    world.decider.broken = True
    with pytest.raises(RuntimeError):
        world.ask(token=token)
    verdict = world.check.defect(CheckRequest("app", "GET", b"/x", "app.localhost", {}))
    assert verdict.status == 503
    assert world.check.defects == 1
    assert world.record.decisions[-1].reason == "defect"


def test_a_record_that_is_not_durable_in_time_is_a_refusal(world: World) -> None:
    verdict = world.check.not_durable(CheckRequest("app.vault", "GET", b"/vault", "app.localhost", {}))
    assert verdict.status == 503
    assert world.record.decisions[-1].reason == "unavailable"


# Another configuration.


def test_while_the_proxy_changes_over_both_routings_are_known_and_then_one(world: World) -> None:
    token, fresh = world.sign_in(), world.sign_in("fresh.localhost")
    after = replace(
        world.configuration, revision="c2", applications=(application_named("other", 1), application_named("fresh", 1))
    )
    world.check.install(GatewaySnapshot(after, world.decider))
    assert world.ask(token=token).status == 200
    assert world.ask(b"/", route="fresh", host="fresh.localhost", token=fresh).status == 200
    world.check.settle()
    assert world.ask(token=token).status == 403
    assert world.ask(b"/", route="fresh", host="fresh.localhost", token=fresh).status == 200
    assert world.record.decisions[-1].configuration_revision == "c2"


def test_policies_are_never_old(world: World) -> None:
    token = world.sign_in()
    closed = FakeDecider("p2")
    closed.closed = True
    world.check.install(GatewaySnapshot(world.configuration, closed))
    assert world.ask(token=token).status == 403
    assert world.record.decisions[-1].policy_revision == "p2"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda world, live: world.sessions.end(live.session.id), "session-ended"),
        (lambda world, live: world.clock.advance(timedelta(hours=13)), "session-expired"),
        (lambda world, live: setattr(world.decider, "closed", True), "denied"),
        (lambda world, live: setattr(world.sessions, "old", True), "unavailable"),
    ],
)
def test_an_open_stream_is_decided_again_by_what_is_true_now(
    world: World, change: Callable[[World, object], None], reason: str
) -> None:
    token, live = world.sessions.open("app.localhost", session=make_session(make_person(), now=NOW))
    verdict = world.ask(b"/live", route="app.live", token=token)
    stream = OpenStream.from_header(dict(verdict.headers)[b"x-watchword-stream"])
    assert isinstance(world.check.still_allowed(stream), StandsOn)
    change(world, live)
    assert world.check.still_allowed(stream) == reason


class TestAskingThePoliciesAgain:
    """Only where something differs that the answer could depend on; the session is looked at each time."""

    def opened(self, world: World) -> tuple[OpenStream, LiveSession, StandsOn]:
        token, live = world.sessions.open("app.localhost", session=make_session(make_person(), now=NOW))
        verdict = world.ask(b"/live", route="app.live", token=token)
        stream = OpenStream.from_header(dict(verdict.headers)[b"x-watchword-stream"])
        stands_on = world.check.still_allowed(stream)
        assert isinstance(stands_on, StandsOn)
        world.decider.asked.clear()
        return stream, live, stands_on

    def test_not_where_nothing_differs(self, world: World) -> None:
        stream, _, stands_on = self.opened(world)
        world.clock.advance(timedelta(minutes=5))
        assert world.check.still_allowed(stream, stands_on) is stands_on
        assert world.decider.asked == []

    def test_the_session_is_looked_at_all_the_same(self, world: World) -> None:
        stream, live, stands_on = self.opened(world)
        world.sessions.old = True
        assert world.check.still_allowed(stream, stands_on) == "unavailable"
        world.sessions.old = False
        world.sessions.end(live.session.id)
        assert world.check.still_allowed(stream, stands_on) == "session-ended"

    def test_another_person_value_is_another_question(self, world: World) -> None:
        stream, live, stands_on = self.opened(world)
        world.sessions.replace(live, replace(live, person=replace(live.person, groups=frozenset())))
        world.decider.closed = True
        assert world.check.still_allowed(stream, stands_on) == "denied"

    def test_another_snapshot_is_another_question(self, world: World) -> None:
        stream, _, stands_on = self.opened(world)
        world.check.install(GatewaySnapshot(world.configuration, world.decider))
        world.decider.closed = True
        assert world.check.still_allowed(stream, stands_on) == "denied"

    @pytest.mark.parametrize("key", ["aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "watchword:authage"])
    def test_where_a_policy_reads_the_time_each_second_is_another_question(self, world: World, key: str) -> None:
        world.decider.reads = frozenset({key, "aws:sourceip"})
        stream, _, stands_on = self.opened(world)
        assert world.check.still_allowed(stream, stands_on) is stands_on
        world.clock.advance(timedelta(seconds=1))
        world.decider.closed = True
        assert world.check.still_allowed(stream, stands_on) == "denied"

    def test_where_a_policy_reads_the_risk_another_risk_is_another_question(self) -> None:
        risk = FakeRisk()
        world = World(risk=risk)
        world.decider.reads = frozenset({"watchword:riskscore"})
        stream, _, stands_on = self.opened(world)
        assert world.check.still_allowed(stream, stands_on) is stands_on
        risk.score = 91
        world.decider.closed = True
        assert world.check.still_allowed(stream, stands_on) == "denied"

    def test_every_key_of_the_moment_is_known_as_one(self, world: World) -> None:
        """What differs between two questions about one stream has to be a key of time or of risk."""
        from watchword.enforcement.gateway import check

        stream, _, _ = self.opened(world)
        world.check.still_allowed(stream)
        world.clock.advance(timedelta(minutes=7))
        world.check.still_allowed(stream)
        one, two = (request.context for request in world.decider.asked)
        assert {key for key in one if one[key] != two[key]} == check._KEYS_OF_TIME


def test_a_stream_whose_route_is_gone_has_to_end(world: World) -> None:
    verdict = world.ask(b"/live", route="app.live", token=world.sign_in())
    stream = OpenStream.from_header(dict(verdict.headers)[b"x-watchword-stream"])
    world.check.install(
        GatewaySnapshot(replace(world.configuration, applications=(application_named("app", 1),)), world.decider)
    )
    assert world.check.still_allowed(stream) == "route"


def test_the_real_engine_decides_too() -> None:
    from watchword.decision.engine import Attachment, PolicySet
    from watchword.decision.language import PolicyKind, parse_policy
    from watchword.enforcement.gateway import PolicyDecider

    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"http:GET","Resource":"arn:watchword:app:::app/*"}]}'
    document = parse_policy(text, name="staff.json", kind=PolicyKind.IDENTITY)
    policies = PolicySet.build(
        documents={"staff": document},
        attachments=[Attachment(policy="staff", groups=frozenset({"staff"}))],
        revision="p9",
    )
    world = World()
    world.check.install(GatewaySnapshot(world.configuration, PolicyDecider(policies)))
    token = world.sign_in()
    assert world.ask(token=token).status == 200
    denied = world.ask(token=token, method="POST")
    assert denied.status == 403
    assert "No rule lets you do this" in str(problem_of(denied)["detail"])
    event = world.record.decisions[-1]
    assert (event.outcome, event.policy_revision) == ("ImplicitlyDenied", "p9")


def test_a_decision_without_a_statement_is_still_a_refusal_with_words(world: World) -> None:
    class Silent(FakeDecider):
        def decide(self, request: Request) -> Decision:
            return replace(super().decide(request), determining=())

    world.check.install(GatewaySnapshot(world.configuration, Silent()))
    told = problem_of(world.ask(b"/admin", token=world.sign_in()))
    assert told["detail"] == "No rule lets you do this at app."
    assert told["statements"] == [str(DENY)]


# What the record keeps, so that the question can be asked again.


def test_the_record_holds_what_the_policies_were_asked_about(world: World) -> None:
    world.ask(token=world.sign_in())
    (event,) = world.record.events
    assert isinstance(event, AccessDecided)
    (asked,) = world.decider.asked
    assert event.groups == asked.context["watchword:groups"]
    assert str(event.auth_age) == asked.context["watchword:authage"] == "90"
    assert event.tls is False
    assert (event.risk_level, event.risk_score) == (None, None)


def test_the_record_holds_the_risk_where_something_measures_it(world: World) -> None:
    class Measured:
        def risk(self, person: Person, session: Session) -> tuple[str, int]:
            return "medium", 40

    check = Check(
        snapshot=GatewaySnapshot(world.configuration, world.decider),
        sessions=world.sessions,
        recorder=world.record,
        signer=world.signer,
        clock=world.clock,
        risk=Measured(),
    )
    cookie = f"__Host-watchword={world.sign_in()}".encode()
    check.check(CheckRequest("app", "GET", b"/", "app.localhost", {b"cookie": [cookie]}))
    (event,) = world.record.events
    assert isinstance(event, AccessDecided)
    assert (event.risk_level, event.risk_score) == ("medium", 40)


def test_where_no_policy_was_asked_the_record_holds_no_context(world: World) -> None:
    world.ask()
    (event,) = world.record.events
    assert isinstance(event, AccessDecided)
    assert (event.groups, event.auth_age, event.tls) == (None, None, None)
