"""The policy API as an ASGI application: doors, limits, and the way of a body to an analyst and of the answer back.

    app = create_policy_api(analyst=pool, served=plane, door=LocalDoor())

The process that serves this decides every request of every application. So nothing is analysed here: a body is counted
and handed on, and whoever takes too long is ended. At most `most_reading` bodies are on their way at a time, each of at
most its operation's length; JSON Lines pass through in the memory of a few chunks, however many there are.

What goes wrong after an answer has begun ends the connection without the end of the answer, so that half of one is
never taken for the whole.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from watchword.api.policy.body import BODY, read_body
from watchword.api.policy.openapi import DOCUMENT_PATH, openapi
from watchword.api.policy.operations import JSON, LINES, OPERATIONS, PROBLEM, ROOT, SARIF, Operation, Parameter, Where
from watchword.api.policy.ports import Analysis, Analyst, BusyError, Door, Head, Question, Served
from watchword.api.policy.problems import BodyError, problem_of
from watchword.api.policy.schema import Schema, Text, flaws
from watchword.kernel.clock import monotonic
from watchword.kernel.errors import DefectError, InvalidInputError, NotFoundError, UnavailableError, WatchwordError

# The gateway gives up after 15 s.
ANSWER_WITHIN = 10.0
# Nobody gives up before us on the control socket, and an estate of ten thousand roles takes its time.
LOCAL_ANSWER_WITHIN = 60.0
# A million cases take a minute or two; what takes longer is better asked in parts.
STREAM_WITHIN = 600.0
BODY_WITHIN = 30.0
# Each may hold one operation's body in memory.
MOST_READING = 8
# Of one answer, which is held until it is whole.
MOST_ANSWER = 32 * 1024 * 1024
_LOOK_EVERY = 0.25
_MOST_PARAMETERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How long, in seconds, and how many."""

    answer_within: float = ANSWER_WITHIN
    stream_within: float = STREAM_WITHIN
    body_within: float = BODY_WITHIN
    most_reading: int = MOST_READING
    most_answer: int = MOST_ANSWER


