"""The gateway over time: streams that are cut, a check that dies, a configuration that changes, TLS."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.envoy import (
    WAIT,
    FakeDecider,
    Gateway,
    application_named,
    parse_head,
    raw,
    read_answer,
    read_head,
    running_gateway,
    wait_until,
)
from watchword.adapters.envoy import reload as files
from watchword.app import development_ca
from watchword.enforcement.gateway import GatewaySnapshot, Upstream
from watchword.kernel.clock import SystemClock, monotonic
from watchword.kernel.errors import InvalidInputError

pytestmark = pytest.mark.envoy

WEBSOCKET = (
    b"connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as running:
        yield running


def open_websocket(gateway: Gateway, token: str, more: bytes = b"") -> socket.socket:
    connection = gateway.connect()
    connection.sendall(raw(b"GET", b"/live/chat", token=token, more=WEBSOCKET + more))
    head, _ = read_head(connection)
    assert parse_head(head)[0] == 101
    connection.sendall(b"hello")
    assert connection.recv(5) == b"hello"
    return connection


def open_events(gateway: Gateway, token: str) -> socket.socket:
    connection = gateway.connect()
    connection.sendall(raw(b"GET", b"/live", token=token))
    head, _ = read_head(connection)
    assert parse_head(head)[0] == 200
    return connection


def open_tunnel(gateway: Gateway, token: str) -> socket.socket:
    connection = gateway.connect()
    connection.sendall(
        f"CONNECT tcp.localhost:22 HTTP/1.1\r\nhost: tcp.localhost:22\r\ncookie: __Host-watchword={token}\r\n\r\n".encode()
    )
    head, _ = read_head(connection)
    assert parse_head(head)[0] == 200
    connection.sendall(b"ping")
    assert connection.recv(4) == b"ping"
    return connection


def closed(connection: socket.socket) -> bool:
    """Read until the other side has closed; False if it does not within the socket's patience."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def test_ending_a_session_closes_its_streams_within_a_second_and_no_others(gateway: Gateway) -> None:
    token, live = gateway.sessions.open("app.localhost")
    tunnel_token, tunnel_live = gateway.sessions.open("tcp.localhost")
    other, _ = gateway.sessions.open("app.localhost")
    mine = [open_websocket(gateway, token), open_events(gateway, token), open_tunnel(gateway, tunnel_token)]
    kept = open_websocket(gateway, other)
    assert len(gateway.registry) == 4
    began = monotonic()
    for session in (live, tunnel_live):
        gateway.sessions.end(session.session.id)
        gateway.registry.session_ended(session.session.id, "signed-out", monotonic())
    assert all(closed(connection) for connection in mine)
    assert monotonic() - began < 1
    kept.sendall(b"still")
    assert kept.recv(5) == b"still"
    assert len(gateway.registry) == 1
    assert sorted(cut.application for cut in gateway.record.cuts) == ["app", "app", "tcp"]
    assert all(cut.latency_ms < 250 for cut in gateway.record.cuts)
    assert gateway.get(b"/", token=token).status == 401


