"""How long what was taken away still works: from the answer to "end this session" to the last request that passed and
the last byte of its open stream.

Each trial has a person with a session of their own, one open stream (server-sent events and WebSocket by turns), and a
client that keeps asking as fast as it is answered. The session is ended by its owner's sign-out page, so in the process
that decides; and, in other trials, by another process through the database, as the command line does. The other people's
streams stay open, which is checked.
"""

import base64
import re
import secrets
import select
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from bench import estate, watchword
from bench.exchange import compose, exchange
from bench.gateway import request
from bench.machine import client_core
from bench.processes import BenchError, Processes, free_port, listens
from bench.results import Report, Table, Target
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.app.state import StateDirectory
from watchword.console.shell.forms import TOKEN_FIELD
from watchword.evidence.ledger import encode_event
from watchword.identity.people import Sessions
from watchword.identity.people.events import EndReason
from watchword.kernel.clock import SystemClock
from watchword.kernel.events import Event, Origin

_REQUEST_MS = 250.0
_STREAM_MS = 1000.0
# Long enough to see a request pass that should not, short enough for many trials.
_WATCH_S = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Milliseconds after the answer to "end session"; a request that passed before it counts as 0."""

    last_passed_ms: float
    closed_ms: float


def run(*, trials: int, bystanders: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="wb-") as name, Processes(Path(name)) as processes:
        directory = Path(name)
        port = free_port()
        application = processes.start(
            "application", [sys.executable, "-m", "bench.application", str(port), str(client_core())]
        )
        processes.wait(application, lambda: listens(port))
        with watchword.serving(directory, port) as one:
            minted = watchword.mint(one, persons=2 * trials + bystanders, sessions=1)
            others = [_open_stream(one.port, m, number) for number, m in enumerate(minted[2 * trials :])]
            try:
                signed_out, elsewhere = [], []
                database = Database.open(f"sqlite:///{StateDirectory(one.state).database}")
                try:
                    # The record of these ends is not what is measured, and the running process writes its own.
                    sessions = Sessions(SqlPeopleStore(database, encode_event), SystemClock(), _Unrecorded())
                    for number in range(trials):
                        mine, his = minted[2 * number], minted[2 * number + 1]
                        signed_out.append(_trial(one.port, mine, number, partial(_sign_out, one.port, mine)))
                        elsewhere.append(_trial(one.port, his, number, partial(_end, sessions, his)))
                finally:
                    database.close()
                _still_open(others)
            finally:
                for stream in others:
                    stream.close()
    return _report(signed_out, elsewhere, bystanders)


class _Unrecorded:
    """Waits for nothing. What is left in the outbox, the running process records within seconds."""

    def admit(self) -> None:
        return

    def record(self, event: Event) -> None:  # noqa: ARG002 - the port names it
        return

    def deliver(self) -> None:
        return


def _sign_out(port: int, minted: estate.Minted) -> None:
    """As the owner does in a browser: open the page, press the button."""
    host = f"{estate.HOST}:{port}"
    page = exchange(port, compose("GET", host, "/.watchword/sign-out", headers=(("cookie", minted.cookie),)))
    found = re.search(rf'name="{TOKEN_FIELD}"[^>]*value="([^"]+)"'.encode(), page.body)
    if page.status != 200 or found is None:
        raise BenchError(f"no page to sign out on: {page.status} {page.body[:200]!r}")
    cookies = "; ".join([minted.cookie, *(f"{name}={value}" for name, value in page.cookies().items())])
    headers = (
        ("cookie", cookies),
        ("origin", f"http://{host}"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    )
    body = urlencode({TOKEN_FIELD: found[1].decode()}).encode()
    done = exchange(port, compose("POST", host, "/.watchword/sign-out", headers=headers, body=body))
    if done.status not in {200, 302, 303}:
        raise BenchError(f"signing out was refused: {done.status} {done.body[:200]!r}")


def _end(sessions: Sessions, minted: estate.Minted) -> None:
    sessions.end(minted.session_id, actor="operator", reason=EndReason.ENDED_BY_ADMINISTRATOR, origin=Origin())


def _open_stream(port: int, minted: estate.Minted, number: int) -> socket.socket:
    """Return a connection with an open stream that has given its first bytes."""
    headers: tuple[tuple[str, str], ...] = (("cookie", minted.cookie),)
    if number % 2:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        origin = f"http://{estate.HOST}:{port}"
        headers += (("connection", "upgrade"), ("upgrade", "websocket"), ("origin", origin))
        headers += (("sec-websocket-version", "13"), ("sec-websocket-key", key))
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(compose("GET", f"{estate.HOST}:{port}", "/live", headers=headers))
    received = b""
    wanted = b" 101 " if number % 2 else b"data: open"
    while wanted not in received or b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        received += data
        if not data:
            connection.close()
            raise BenchError(f"no stream: {received[:300]!r}")
    return connection


class _Asker(threading.Thread):
    """Asks one thing after another over one connection, and notes when it was last told yes."""

    def __init__(self, port: int, minted: estate.Minted) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._request = request(f"{estate.HOST}:{port}", cookie=minted.cookie)
        self.passed = 0
        self.last_passed = 0.0
        self.refused = threading.Event()
        self.stop = threading.Event()
        self.failure = ""

    def run(self) -> None:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=10) as connection:
                while not self.stop.is_set():
                    connection.sendall(self._request)
                    answer = connection.recv(65536)
                    if answer.startswith(b"HTTP/1.1 200 "):
                        self.passed += 1
                        self.last_passed = time.perf_counter()
                    elif answer.startswith(b"HTTP/1.1 401 "):
                        # It may keep the connection or not; whether a later one passes is what matters.
                        self.refused.set()
                        time.sleep(0.01)
                    else:
                        self.failure = repr(answer[:200])
                        return
        except OSError as error:
            self.failure = str(error)


def _trial(port: int, minted: estate.Minted, number: int, end: Callable[[], None]) -> _Trial:
    stream = _open_stream(port, minted, number)
    asker = _Asker(port, minted)
    closed: list[float] = []
    watcher = threading.Thread(target=_watch, args=(stream, closed), daemon=True)
    watcher.start()
    asker.start()
    try:
        limit = time.monotonic() + 5
        while asker.passed < 3:
            if asker.failure or time.monotonic() > limit:
                raise BenchError(f"a session that stands was not let through: {asker.failure}")
            time.sleep(0.002)
        end()
        answered = time.perf_counter()
        watcher.join(_WATCH_S + 5)
        if not asker.refused.wait(5):
            raise BenchError(f"an ended session was still let through after 5 s {asker.failure}")
        time.sleep(max(0.0, answered + 0.4 - time.perf_counter()))
    finally:
        asker.stop.set()
        asker.join()
        stream.close()
    if not closed:
        raise BenchError("an ended session's stream was still open after 6 s")
    return _Trial(
        last_passed_ms=max(0.0, (asker.last_passed - answered) * 1000),
        closed_ms=max(0.0, (closed[0] - answered) * 1000),
    )


def _watch(stream: socket.socket, closed: list[float]) -> None:
    """Note when the last byte has come and the stream is closed."""
    stream.settimeout(_WATCH_S + 5)
    try:
        while stream.recv(65536):
            pass
    except TimeoutError:
        return
    except OSError:
        pass
    closed.append(time.perf_counter())


def _still_open(streams: Sequence[socket.socket]) -> None:
    poll = select.poll()
    for stream in streams:
        poll.register(stream.fileno(), select.POLLIN | select.POLLHUP)
    if closed := poll.poll(0):
        raise BenchError(f"{len(closed)} streams of people who had not signed out were closed or disturbed")


def _report(signed_out: list[_Trial], elsewhere: list[_Trial], bystanders: int) -> Report:
    def row(name: str, values: list[float]) -> tuple[str, ...]:
        ordered = sorted(values)
        last = len(ordered) - 1
        picked = (ordered[last // 2], ordered[int(last * 0.9)], ordered[int(last * 0.99)], ordered[last])
        return (name, *(f"{value:.1f}" for value in picked), str(len(ordered)))

    rows = (
        row("signed out: last request passed", [t.last_passed_ms for t in signed_out]),
        row("signed out: stream closed", [t.closed_ms for t in signed_out]),
        row("ended by another process: last request passed", [t.last_passed_ms for t in elsewhere]),
        row("ended by another process: stream closed", [t.closed_ms for t in elsewhere]),
    )
    both = [*signed_out, *elsewhere]
    passed, closed = max(t.last_passed_ms for t in both), max(t.closed_ms for t in both)
    return Report(
        name="revocation",
        tables=(
            Table(
                title="Milliseconds after the answer to `end session` (0: not after it)",
                columns=("", "p50", "p90", "p99", "max", "trials"),
                rows=rows,
                notes=(f"{bystanders} streams of other people were open all the time and stayed open.",),
            ),
        ),
        targets=(
            Target(
                name="no request passes later than",
                promised=f"{_REQUEST_MS:g} ms",
                seen=f"{passed:.0f} ms at most",
                met=passed <= _REQUEST_MS,
            ),
            Target(
                name="open streams closed within",
                promised=f"{_STREAM_MS:g} ms",
                seen=f"{closed:.0f} ms at most",
                met=closed <= _STREAM_MS,
            ),
        ),
        figures={"last_passed_max_ms": passed, "closed_max_ms": closed},
    )