def create_policy_api(*, analyst: Analyst, served: Served, door: Door, bounds: Bounds | None = None) -> Starlette:
    """Routes below `/api/v1`. One app a door; they may share the analyst."""
    counter = _Counter()
    bounds = bounds or Bounds()
    described = orjson.dumps(openapi(), option=orjson.OPT_INDENT_2) + b"\n"

    async def description(request: Request) -> Response:
        try:
            door.admit(request.method, request.scope["path"], request.headers)
        except WatchwordError as error:
            return _problem(error)
        return Response(described, media_type=JSON)

    async def http_error(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        try:
            door.admit(request.method, request.scope["path"], request.headers)
        except WatchwordError as refused:
            return _problem(refused)
        if status == 405:  # noqa: PLR2004 - HTTP's number
            allowed = error.headers.get("Allow", "") if isinstance(error, HTTPException) and error.headers else ""
            answer = _problem(
                InvalidInputError(
                    "this address takes another method", code="api.method", expected=allowed, found=request.method
                )
            )
            answer.headers["allow"] = allowed
            return answer
        return _problem(
            NotFoundError(
                "the API has no such address", code="api.not-found", hint=f"{ROOT}{DOCUMENT_PATH} says what there is"
            )
        )

    async def defect(_: Request, __: Exception) -> Response:
        return _problem(DefectError("something is wrong on our side", code="api.defect"))

    routes = [Route(f"{ROOT}{DOCUMENT_PATH}", description, methods=["GET"])]
    for operation in OPERATIONS:
        endpoint = _Endpoint(operation, analyst=analyst, served=served, door=door, counter=counter, bounds=bounds)
        routes.append(Route(f"{ROOT}{operation.path}", endpoint, methods=[operation.method]))
    return Starlette(routes=routes, exception_handlers={HTTPException: http_error, Exception: defect})


def _problem(error: WatchwordError) -> Response:
    problem = problem_of(error)
    return Response(problem.body, problem.status, dict(problem.headers), media_type=PROBLEM)


@dataclass(slots=True)
class _Counter:
    """How many bodies are on their way."""

    reading: int = 0


class _GoneError(Exception):
    """The client has left."""


class _Endpoint:
    """One operation, as an ASGI application."""

    def __init__(
        self,
        operation: Operation,
        *,
        analyst: Analyst,
        served: Served,
        door: Door,
        counter: _Counter,
        bounds: Bounds,
    ) -> None:
        self._operation = operation
        self._analyst = analyst
        self._served = served
        self._door = door
        self._counter = counter
        self._bounds = bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        begun = _Begun(send)
        try:
            self._door.admit(scope["method"], scope["path"], headers)
            question = self._question(scope, headers)
            if question.media == LINES and self._operation.stream is not None and not self._operation.stream.bounded:
                await self._stream(question, receive, begun)
                return
            async with self._read(receive, headers) as body:
                await self._reply(question, body, begun)
        except _GoneError:
            return
        except WatchwordError as error:
            # Once an answer has begun, that it has no end is all that can still be said.
            if not begun.yes:
                await _problem(error)(scope, receive, send)

    # What is asked

    def _question(self, scope: Scope, headers: Mapping[str, str]) -> Question:
        operation = self._operation
        media = ""
        if operation.body is not None:
            media = headers.get("content-type", "").partition(";")[0].strip().lower()
            taken = (JSON, LINES) if operation.stream is not None else (JSON,)
            if media not in taken:
                raise InvalidInputError(
                    "a body of another type than this address takes",
                    code="body.type",
                    expected=" or ".join(taken),
                    found=media[:200] or "none",
                    hint="set Content-Type",
                )
        stream = operation.stream if media == LINES else None
        query = _query(scope["query_string"], (*operation.query, *(stream.query if stream is not None else ())))
        if operation.name is not None:
            name = str(scope["path_params"][operation.name.name])
            _check_parameter(operation.name, name)
            query[operation.name.name] = (name,)
        wants_sarif = operation.sarif and SARIF in headers.get("accept", "")
        accept = SARIF if wants_sarif else LINES if stream is not None else JSON
        return Question(
            operation=operation.id, media=media, accept=accept, within=self._bounds.answer_within, query=query
        )

    # One body, one answer

    @contextlib.asynccontextmanager
    async def _read(self, receive: Receive, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Read the body; it counts as one that is on its way until it is dealt with."""
        if self._counter.reading >= self._bounds.most_reading:
            raise BusyError(self._bounds.most_reading)
        self._counter.reading += 1
        try:
            yield await self._whole(receive, headers) if self._operation.body is not None else b""
        finally:
            self._counter.reading -= 1

    async def _whole(self, receive: Receive, headers: Mapping[str, str]) -> bytes:
        most = self._operation.most_bytes
        said = headers.get("content-length", "")
        if said.isascii() and said.isdigit() and (len(said) > 18 or int(said) > most):  # noqa: PLR2004 - 64 bits
            raise _too_long(most, said[:20])
        body = bytearray()
        try:
            async with asyncio.timeout(self._bounds.body_within):
                async for chunk in _chunks(receive):
                    body += chunk
                    if len(body) > most:
                        raise _too_long(most, "more")
        except TimeoutError:
            raise _slow(self._bounds.body_within) from None
        return bytes(body)

    async def _reply(self, question: Question, body: bytes, send: "_Begun") -> None:
        if self._operation.where is Where.SERVED:
            text = await run_in_threadpool(self._by_what_is_served, body)
            await send.whole(Head(status=200, media=JSON, headers={}), text.encode("utf-8", "backslashreplace"))
            return
        analysis = await run_in_threadpool(self._analyst.begin, question)
        exchange = asyncio.create_task(run_in_threadpool(_exchange, analysis, body, self._bounds.most_answer))
        whole = False
        try:
            done, _ = await asyncio.wait({exchange}, timeout=self._bounds.answer_within)
            if not done:
                raise _too_much(self._bounds.answer_within)
            head, answer = exchange.result()
            whole = True
        finally:
            # Ended, it lets go of the thread that waits for it.
            await run_in_threadpool(analysis.end, kill=not whole)
            if not whole:
                await asyncio.wait({exchange})
                exchange.exception()
        await send.whole(head, answer)

    def _by_what_is_served(self, raw: bytes) -> str:
        body = read_body(raw)
        found = list(flaws(self._operation.body, body)) if self._operation.body is not None else []
        if found:
            raise BodyError(found)
        return self._served.simulate(body)

    # Lines in, lines out

    async def _stream(self, question: Question, receive: Receive, send: "_Begun") -> None:
        analysis = await run_in_threadpool(self._analyst.begin, question)
        progress = _Progress()
        feeding = asyncio.create_task(_feed(analysis, receive, progress))
        answering = asyncio.create_task(_answer(analysis, send, progress))
        whole = False
        try:
            await self._watch(feeding, answering, progress)
            answering.result()
            # An analyst that has answered before it was told all is not as good as new.
            await asyncio.wait({feeding}, timeout=_LOOK_EVERY)
            whole = feeding.done()
        finally:
            await run_in_threadpool(analysis.end, kill=not whole)
            for task in (feeding, answering):
                task.cancel()
            await asyncio.gather(feeding, answering, return_exceptions=True)

    async def _watch(
        self, feeding: "asyncio.Task[None]", answering: "asyncio.Task[None]", progress: "_Progress"
    ) -> None:
        """Come back when there is an answer; raise where the client has left or time is up."""
        began = monotonic()
        while not answering.done():
            await asyncio.wait({answering}, timeout=_LOOK_EVERY)
            if feeding.done():
                feeding.result()
            now = monotonic()
            if answering.done():
                return
            if now - progress.at > self._bounds.answer_within:
                if progress.client_is_awaited:
                    raise _slow(self._bounds.answer_within)
                raise _too_much(self._bounds.answer_within)
            if now - began > self._bounds.stream_within:
                raise _too_much(self._bounds.stream_within)


@dataclass(slots=True)
class _Progress:
    """When something last came or went."""

    at: float = field(default_factory=monotonic)
    client_is_awaited: bool = False

    def made(self) -> None:
        self.at = monotonic()


class _Begun:
    """Sends an answer, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.yes = False

    async def whole(self, head: Head, body: bytes) -> None:
        await self.head(replace(head, headers={**head.headers, "content-length": str(len(body))}))
        await self.part(body, last=True)

    async def head(self, head: Head) -> None:
        self.yes = True
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in head.headers.items()]
        headers.append((b"content-type", head.media.encode("ascii")))
        await self._send({"type": "http.response.start", "status": head.status, "headers": headers})

    async def part(self, part: bytes, *, last: bool) -> None:
        await self._send({"type": "http.response.body", "body": part, "more_body": not last})


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        more = message.get("more_body", False)
        yield message.get("body", b"")


async def _feed(analysis: Analysis, receive: Receive, progress: _Progress) -> None:
    progress.client_is_awaited = True
    async for chunk in _chunks(receive):
        progress.client_is_awaited = False
        progress.made()
        await run_in_threadpool(analysis.send, chunk)
        progress.made()
        progress.client_is_awaited = True
    progress.client_is_awaited = False
    await run_in_threadpool(analysis.finish)


async def _answer(analysis: Analysis, send: _Begun, progress: _Progress) -> None:
    head = await run_in_threadpool(analysis.head)
    progress.made()
    await send.head(head)
    while (part := await run_in_threadpool(analysis.part)) is not None:
        progress.made()
        await send.part(part, last=False)
        progress.made()
    await send.part(b"", last=True)


def _exchange(analysis: Analysis, body: bytes, most: int) -> tuple[Head, bytes]:
    analysis.send(body)
    analysis.finish()
    head = analysis.head()
    answer = bytearray()
    while (part := analysis.part()) is not None:
        answer += part
        if len(answer) > most:
            raise UnavailableError(
                "the answer is too long", code="analysis.length", expected=f"at most {most} bytes", hint="ask for less"
            )
    return head, bytes(answer)


def _query(encoded: bytes, known: Sequence[Parameter]) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(encoded),
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as error:
        raise InvalidInputError("the query cannot be read", code="query.form") from error
    by_name = {parameter.name: parameter for parameter in known}
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        parameter = by_name.get(name)
        if parameter is None:
            raise InvalidInputError(
                "the query has a parameter that this address does not know",
                code="query.unknown",
                expected=", ".join(by_name) or "no query",
                found=name[:200],
            )
        if name in found and not parameter.several:
            raise InvalidInputError(f"{name} stands twice in the query", code="query.duplicate", expected="once")
        _check_parameter(parameter, value)
        found[name] = (*found.get(name, ()), value)
    return found


def _check_parameter(parameter: Parameter, value: str) -> None:
    schema: Schema = parameter.of
    if not isinstance(schema, Text):
        return
    if schema.values and value not in schema.values:
        raise InvalidInputError(
            f"{parameter.name} has another value",
            code="query.value",
            expected=", ".join(schema.values),
            found=value[:200],
        )
    if len(value) > schema.most:
        raise InvalidInputError(
            f"{parameter.name} is too long", code="query.value", expected=f"at most {schema.most} characters"
        )


def _too_long(most: int, found: str) -> InvalidInputError:
    return InvalidInputError("the body is too long", code="body.length", expected=f"at most {most} bytes", found=found)


def _slow(within: float) -> InvalidInputError:
    return InvalidInputError(
        f"the {BODY} did not arrive in time", code="body.slow", expected=f"more of it within {within:g} s"
    )


def _too_much(within: float) -> UnavailableError:
    return UnavailableError(
        "the analysis took too long and was ended",
        code="analysis.time",
        expected=f"an answer within {within:g} s",
        hint="ask for less at a time, or use the command line, which has no such bound",
    )
