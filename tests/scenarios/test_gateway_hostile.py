"""Hostile requests over raw sockets, against the real Envoy: what the check decided on is what the application saw."""

import json
import re
from collections.abc import Iterator

import h2.config
import h2.connection
import h2.events
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.envoy import Gateway, raw, running_gateway, wait_until
from watchword.enforcement.gateway.canonical import canonicalise
from watchword.enforcement.gateway.events import GatewayAnswered
from watchword.enforcement.gateway.refusals import content_security_policy

pytestmark = pytest.mark.envoy

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture(scope="module")
def token(gateway: Gateway) -> str:
    return gateway.sessions.open("app.localhost")[0]


def seen(gateway: Gateway) -> str:
    return gateway.upstream.heads[-1].decode("latin-1")


def test_nobody_gets_through_without_a_session(gateway: Gateway) -> None:
    before = len(gateway.upstream.heads)
    assert gateway.get(b"/").status == 401
    page = gateway.get(b"/a?b=c", more=b"sec-fetch-mode: navigate\r\naccept: text/html\r\n")
    assert (page.status, page.header("location")) == (302, "/.watchword/start?to=%2Fa%3Fb%3Dc")
    assert len(gateway.upstream.heads) == before


def test_someone_signed_in_gets_through_and_leaves_the_cookie_behind(gateway: Gateway, token: str) -> None:
    answer = gateway.send(raw(b"GET", b"/x", more=b"cookie: a=1; __Host-watchword=" + token.encode() + b"; b=2\r\n"))
    assert answer.status == 200
    assert "\r\ncookie: a=1; b=2" in seen(gateway)
    assert token not in seen(gateway)
    assert gateway.get(b"/x", token=token).status == 200
    assert "cookie" not in seen(gateway).lower()
    assert answer.header("x-request-id") == gateway.record.decisions[-2].request_id


def test_a_public_page_does_not_get_it_either(gateway: Gateway, token: str) -> None:
    assert gateway.get(b"/public", token=token).status == 200
    assert token not in seen(gateway)
    assert "x-watchword-jwt-assertion" not in seen(gateway)


SPOOFED = (
    b"x-watchword-jwt-assertion",
    b"X-Watchword-Jwt-Assertion",
    b"x-watchword-stream",
    b"x-watchword-source",
    b"x-watchword-anything",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-forwarded-email",
    b"x-forwarded-client-cert",
    b"forwarded",
    b"x-real-ip",
    b"x-original-url",
    b"x-rewrite-url",
    b"x-http-method-override",
    b"x-remote-user",
    b"remote-user",
    b"x-auth-request-email",
    b"x-envoy-original-path",
    b"x-envoy-auth-headers-to-remove",
    b"x-request-id",
)


@pytest.mark.parametrize("name", SPOOFED)
def test_what_a_client_says_about_itself_never_arrives(gateway: Gateway, token: str, name: bytes) -> None:
    answer = gateway.get(b"/", token=token, more=name + b": spoofed-by-client\r\n")
    assert answer.status == 200
    assert "spoofed-by-client" not in seen(gateway)
    assert "spoofed-by-client" not in repr(gateway.record.decisions[-1])


def test_the_source_is_the_connection_whatever_the_client_claims(gateway: Gateway, token: str) -> None:
    gateway.get(b"/", token=token, more=b"x-forwarded-for: 198.51.100.1\r\nforwarded: for=198.51.100.1\r\n")
    assert gateway.record.decisions[-1].origin.source_ip == "127.0.0.1"
    assert "198.51.100.1" not in seen(gateway)
    # The application is told the same, and not the machine's own address.
    assert "x-forwarded-for: 127.0.0.1" in seen(gateway).lower().split("\r\n")


@pytest.mark.parametrize("name", [b"x_watchword_jwt_assertion", b"x_forwarded_for", b"remote_user"])
def test_a_header_with_an_underscore_is_refused(gateway: Gateway, token: str, name: bytes) -> None:
    before = len(gateway.upstream.heads)
    assert gateway.get(b"/", token=token, more=name + b": x\r\n").status == 400
    assert len(gateway.upstream.heads) == before


