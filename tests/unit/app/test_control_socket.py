"""The control socket: what the command line asks of a running control plane, over a real Unix socket."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import uvicorn

from watchword.api.control import Applied, create_control_app
from watchword.app import control_client
from watchword.kernel.errors import InvalidInputError, UnavailableError


class Plane:
    """An `Operations` that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def apply(self, directory: str, actor: str) -> Applied:
        self.asked.append((directory, actor))
        if directory.endswith("bad"):
            raise InvalidInputError("watchword.yaml:3:1: no such key\npolicies/a.json:1:2: not JSON", code="x")
        if directory.endswith("down"):
            raise UnavailableError("Envoy does not answer", code="envoy.admin")
        return Applied(revision="new", previous="old", changes=("route added",))

    def status(self) -> Mapping[str, object]:
        return {"revision": "new"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, Plane]]:
    plane, path = Plane(), tmp_path / "c.sock"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(create_control_app(plane), lifespan="off", log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield path, plane
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def test_health_and_status(served: tuple[Path, Plane]) -> None:
    path, _ = served
    assert control_client.healthy(path)
    assert control_client.status(path) == {"revision": "new"}


def test_an_accepted_configuration_says_what_changed(served: tuple[Path, Plane]) -> None:
    path, plane = served
    assert control_client.apply(path, Path("/good"), "operator") == ("new", "old", ("route added",))
    assert plane.asked == [("/good", "operator")]


def test_a_refused_one_brings_every_problem(served: tuple[Path, Plane]) -> None:
    path, _ = served
    with pytest.raises(InvalidInputError) as refused:
        control_client.apply(path, Path("/bad"), "operator")
    assert refused.value.code == "configuration.refused"
    assert "watchword.yaml:3:1: no such key\npolicies/a.json:1:2: not JSON" in str(refused.value)


def test_what_is_down_is_told_apart_from_what_is_wrong(served: tuple[Path, Plane]) -> None:
    path, _ = served
    with pytest.raises(UnavailableError) as failed:
        control_client.apply(path, Path("/down"), "operator")
    assert failed.value.code == "envoy.admin"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"directory": 1, "actor": "x"}', b"\xff"])
def test_nonsense_is_refused_before_anything_is_done(served: tuple[Path, Plane], body: bytes) -> None:
    path, plane = served
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as raw:
        raw.settimeout(10)
        raw.connect(str(path))
        raw.sendall(
            b"POST /apply HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        )
        assert raw.recv(4096).startswith(b"HTTP/1.1 400 ")
    assert plane.asked == []


def test_nobody_there(tmp_path: Path) -> None:
    assert not control_client.healthy(tmp_path / "none.sock")
    with pytest.raises(UnavailableError) as failed:
        control_client.status(tmp_path / "none.sock")
    assert failed.value.code == "control.unreachable"
    assert failed.value.hint == "start it with: watchword up"


def test_one_that_hangs_is_not_healthy(tmp_path: Path) -> None:
    path = tmp_path / "hang.sock"
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as silent:
        silent.bind(str(path))
        silent.listen(1)
        assert not control_client.healthy(path, timeout=0.2)
