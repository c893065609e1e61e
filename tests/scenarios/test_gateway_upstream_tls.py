"""TLS to applications, with the real Envoy: who is not who they should be is sent nothing."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from support.certificates import Authority
from support.envoy import Gateway, application_named, running_gateway, wait_until
from watchword.enforcement.gateway import Application, Upstream

pytestmark = pytest.mark.envoy


class Backend:
    """An application behind TLS that remembers by which name it was asked for, and what it was sent."""

    def __init__(self, certificate: Path) -> None:
        self.asked_for: list[str | None] = []
        self.heads: list[bytes] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.sni_callback = self._remember
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _remember(self, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self.asked_for.append(name)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            plain.settimeout(5)
            with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65536)
                self.heads.append(head)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nsafe")

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


@dataclass(frozen=True, slots=True)
class House:
    gateway: Gateway
    backends: dict[str, Backend]

    def ask(self, name: str) -> tuple[int, dict[str, object]]:
        host = f"{name}.localhost"
        token, _ = self.gateway.sessions.open(host)
        answer = self.gateway.get(b"/x", token=token, host=host)
        is_problem = answer.header("content-type") == "application/problem+json"
        return answer.status, json.loads(answer.body) if is_problem else {}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = tmp_path_factory.mktemp("upstreams")
    trusted, unknown = Authority(place / "trusted", "trusted"), Authority(place / "unknown", "unknown")
    with backends(
        {
            "good": trusted.issue("localhost"),
            "address": trusted.issue("127.0.0.1"),
            "stranger": unknown.issue("localhost"),
            "named": trusted.issue("other.localhost"),
            "address-named": trusted.issue("127.0.0.2"),
            "ended": trusted.issue("localhost", ended=True),
        }
    ) as found:
        applications = [behind(name, backend) for name, backend in found.items()]
        plain = application_named("plain", found["good"].port)  # TLS is spoken there, and not asked for
        with running_gateway(applications=[*applications, plain], trusted_roots=trusted.root) as gateway:
            yield House(gateway, found)


@contextmanager
def backends(certificates: dict[str, Path]) -> Iterator[dict[str, Backend]]:
    with ExitStack() as stack:
        found = {}
        for name, certificate in certificates.items():
            found[name] = Backend(certificate)
            stack.callback(found[name].close)
        yield found


def behind(name: str, backend: Backend) -> Application:
    host = "127.0.0.1" if name.startswith("address") else "localhost"
    upstream = Upstream(host=host, port=backend.port, tls=True)
    return replace(application_named(name, backend.port), upstream=upstream)


@pytest.mark.parametrize(("name", "asked_for"), [("good", "localhost"), ("address", None)])
def test_who_is_who_they_should_be_gets_the_request(house: House, name: str, asked_for: str | None) -> None:
    assert house.ask(name)[0] == 200
    # RFC 6066, 3: the name that was configured, and no addresses.
    assert set(house.backends[name].asked_for) == {asked_for}
    assert house.backends[name].heads[-1].startswith(b"GET /x HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("stranger", "CERTIFICATE_VERIFY_FAILED"),
        ("named", "SAN matcher"),
        ("address-named", "SAN matcher"),
        ("ended", "CERTIFICATE_VERIFY_FAILED"),
    ],
)
def test_who_is_not_is_sent_nothing_and_the_record_says_why(house: House, name: str, why: str) -> None:
    status, problem = house.ask(name)
    assert status == 503
    assert problem["reason"] == "not-served"
    assert house.backends[name].heads == []

    def told() -> list[str]:
        return [a.detail for a in house.gateway.own_answers.told if a.request_id == problem["request_id"]]

    assert wait_until(lambda: bool(told()))
    assert why in told()[0]


def test_an_upstream_that_speaks_tls_is_not_spoken_to_in_the_clear(house: House) -> None:
    before = len(house.backends["good"].heads)
    status, _ = house.ask("plain")
    assert status in {502, 503}
    assert len(house.backends["good"].heads) == before
