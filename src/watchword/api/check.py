"""The check service's shell: HTTP/1.1 on a Unix socket, for the proxy alone.

A bare protocol over llhttp on the event loop, because every request of every application passes here: an ASGI server
was measured at 54 microseconds a request, this at 12. One request at a time a connection; the check is called in place,
for it waits for nothing. Only a verdict with a ticket is held back until its record is durable, or refused after
`DURABLE_WITHIN`.

Whatever the check raises becomes a 503 (`Check.defect`); what even that cannot answer, closes the connection, which the
proxy takes for a failed check and answers with a 503 of its own.

    server = await serve(check, state.check_socket)
    …
    await server.close()
"""

import asyncio
import logging
import os
import stat
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import cast

import httptools

from watchword.enforcement.gateway import CheckRequest, Verdict
from watchword.enforcement.gateway.check import Check
from watchword.kernel.errors import InvalidInputError, UnavailableError

_log = logging.getLogger(__name__)

# Less than the proxy's own patience (3 s), so that the refusal is ours and says why.
DURABLE_WITHIN = 2.0
# How long requests wait for a memory of sessions that is too old to be brought up to date.
FRESH_WITHIN = 2.0
PREFIX = b"/authz/"
_MAX_WAITING = 32
_BACKLOG = 4096
_STATUS = {
    code: f"HTTP/1.1 {code} {text}\r\n".encode("ascii")
    for code, text in (
        (200, "OK"),
        (302, "Found"),
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (421, "Misdirected Request"),
        (503, "Service Unavailable"),
    )
}
_MALFORMED = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_EMPTY = b"content-length: 0\r\n\r\n"


class CheckProtocol(asyncio.Protocol):
    """One connection of the proxy."""

    def __init__(
        self, check: Check, connections: set["CheckProtocol"], durable_within: float, freshness: "_Freshness"
    ) -> None:
        self._check = check
        self._freshness = freshness
        self._connections = connections
        self._durable_within = durable_within
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._url = b""
        self._headers: dict[bytes, list[bytes]] = {}
        self._waiting: deque[CheckRequest] = deque()
        self._held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is a stream transport in all but ancestry.
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._waiting.clear()
        self._connections.discard(self)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            # Nothing that the proxy is configured to send. It takes a 400 for a refusal.
            if self._transport is not None:
                self._transport.write(_MALFORMED)
                self._transport.close()

    # What llhttp calls.

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers = {}

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        known = self._headers.get(name)
        if known is None:
            self._headers[name] = [value]
        else:
            known.append(value)

    def on_message_complete(self) -> None:
        request = self._read()
        if self._held:
            self._waiting.append(request)
            if len(self._waiting) > _MAX_WAITING:
                self.close()
            return
        self._ask(request)

    def _read(self) -> CheckRequest:
        url = self._url
        route, slash, rest = url[len(PREFIX) :].partition(b"/") if url.startswith(PREFIX) else (b"", b"", url)
        host = self._headers.get(b"host", (b"",))[0]
        return CheckRequest(
            route.decode("latin-1"),
            self._parser.get_method().decode("ascii"),
            slash + rest,
            host.decode("latin-1"),
            self._headers,
        )

    def _ask(self, request: CheckRequest) -> None:
        if self._freshness.stale():
            self._held = True
            if self._transport is not None:
                self._transport.pause_reading()
            self._freshness.wait(lambda: self._ask_again(request))
        else:
            self._ask_now(request)

    def _ask_again(self, request: CheckRequest) -> None:
        """The memory of sessions was refreshed, or it could not be: then the check says so."""
        self._held = False
        if self._transport is None or self._transport.is_closing():
            return
        self._ask_now(request)
        if not self._held:
            self._go_on()

    def _ask_now(self, request: CheckRequest) -> None:
        verdict = self._verdict(request)
        if verdict is None:
            self.close()
        elif verdict.ticket is not None and not verdict.ticket.done():
            self._hold(request, verdict)
        else:
            self._answer(request, verdict)

    def _verdict(self, request: CheckRequest) -> Verdict | None:
        try:
            return self._check.check(request)
        except Exception:  # noqa: BLE001 - whatever is broken, nothing may pass on account of it
            return self._defect(request)

    def _defect(self, request: CheckRequest) -> Verdict | None:
        _log.exception("the check broke; the request was refused")
        try:
            return self._check.defect(request)
        except Exception:  # noqa: BLE001 - the same
            _log.exception("the refusal broke too; the connection is closed")
            return None

    # Waiting for a record to be durable.

    def _hold(self, request: CheckRequest, verdict: Verdict) -> None:
        self._held = True
        if self._transport is not None:
            self._transport.pause_reading()
        waits = _Wait(
            self._loop, self._durable_within, lambda durable: self._release(request, verdict, durable=durable)
        )
        if verdict.ticket is not None:
            verdict.ticket.add_done_callback(waits.done)

    def _release(self, request: CheckRequest, verdict: Verdict, *, durable: bool) -> None:
        self._held = False
        if self._transport is None or self._transport.is_closing():
            return
        if durable and verdict.ticket is not None and verdict.ticket.done():
            self._answer(request, verdict)
        else:
            refusal = self._late(request)
            if refusal is None:
                self.close()
                return
            self._answer(request, refusal)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting:
            self._ask(self._waiting.popleft())
            if self._held:
                return
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _late(self, request: CheckRequest) -> Verdict | None:
        try:
            return self._check.not_durable(request)
        except Exception:  # noqa: BLE001 - whatever is broken, nothing may pass on account of it
            return self._defect(request)

    def _answer(self, request: CheckRequest, verdict: Verdict) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        parts = [_STATUS[verdict.status]]
        for name, value in verdict.headers:
            parts += (name, b": ", value, b"\r\n")
        body = verdict.body
        if not body:
            parts.append(_EMPTY)
        else:
            parts.append(b"content-length: %d\r\n\r\n" % len(body))
            # RFC 9110, 9.3.2: an answer to HEAD has no content, and the proxy would take it for the next answer.
            if request.method != "HEAD":
                parts.append(body)
        self._transport.write(b"".join(parts))