@pytest.mark.parametrize(
    "more",
    [
        b"cookie: __Host-watchword=%b\r\ncookie: __Host-watchword=%b\r\n",
        b"cookie: a=1\r\ncookie: __Host-watchword=%b\r\n",
        b"cookie: __Host-watchword=%b; __Host-watchword=%b\r\n",
        b'cookie: __Host-watchword="%b"\r\n',
        b"cookie: __host-watchword=%b\r\n",
        b"cookie: a=__Host-watchword=%b\r\n",
    ],
)
def test_any_other_form_of_the_session_cookie_is_refused(gateway: Gateway, token: str, more: bytes) -> None:
    before = len(gateway.upstream.heads)
    answer = gateway.send(raw(b"GET", b"/", more=more.replace(b"%b", token.encode())))
    assert answer.status == 400
    assert token.encode() not in answer.body
    assert len(gateway.upstream.heads) == before


@pytest.mark.parametrize("method", [b"TRACE", b"CONNECT", b"PROPFIND", b"FOO", b"PRI", b"get"])
def test_methods_that_nobody_allowed_do_not_arrive(gateway: Gateway, token: str, method: bytes) -> None:
    before = len(gateway.upstream.heads)
    assert 400 <= gateway.send(raw(method, b"/", token=token)).status < 500
    assert len(gateway.upstream.heads) == before


def test_head_is_answered_without_a_body_and_the_next_answer_is_the_right_one(gateway: Gateway, token: str) -> None:
    assert gateway.send(raw(b"HEAD", b"/admin", token=token)).status == 403
    assert gateway.send(raw(b"HEAD", b"/x", token=token)).status == 200
    assert gateway.get(b"/admin", token=token).status == 403
    assert gateway.get(b"/x", token=token).status == 200


def test_an_upgrade_happens_on_stream_routes_alone(gateway: Gateway, token: str) -> None:
    before = len(gateway.upstream.heads)
    websocket = (
        b"connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    )
    assert gateway.get(b"/", token=token, more=websocket).status == 403
    assert len(gateway.upstream.heads) == before
    h2c = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n"
    gateway.get(b"/", token=token, more=h2c)
    assert "h2c" not in seen(gateway)
    assert "http2-settings" not in seen(gateway)


@pytest.mark.parametrize(
    "host", ["evil.test", "app.localhost.evil.test", "xapp.localhost", "localhost", "127.0.0.1", "*"]
)
def test_a_host_that_nobody_configured_is_misdirected_and_recorded(gateway: Gateway, token: str, host: str) -> None:
    answer = gateway.get(b"/", token=token, host=host)
    assert answer.status == 421
    assert gateway.record.decisions[-1].reason == "host"


@pytest.mark.parametrize(
    "host", ["app.localhost", "APP.localhost", "app.localhost.", "app.localhost:1", "app.localhost:443"]
)
def test_one_host_has_one_name(gateway: Gateway, token: str, host: str) -> None:
    assert gateway.get(b"/", token=token, host=host).status == 200
    assert gateway.record.decisions[-1].host == "app.localhost"
    assert f"host: app.localhost:{gateway.port}\r\n" in seen(gateway)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nhost: app.localhost\r\nhost: other.localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: app.localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: app.localhost\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        b"GET / HTTP/1.1\r\nhost: app.localhost\r\ntransfer-encoding: xchunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost : app.localhost\r\n\r\n",
        b"GET http://app.localhost/ HTTP/1.1\r\nhost: other.localhost\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nhost: app.localhost\r\n\r\n",
    ],
)
def test_requests_that_are_read_in_two_ways_do_not_arrive(gateway: Gateway, token: str, request_bytes: bytes) -> None:
    before = len(gateway.upstream.heads)
    cookie = f"\r\ncookie: __Host-watchword={token}\r\n\r\n".encode()
    assert 400 <= gateway.send(request_bytes.replace(b"\r\n\r\n", cookie, 1)).status <= 501
    assert len(gateway.upstream.heads) == before


def settle(gateway: Gateway, *, after: int | None = None) -> None:
    """Wait until Envoy has told of what went before, and forget it; `after` is how many that must have been."""
    gateway.get(b"/settled%2f")
    assert wait_until(lambda: any(answer.path == "/settled/" for answer in gateway.own_answers.told))
    assert after is None or len(gateway.own_answers.told) == after + 1
    gateway.own_answers.flush()
    gateway.own_answers.told.clear()
    gateway.record.events.clear()


