"""Story 5: a session ends, in the console or on the command line. No request passes 250 ms later, and every open
stream is closed within a second."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from support.chromium import chromium, visitor
from support.stack import LOOPBACK, Stack, running, until
from support.story import administrators_handle, enrol, handle, ledger, write_configuration
from support.traffic import Answer, Traffic, traffic
from support.witness import Witness, echo, witness

pytestmark = [pytest.mark.envoy, pytest.mark.browser]

# The published bounds.
REQUESTS_WITHIN = 0.25
STREAMS_WITHIN = 1.0
STREAMS = 10


@pytest.fixture
def upstream() -> Iterator[Witness]:
    with witness() as one:
        yield one


@pytest.fixture
def stack(tmp_path: Path, upstream: Witness) -> Iterator[Stack]:
    with echo() as port:
        configuration = write_configuration(tmp_path / "configuration", witness_port=upstream.port, echo_port=port)
        with running(configuration=configuration) as one:
            yield one


class Stream:
    """An open stream and the instant at which it was seen to close."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.closed_at: float | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def join(self) -> None:
        self._thread.join(30)

    def _run(self) -> None:
        try:
            self.follow()
        finally:
            self.closed_at = time.monotonic()

    def follow(self) -> None:
        raise NotImplementedError


class Events(Stream):
    """Server-sent events, over a socket of our own."""

    def __init__(self, stack: Stack, cookie: str) -> None:
        self._request = (
            f"GET /live HTTP/1.1\r\nHost: witness.localhost:{stack.port}\r\nAccept: text/event-stream\r\n"
            f"Cookie: __Host-watchword={cookie}\r\n\r\n"
        ).encode()
        self._port = stack.port
        super().__init__()

    def follow(self) -> None:
        with socket.create_connection((LOOPBACK, self._port), timeout=30) as connection, contextlib.suppress(OSError):
            connection.sendall(self._request)
            while received := connection.recv(4096):
                if b"data: tick" in received:
                    self.opened.set()


class WebSocket(Stream):
    def __init__(self, stack: Stack, cookie: str) -> None:
        self._cookie = cookie
        self._port = stack.port
        super().__init__()

    def follow(self) -> None:
        with contextlib.suppress(ConnectionClosed), self._open() as connection:
            while True:
                connection.send("still there?")
                connection.recv(timeout=30)
                self.opened.set()
                time.sleep(0.02)

    def _open(self) -> ClientConnection:
        host = f"echo.localhost:{self._port}"
        return connect(
            f"ws://{host}/",
            sock=socket.create_connection((LOOPBACK, self._port), timeout=30),
            origin=Origin(f"http://{host}"),
            additional_headers={"Cookie": f"__Host-watchword={self._cookie}"},
            compression=None,
        )


@contextlib.contextmanager
def streams(stack: Stack, *, events: str, sockets: str) -> Iterator[list[Stream]]:
    opened: list[Stream] = [Events(stack, events) for _ in range(STREAMS)]
    opened += [WebSocket(stack, sockets) for _ in range(STREAMS)]
    try:
        for one in opened:
            assert one.opened.wait(20), f"{type(one).__name__} did not open"
        yield opened
    finally:
        stack.stop()  # whatever is still open ends here, or the threads would wait for ever
        for one in opened:
            one.join()


def _closed_within(opened: list[Stream], ended: float) -> None:
    until(lambda: all(one.closed_at is not None for one in opened), within=10, what="every stream is closed")
    latest = max(one.closed_at or 0.0 for one in opened) - ended
    assert latest < STREAMS_WITHIN, f"the last stream was open for {latest:.3f} s"


def _nothing_later(one: Traffic, ended: float) -> None:
    until(lambda: len(one.since(ended + REQUESTS_WITHIN)) > 20, within=10, what="requests after the bound")
    late: list[Answer] = [answer for answer in one.since(ended + REQUESTS_WITHIN) if answer.status != 401]
    assert late == []


def test_ended_in_the_console(stack: Stack) -> None:
    invitation = stack.ready.invitation
    assert invitation is not None
    with chromium() as browser, visitor(browser) as admin:
        enrol(admin, stack, invitation)
        events, sockets = handle(admin, stack, "witness"), handle(admin, stack, "echo")
        with (
            streams(stack, events=events, sockets=sockets) as opened,
            traffic(stack, "witness.localhost", "/", cookie=events) as requests,
        ):
            until(lambda: len(requests.answers) > 20, within=20, what="requests pass")
            admin.page.goto(f"{stack.ready.console}/sessions")
            with admin.page.expect_response(lambda answer: answer.request.method == "POST"):
                admin.page.get_by_role("button", name=re.compile("end", re.IGNORECASE)).first.click()
            ended = time.monotonic()
            _closed_within(opened, ended)
            _nothing_later(requests, ended)
            expect(admin.page.get_by_text(re.compile("ended|signed out", re.IGNORECASE)).first).to_be_visible()


def test_ended_on_the_command_line(stack: Stack) -> None:
    events, sockets = _handles(stack)
    with (
        streams(stack, events=events, sockets=sockets) as opened,
        traffic(stack, "witness.localhost", "/", cookie=events) as requests,
    ):
        until(lambda: len(requests.answers) > 20, within=20, what="requests pass")
        said = stack.cli("session", "end", "--person", "admin@localhost")
        ended = time.monotonic()
        assert said.returncode == 0, said.stderr
        _closed_within(opened, ended)
        _nothing_later(requests, ended)
        recorded = ledger(stack)
        assert [row["who"] for row in recorded if row["event"] == "SessionEnded"] == ["operator"]
        assert len([row for row in recorded if row["event"] == "StreamCut"]) == 2 * STREAMS


def test_a_disabled_person_is_out_at_once_and_stays_out(stack: Stack) -> None:
    cookie = administrators_handle(stack, "witness")
    refused = stack.cli("person", "disable", "admin@localhost")
    assert refused.returncode != 0  # the last administrator, by default
    assert stack.get("witness.localhost", "/", cookie=cookie).status == 200
    said = stack.cli("person", "disable", "admin@localhost", "--even-last")
    ended = time.monotonic()
    assert said.returncode == 0, said.stderr
    time.sleep(max(0.0, ended + REQUESTS_WITHIN - time.monotonic()))
    assert stack.get("witness.localhost", "/", cookie=cookie).status == 401
    # Enabling lets the person sign in again; it does not bring the session back.
    assert stack.cli("person", "enable", "admin@localhost").returncode == 0
    time.sleep(REQUESTS_WITHIN)
    assert stack.get("witness.localhost", "/", cookie=cookie).status == 401


def _handles(stack: Stack) -> tuple[str, str]:
    invitation = stack.ready.invitation
    assert invitation is not None
    with chromium() as browser, visitor(browser) as one:
        enrol(one, stack, invitation)
        return handle(one, stack, "witness"), handle(one, stack, "echo")