class _Wait:
    """A record becoming durable, or time running out; whichever comes first counts, once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, within: float, then: Callable[[bool], None]) -> None:
        self._loop = loop
        self._then: Callable[[bool], None] | None = then
        self._timer = loop.call_later(within, self._finish, False)

    def done(self, _ticket: object) -> None:
        """Called from the thread that wrote the record; whether it is durable is looked at later."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._finish, True)

    def _finish(self, durable: bool) -> None:  # noqa: FBT001 - called by the loop with positional arguments
        then, self._then = self._then, None
        self._timer.cancel()
        if then is not None:
            then(durable)


class _Freshness:
    """Brings the memory of sessions up to date when a request finds it too old, once for all that wait.

    The poller that keeps it fresh can be late by a fraction of a second on a busy machine. That is no reason to refuse
    anybody: the database is asked now. Only where it does not answer in time, the check refuses.
    """

    def __init__(self, check: Check, refresh: Callable[[], None] | None, within: float) -> None:
        self._check = check
        self._refresh = refresh
        self._within = within
        self._waiting: list[Callable[[], None]] = []
        self._asking = False

    def stale(self) -> bool:
        return self._refresh is not None and self._check.stale()

    def wait(self, then: Callable[[], None]) -> None:
        """Call `then` when the memory was refreshed, or when time is up."""
        self._waiting.append(then)
        if len(self._waiting) > 1 or self._refresh is None:
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._within, self._finish)
        if not self._asking:
            # A database that hangs is asked once, however many requests come and give up meanwhile.
            self._asking = True
            asked = loop.run_in_executor(None, _asked, self._refresh)
            asked.add_done_callback(lambda _: self._answered(timer))

    def _answered(self, timer: asyncio.TimerHandle) -> None:
        self._asking = False
        timer.cancel()
        self._finish()

    def _finish(self) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


def _asked(refresh: Callable[[], None]) -> None:
    try:
        refresh()
    except UnavailableError as error:
        _log.warning("the memory of sessions cannot be refreshed: %s", error)


class CheckServer:
    """A listening check service."""

    def __init__(self, server: asyncio.Server, path: Path, connections: set[CheckProtocol]) -> None:
        self._server = server
        self._path = path
        self._connections = connections

    @property
    def connections(self) -> int:
        return len(self._connections)

    async def close(self) -> None:
        """Stop listening and end all connections: the proxy refuses from now on."""
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        await self._server.wait_closed()
        self._path.unlink(missing_ok=True)


async def serve(
    check: Check,
    path: Path,
    *,
    refresh: Callable[[], None] | None = None,
    durable_within: float = DURABLE_WITHIN,
    fresh_within: float = FRESH_WITHIN,
) -> CheckServer:
    """Listen on a Unix socket (0600), in a directory that only its owner may enter.

    `refresh` brings the memory of sessions up to date; it is called in a thread when a request finds it too old. Raises
    `InvalidInputError` (`socket.directory`) where others could enter the directory.
    """
    _clear(path)
    connections: set[CheckProtocol] = set()
    freshness = _Freshness(check, refresh, fresh_within)
    server = await asyncio.get_running_loop().create_unix_server(
        lambda: CheckProtocol(check, connections, durable_within, freshness), str(path), backlog=_BACKLOG
    )
    _restrict(path)
    return CheckServer(server, path, connections)


def _restrict(path: Path) -> None:
    path.chmod(0o600)


def _clear(path: Path) -> None:
    """Remove what a process before left there.

    Raises `InvalidInputError` (`socket.directory`) where others could reach it: whoever can, is taken for the proxy.
    """
    folder = path.parent.stat()
    if stat.S_IMODE(folder.st_mode) & 0o077 or folder.st_uid != os.geteuid():
        raise InvalidInputError(
            f"the directory of the check socket is open to others: {path.parent}",
            code="socket.directory",
            expected="mode 0700 and our own",
            found=f"mode {stat.S_IMODE(folder.st_mode):04o}, owner {folder.st_uid}",
            hint=f"chmod 0700 {path.parent}",
        )
    path.unlink(missing_ok=True)