UNREADABLE = {
    "path_normalization_failed": raw(b"GET", b"/x%2fy?token=secret", more=b"x-request-id: <b>spoofed</b>\r\n"),
    "absolute_path_rejected": raw(b"GET", b"http://app.localhost/", more=b"x-request-id: <b>spoofed</b>\r\n"),
    "missing_host_header": b"GET / HTTP/1.1\r\nx-request-id: <b>spoofed</b>\r\n\r\n",
    "http1.unexpected_underscore": raw(b"GET", b"/", more=b"a_b: c\r\n"),
    "http1.invalid_characters": b"GET /\x00 HTTP/1.1\r\nhost: app.localhost\r\n\r\n",
    "http1.headers_too_large": raw(b"GET", b"/", more=b"a: " + b"x" * 70_000 + b"\r\n"),
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_what_envoy_refuses_unread_is_answered_in_our_words_and_on_the_record(gateway: Gateway, reason: str) -> None:
    settle(gateway)
    answer = gateway.send(UNREADABLE[reason])
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("cache-control") == "no-store"
    problem = json.loads(answer.body)
    assert (problem["status"], problem["reason"]) == (answer.status, "not-read")
    assert UUID.fullmatch(problem["request_id"])
    assert wait_until(lambda: len(gateway.own_answers.told) == 1)
    gateway.own_answers.flush()
    (event,) = [event for event in gateway.record.events if isinstance(event, GatewayAnswered)]
    assert (event.status, event.count, event.origin.source_ip) == (answer.status, 1, "127.0.0.1")
    assert event.reason == reason
    assert "spoofed" not in repr(event)
    assert "secret" not in repr(event)
    if "spoofed" not in repr(UNREADABLE[reason]):
        assert event.origin.request_id == problem["request_id"]


def test_a_browser_gets_a_page_for_it_with_nothing_of_the_request_in_it(gateway: Gateway) -> None:
    more = b"accept: text/html\r\nx-request-id: <b>spoofed</b>\r\n"
    answer = gateway.get(b"/x%2f<i>y</i>", more=more)
    page = answer.body.decode()
    assert (answer.status, answer.header("content-type")) == (400, "text/html; charset=utf-8")
    assert '<p class="status">400</p>' in page
    assert "refused this request" in page
    assert UUID.search(page)
    assert "spoofed" not in page
    assert "<i>" not in page
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert answer.header("content-security-policy") == content_security_policy(style[1])


def test_a_flood_of_them_is_a_few_records(gateway: Gateway) -> None:
    settle(gateway)
    for n in range(300):
        assert gateway.get(b"/x%%2f%d" % n).status == 400
    assert wait_until(lambda: len(gateway.own_answers.told) == 300)
    gateway.own_answers.flush()
    found = [event for event in gateway.record.events if isinstance(event, GatewayAnswered)]
    assert sum(event.count for event in found) == 300
    assert len(found) == 1


def test_what_the_check_or_an_application_answered_is_not_counted_as_envoys(gateway: Gateway, token: str) -> None:
    settle(gateway)
    assert gateway.get(b"/admin", token=token).status == 403
    assert gateway.get(b"/", host="evil.test").status == 421
    settle(gateway, after=0)


def test_a_folded_header_arrives_as_one_line(gateway: Gateway, token: str) -> None:
    # RFC 9112, 5.2: replaced by spaces, so that nobody after takes the rest for a header of its own.
    assert gateway.get(b"/", token=token, more=b"x-folded: a\r\n x-watchword-b: c\r\n").status == 200
    assert "\r\nx-folded: a" in seen(gateway)
    assert "\r\n x-watchword-b" not in seen(gateway)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/admin", 403),
        (b"/admin/", 403),
        (b"//admin", 403),
        (b"/./admin", 403),
        (b"/x/../admin", 403),
        (b"/x/%2e%2e/admin", 403),
        (b"/x/..%2fadmin", 400),
        (b"/%2fadmin", 400),
        (b"/%5cadmin", 400),
        (b"/%61dmin", 403),
        (b"/%2561dmin", 400),
        (b"/%252e%252e/admin", 400),
        (b"/admin%00", 400),
        (b"/admin%0a", 400),
        (b"/admin;x", 400),
        (b"/admin%3bx", 400),
        (b"/x;/../admin", 403),
        (b"/public;/../admin", 403),
        (b"/public/..;/admin", 403),
        (b"/admin#x", 400),
        (b"/%c0%ae%c0%ae/admin", 400),
        (b"/%ef%bc%8fadmin", 400),
        (b"http://app.localhost/admin", 404),
        (b"*", 404),
        (b"admin", 400),
    ],
)
def test_no_spelling_of_a_forbidden_path_gets_through(gateway: Gateway, token: str, target: bytes, status: int) -> None:
    before = len(gateway.upstream.heads)
    assert gateway.get(target, token=token).status == status
    assert len(gateway.upstream.heads) == before


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(
    parts=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    b"/",
                    b"//",
                    b".",
                    b"..",
                    b"%2e",
                    b"%2E",
                    b"%2f",
                    b"%5c",
                    b"\\",
                    b";",
                    b"%3b",
                    b"%25",
                    b"%252e",
                    b"%00",
                    b"%7e",
                    b"%61",
                    b"%c3%a9",
                    b"%40",
                    b"%20",
                    b"admin",
                    b"public",
                    b"live",
                    b"?",
                    b"#",
                    b"[",
                    b"|",
                    b"^",
                    b"{",
                    b'"',
                    b"<",
                    b"@",
                    b":",
                    b"*",
                    b"\xc3\xa9",
                    b"\x7f",
                    b"%",
                ]
            ),
            st.binary(min_size=1, max_size=3).filter(lambda part: not set(part) & set(b"\r\n\0 \t")),
        ),
        max_size=8,
    )
)
def test_what_was_decided_on_is_what_the_application_saw(gateway: Gateway, parts: list[bytes]) -> None:
    token = gateway.sessions.open("app.localhost")[0]
    decided, arrived = len(gateway.decider.asked), len(gateway.upstream.heads)
    target = b"/" + b"".join(parts)
    if target.partition(b"?")[0].startswith(b"/live") or b"live" in target:
        target = target.replace(b"live", b"lives")  # an endless answer is no part of this law
    try:
        status = gateway.get(target, token=token).status
    except ConnectionError:
        status = 400
    passed = gateway.upstream.heads[arrived:]
    assert len(passed) == (1 if status == 200 else 0)
    for head in passed:
        forwarded = head.split(b" ", 2)[1]
        read = canonicalise(forwarded)
        if read.path == "/public" or read.path.startswith("/public/"):
            assert gateway.record.decisions[-1].path == read.path
            continue
        (request,) = gateway.decider.asked[decided:]
        assert request.resource == f"arn:watchword:app:::app{read.path}"
        assert gateway.record.decisions[-1].path == read.path
        assert not read.path.startswith("/admin/")
        assert read.path != "/admin"


