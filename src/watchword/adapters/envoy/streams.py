"""Holding open streams: one gRPC call of Envoy's external processing for as long as an exchange lasts.

Envoy opens the call with the request's headers and keeps it until the exchange ends, because it still owes us the
trailers. Aborting the call ends the exchange: WebSocket, server-sent events and CONNECT die within milliseconds, and
when this process dies they all end with it.

- A stream that the check let in carries the header `x-watchword-stream`. It tells the session and is removed here,
  before the request goes on. Without it nothing on a route that needs a session is held: the exchange is ended.
- CONNECT is decided here, by the same check, since as an HTTP/1 question it would open a tunnel to the check itself.

Over the same socket Envoy tells of the requests that it answered by itself (`access_log`).

Source: envoy/service/ext_proc/v3/external_processor.proto.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

import grpc

from watchword.adapters.envoy import access_log
from watchword.adapters.envoy.configuration import ROUTE_METADATA
from watchword.adapters.envoy.external_processing import (
    Kind,
    ProcessingRequest,
    answer_now,
    nothing_changes,
    pass_on,
    read_request,
)
from watchword.enforcement.gateway import Access, CheckRequest, OpenStream, OwnAnswers, StreamRegistry, Verdict
from watchword.enforcement.gateway.check import NO_ROUTE, STREAM_HEADER, Check
from watchword.kernel.errors import InvalidInputError, UnavailableError

_log = logging.getLogger(__name__)

METHOD = "Process"
SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor"
_CONNECT = "CONNECT"
_GRACE = 0.1
_UNAVAILABLE = 503
_OK = 200
_DURABLE_WITHIN = 2.0
# More than any proxy's limit of connections; gRPC's default is the machine's.
_OPTIONS = (("grpc.max_concurrent_streams", 20_000), ("grpc.so_reuseport", 0))

_Context = grpc.aio.ServicerContext[bytes, bytes]


class StreamHolder:
    """The server that Envoy keeps long exchanges attached to."""

    def __init__(
        self, path: Path, *, registry: StreamRegistry, check: Check, own_answers: OwnAnswers | None = None
    ) -> None:
        self._path = path
        self._own_answers = own_answers
        self._registry = registry
        self._check = check
        self._server: grpc.aio.Server | None = None

    async def start(self) -> None:
        """Listen. Raise `UnavailableError` (`streams.listen`)."""
        server = grpc.aio.server(options=_OPTIONS)
        # No serializers: messages stay bytes, which `external_processing` reads and writes.
        handler = grpc.stream_stream_rpc_method_handler(self._process)
        told = grpc.stream_unary_rpc_method_handler(self._listen)
        server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),
                grpc.method_handlers_generic_handler(access_log.SERVICE, {access_log.METHOD: told}),
            )
        )
        await asyncio.to_thread(self._path.unlink, missing_ok=True)
        try:
            server.add_insecure_port(f"unix:{self._path}")
            await server.start()
            await asyncio.to_thread(self._path.chmod, 0o600)
        except (RuntimeError, OSError) as error:
            raise UnavailableError(
                f"the streams' socket cannot be opened: {self._path}", code="streams.listen"
            ) from error
        self._server = server

    async def stop(self) -> None:
        """Stop listening; every exchange that is still open ends."""
        if self._server is not None:
            await self._server.stop(_GRACE)
            self._server = None
            await asyncio.to_thread(self._path.unlink, missing_ok=True)

    async def _process(self, _requests: object, context: _Context) -> None:
        first = await _next(context)
        if first is None:
            return
        if first.kind is not Kind.REQUEST_HEADERS:
            # An answer to a request that never came to us: an earlier filter refused it, so nothing was forwarded.
            await _look_on(context, first)
            return
        stream, answer = await self._admit(_route(context), first.headers)
        if stream is None:
            await context.write(answer)
            return
        cut = _Cut(asyncio.get_running_loop())
        number = self._registry.hold(stream, cut)
        if number is None:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "not allowed any more")
        try:
            await context.write(answer)
            await self._attend(context, cut)
        finally:
            self._registry.release(number)

    async def _listen(self, _messages: object, context: _Context) -> bytes:
        """Count what Envoy says that it answered by itself, for as long as it says so."""
        while True:
            message: object = await context.read()  # bytes, or `grpc.aio.EOF`
            if not isinstance(message, bytes):
                return b""
            if self._own_answers is not None:
                self._own_answers.take(access_log.entries(message), access_log.read_entry)

    async def _attend(self, context: _Context, cut: "_Cut") -> None:
        """Answer what Envoy tells of the exchange until it ends, or end it when it is cut."""
        ended = asyncio.ensure_future(cut.event.wait())
        try:
            while True:
                coming = asyncio.ensure_future(_next(context))
                try:
                    await asyncio.wait({coming, ended}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not coming.done():
                        coming.cancel()
                if cut.reason is not None:
                    await context.abort(grpc.StatusCode.PERMISSION_DENIED, cut.reason)
                request = coming.result()
                if request is None:
                    return
                await context.write(nothing_changes(request.kind))
        finally:
            ended.cancel()

    async def _admit(self, route_id: str, headers: Mapping[bytes, list[bytes]]) -> tuple[OpenStream | None, bytes]:
        """Return the stream to hold, or None where there is nothing to hold, and the first answer."""
        method = headers.get(b":method", [b""])[0].decode("latin-1")
        if method == _CONNECT:
            return await self._connect(route_id, headers)
        described = headers.get(STREAM_HEADER.encode("ascii"), [])
        if len(described) == 1:
            try:
                stream = OpenStream.from_header(described[0])
            except InvalidInputError:
                return None, _refusal(_UNAVAILABLE)
            if stream.route != route_id:
                return None, _refusal(_UNAVAILABLE)
            return stream, pass_on(remove=(STREAM_HEADER,))
        entry = self._check.snapshot.configuration.by_route.get(route_id)
        if not described and entry is not None and entry[1].access is Access.PUBLIC:
            return None, pass_on(remove=(STREAM_HEADER,))
        return None, _refusal(_UNAVAILABLE)

    async def _connect(self, route_id: str, headers: Mapping[bytes, list[bytes]]) -> tuple[OpenStream | None, bytes]:
        entry = self._check.snapshot.configuration.by_route.get(route_id)
        # RFC 9110, 9.3.6: CONNECT has an authority and no path; the route's own stands for it.
        target = headers.get(b":path", [entry[1].path.encode("ascii") if entry is not None else b"/"])[0] or b"/"
        host = headers.get(b":authority", headers.get(b"host", [b""]))[0].decode("latin-1")
        request = CheckRequest(route_id or NO_ROUTE, _CONNECT, target, host, headers)
        try:
            verdict = self._check.check(request)
        except Exception:  # noqa: BLE001 - whatever is broken, nothing may pass on account of it
            _log.exception("the check broke; the tunnel was refused")
            verdict = self._check.defect(request)
        if verdict.ticket is not None and not await _durable(verdict):
            verdict = self._check.not_durable(request)
        described = dict(verdict.headers).get(STREAM_HEADER.encode("ascii"))
        if verdict.status != _OK or described is None:
            return None, _refusal_of(verdict)
        return OpenStream.from_header(described), pass_on(remove=("cookie",))


async def _durable(verdict: Verdict) -> bool:
    ticket = verdict.ticket
    if ticket is None or ticket.done():
        return True
    loop = asyncio.get_running_loop()
    settled = asyncio.Event()

    def tell(_: object) -> None:
        loop.call_soon_threadsafe(settled.set)

    ticket.add_done_callback(tell)
    try:
        await asyncio.wait_for(settled.wait(), _DURABLE_WITHIN)
    except TimeoutError:
        return False
    return ticket.done()


class _Cut:
    """The way to end one call, from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.event = asyncio.Event()
        self.reason: str | None = None

    def __call__(self, reason: str) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set, reason)

    def _set(self, reason: str) -> None:
        self.reason = reason
        self.event.set()


async def _look_on(context: _Context, first: ProcessingRequest) -> None:
    request: ProcessingRequest | None = first
    while request is not None:
        if request.kind is Kind.REQUEST_HEADERS:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "request headers come first")
        await context.write(nothing_changes(request.kind))
        request = await _next(context)


async def _next(context: _Context) -> ProcessingRequest | None:
    """Return Envoy's next message, None after the last. Raise `InvalidInputError`: the call ends, and the exchange."""
    data: object = await context.read()  # bytes, or `grpc.aio.EOF`
    return read_request(data) if isinstance(data, bytes) else None


def _route(context: _Context) -> str:
    """Envoy's own configuration puts the route's id into the call's metadata; no client can."""
    for key, value in context.invocation_metadata() or ():
        if key == ROUTE_METADATA:
            return value if isinstance(value, str) else value.decode("latin-1")
    return NO_ROUTE


def _refusal(status: int) -> bytes:
    return answer_now(status, (), b"", details="watchword_stream_refused")


def _refusal_of(verdict: Verdict) -> bytes:
    """What the check said no with, as it would have gone to the client."""
    if verdict.status == _OK:
        return _refusal(_UNAVAILABLE)
    return answer_now(verdict.status, verdict.headers, verdict.body, details="watchword_refused")