def test_the_description_of_a_stream_does_not_reach_the_application(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    open_websocket(gateway, token)
    head = gateway.upstream.heads[-1].decode().lower()
    assert "x-watchword-stream" not in head
    assert "x-watchword-jwt-assertion" in head
    assert token.lower() not in head


def test_a_change_of_policy_closes_what_it_no_longer_lets_in(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    connection = open_websocket(gateway, token)
    assert gateway.registry.recheck() == 0
    others = FakeDecider("p2")
    others.closed = True
    gateway.check.install(GatewaySnapshot(gateway.configuration, others))
    assert gateway.registry.recheck() == 1
    assert closed(connection)


def test_a_stream_that_the_client_leaves_is_forgotten(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    open_websocket(gateway, token).close()
    assert wait_until(lambda: len(gateway.registry) == 0)


def test_a_tunnel_needs_a_session_of_its_host(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    for cookie in ("", f"cookie: __Host-watchword={token}\r\n"):
        connection = gateway.connect()
        connection.sendall(f"CONNECT tcp.localhost:22 HTTP/1.1\r\nhost: tcp.localhost:22\r\n{cookie}\r\n".encode())
        assert read_answer(connection).status == 401
    elsewhere = gateway.connect()
    elsewhere.sendall(
        f"CONNECT app.localhost:22 HTTP/1.1\r\nhost: app.localhost\r\ncookie: __Host-watchword={token}\r\n\r\n".encode()
    )
    assert 400 <= read_answer(elsewhere).status < 500
    assert gateway.record.decisions[-1].method == "CONNECT"


def test_a_refused_stream_is_told_so_like_any_request(gateway: Gateway) -> None:
    assert gateway.get(b"/live", more=WEBSOCKET).status == 401
    token, _ = gateway.sessions.open("app.localhost")
    gateway.decider.closed = True
    assert gateway.get(b"/live", token=token).status == 403
    assert gateway.get(b"/live", token=token, more=b"cookie: b=1\r\n").status == 400


def test_when_the_control_plane_dies_nothing_passes_and_streams_end_and_then_it_is_back(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    stream = open_websocket(gateway, token)
    gateway.stop_check()
    assert closed(stream)
    arrived = len(gateway.upstream.heads)
    for target in (b"/", b"/public", b"/live", b"/vault"):
        answer = gateway.get(target, token=token)
        assert answer.status == 503
        assert answer.header("content-type") == "application/problem+json"
        assert json.loads(answer.body)["reason"] == "not-served"
        assert json.loads(answer.body)["request_id"] == answer.header("x-request-id")
    page = gateway.get(b"/", token=token, more=b"accept: text/html\r\n")
    assert (page.status, page.header("content-type")) == (503, "text/html; charset=utf-8")
    assert b'<p class="status">503</p>' in page.body
    assert str(page.header("x-request-id")).encode() in page.body
    assert b"<script" not in page.body
    assert len(gateway.upstream.heads) == arrived
    gateway.start_check()
    assert wait_until(lambda: gateway.get(b"/", token=token).status == 200)


def test_a_defect_in_the_check_is_a_503_and_is_counted(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    gateway.decider.broken = True
    assert gateway.get(b"/", token=token).status == 503
    assert gateway.check.defects == 1
    gateway.decider.broken = False
    assert gateway.get(b"/", token=token).status == 200


def test_a_privileged_request_passes_only_once_its_record_is_durable(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    gateway.record.slow = True
    arrived = len(gateway.upstream.heads)
    assert gateway.get(b"/vault", token=token).status == 503
    assert len(gateway.upstream.heads) == arrived
    known = len(gateway.record.tickets)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(gateway.get(b"/vault", token=token).status))
    asking.start()
    assert wait_until(lambda: len(gateway.record.tickets) > known)
    assert len(gateway.upstream.heads) == arrived
    gateway.record.tickets[-1].settle()
    asking.join(WAIT)
    assert answers == [200]
    assert len(gateway.upstream.heads) == arrived + 1


def test_a_record_that_is_down_closes_the_gateway(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    gateway.record.down = True
    assert gateway.get(b"/", token=token).status == 503
    gateway.record.down = False
    assert gateway.get(b"/", token=token).status == 200


def test_a_reload_under_traffic_drops_nothing_and_keeps_streams(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    stream = open_websocket(gateway, token)
    answers: list[int] = []
    stop = threading.Event()

    def traffic() -> None:
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=WAIT) as connection:
            while not stop.is_set():
                connection.sendall(raw(b"GET", b"/x", token=token))
                answers.append(read_answer(connection).status)

    clients = [threading.Thread(target=traffic) for _ in range(3)]
    for client in clients:
        client.start()
    assert wait_until(lambda: len(answers) > 20)
    configuration = gateway.configuration
    for number in range(2, 8):
        applications = tuple(a for a in gateway.configuration.applications)
        after = replace(
            configuration,
            revision=f"c{number}",
            applications=(*applications, application_named(f"extra-{number}", gateway.upstream.port)),
        )
        gateway.check.install(GatewaySnapshot(after, gateway.decider))
        files.reload(configuration, after, gateway.layout)
        gateway.check.settle()
        configuration = after
        counted = len(answers)
        assert wait_until(lambda counted=counted: len(answers) > counted + 5)  # type: ignore[misc]  # bound early
    stop.set()
    for client in clients:
        client.join(WAIT)
    assert set(answers) == {200}
    stream.sendall(b"alive")
    assert stream.recv(5) == b"alive"
    fresh, _ = gateway.sessions.open("extra-7.localhost")
    assert gateway.get(b"/", token=fresh, host="extra-7.localhost").status == 200
    assert gateway.get(b"/", host="extra-2.localhost").status == 421


def test_a_configuration_that_envoy_refuses_leaves_the_old_one_serving(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    before = {path: path.read_bytes() for path in (gateway.layout.routes, gateway.layout.clusters)}
    broken = replace(application_named("broken", 1), upstream=Upstream(host="127.0.0.1", port=70_000))
    after = replace(gateway.configuration, revision="c2", applications=(*gateway.configuration.applications, broken))
    with pytest.raises(InvalidInputError, match="Envoy refuses"):
        files.validate(after, gateway.layout)
    with pytest.raises(InvalidInputError, match="Envoy refuses"):
        files.reload(gateway.configuration, after, gateway.layout)
    assert {path: path.read_bytes() for path in before} == before
    assert gateway.get(b"/", token=token).status == 200
    again = replace(gateway.configuration, revision="c3")
    files.reload(gateway.configuration, again, gateway.layout)
    assert gateway.get(b"/", token=token).status == 200


def test_another_listener_needs_a_restart(gateway: Gateway) -> None:
    listener = replace(gateway.configuration.listener, port=gateway.port + 1)
    with pytest.raises(InvalidInputError, match="listener"):
        files.reload(gateway.configuration, replace(gateway.configuration, listener=listener), gateway.layout)


def test_envoy_killed_lets_nothing_through_and_starts_again(gateway: Gateway) -> None:
    token, _ = gateway.sessions.open("app.localhost")
    assert gateway.get(b"/", token=token).status == 200
    gateway.envoy.kill()
    with pytest.raises(ConnectionError):
        gateway.get(b"/", token=token)
    gateway.envoy.start()
    assert gateway.get(b"/", token=token).status == 200


def test_envoys_interface_of_administration_is_private(gateway: Gateway) -> None:
    assert gateway.layout.admin_socket.stat().st_mode & 0o077 == 0
    assert gateway.layout.check_socket.stat().st_mode & 0o077 == 0
    assert gateway.layout.streams_socket.stat().st_mode & 0o077 == 0


# TLS.


def test_tls_is_of_version_1_3_alone_and_a_new_certificate_drops_nothing(tmp_path: Path) -> None:
    hosts = ("app.localhost", "auth.localhost")
    (tmp_path / "ca").mkdir()
    made = development_ca.ensure(tmp_path / "ca", hosts, SystemClock())
    with running_gateway(certificate=made.certificate, private_key=made.private_key) as gateway:
        token, _ = gateway.sessions.open("app.localhost")

        def connect(context: ssl.SSLContext) -> ssl.SSLSocket:
            return context.wrap_socket(gateway.connect(), server_hostname="app.localhost")

        trusting = ssl.create_default_context(cafile=str(made.authority))
        trusting.set_alpn_protocols(["h2", "http/1.1"])
        with connect(trusting) as connection:
            assert connection.version() == "TLSv1.3"
            assert connection.selected_alpn_protocol() == "h2"

        plain = ssl.create_default_context(cafile=str(made.authority))
        kept = connect(plain)
        kept.sendall(raw(b"GET", b"/", token=token))
        answer = read_answer(kept)
        assert answer.status == 200
        assert answer.header("strict-transport-security") == "max-age=31536000"
        first = kept.getpeercert(binary_form=True)

        old = ssl.create_default_context(cafile=str(made.authority))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLError):
            connect(old)

        (tmp_path / "again").mkdir()
        renewed = development_ca.ensure(tmp_path / "again", hosts, SystemClock())
        listener = replace(
            gateway.configuration.listener,
            certificate=str(renewed.certificate),
            private_key=str(renewed.private_key),
        )
        after = replace(gateway.configuration, revision="c2", listener=listener)
        files.reload(gateway.configuration, after, gateway.layout)
        fresh = ssl.create_default_context(cafile=str(renewed.authority))

        def renewed_is_served() -> bool:
            try:
                with connect(fresh) as connection:
                    return connection.getpeercert(binary_form=True) != first
            except ssl.SSLError:
                return False

        assert wait_until(renewed_is_served)
        kept.sendall(raw(b"GET", b"/again", token=token))
        assert read_answer(kept).status == 200
        kept.close()