def decoded(event: h2.events.ResponseReceived) -> list[tuple[str, str]]:
    pairs: object = event.headers  # text, because of `header_encoding`; its types say bytes
    assert isinstance(pairs, list)
    return [(str(name), str(value)) for name, value in pairs]


def test_http2_is_carried_and_its_crumbs_are_one_cookie(gateway: Gateway, token: str) -> None:
    connection = gateway.connect()
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
    client.initiate_connection()
    headers = [
        (":method", "GET"),
        (":path", "/h2"),
        (":scheme", "http"),
        (":authority", "app.localhost"),
        ("cookie", "a=1"),
        ("cookie", f"__Host-watchword={token}"),
        ("x-watchword-jwt-assertion", "spoofed-by-client"),
    ]
    client.send_headers(1, headers, end_stream=True)
    connection.sendall(client.data_to_send())
    status = ""
    ended = False
    while not ended:
        data = connection.recv(65536)
        assert data, "the connection was closed"
        for event in client.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                status = next(value for name, value in decoded(event) if name == ":status")
            ended = ended or isinstance(event, h2.events.StreamEnded)
        connection.sendall(client.data_to_send())
    assert status == "200"
    assert "\r\ncookie: a=1\r\n" in seen(gateway) + "\r\n"
    assert "spoofed-by-client" not in seen(gateway)
