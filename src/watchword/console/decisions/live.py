"""`/live/decisions`: decisions as they are committed, as server-sent events (WHATWG HTML, 9.2).

Each event's id is the record's index, so that a browser which lost its connection says where it was and misses nothing
that is still kept. The gateway cuts the stream when the viewer's session ends.
"""

from collections.abc import AsyncIterator, Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from watchword.console.decisions.filter import DecisionFilter
from watchword.console.desk import Desk
from watchword.console.records.decision import DecisionLine
from watchword.console.records.feed import Watcher
from watchword.console.shell.forms import read_fields
from watchword.console.shell.pages import clock_time, machine_time
from watchword.kernel.errors import WatchwordError

# Shorter than what idle connections are given anywhere on the way.
_HEARTBEAT = 15.0
_RETRY = b"retry: 2000\n\n"


def routes(desk: Desk) -> Sequence[Route]:
    async def decisions(request: Request) -> Response:
        try:
            desk.viewer(request)
        except WatchwordError as error:
            return desk.problem(error, None)
        gateway = desk.running().gateway
        internal = {application.name for application in gateway.applications if application.internal}
        wanted = DecisionFilter.read(read_fields(request.scope["query_string"]), internal)
        last = request.headers.get("last-event-id", "")
        after = int(last) if last.isascii() and last.isdecimal() and len(last) <= 18 else None  # noqa: PLR2004 - an index
        return StreamingResponse(
            _events(desk, wanted, after),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    return [Route("/live/decisions", decisions, methods=["GET"])]


async def _events(desk: Desk, wanted: DecisionFilter, after: int | None) -> AsyncIterator[bytes]:
    watcher: Watcher = desk.feed.watch()
    try:
        yield _RETRY
        sent = after if after is not None else -1
        if after is not None:
            for line in desk.feed.since(after):
                sent = line.index
                if wanted.matches(line):
                    yield event(line)
        while True:
            if not await watcher.wait(_HEARTBEAT):
                yield b": still here\n\n"
                continue
            lines, missed = watcher.take()
            if missed:
                yield b"event: missed\ndata: " + str(missed).encode() + b"\n\n"
            for line in lines:
                if line.index > sent and wanted.matches(line):
                    yield event(line)
    finally:
        desk.feed.leave(watcher)


def event(line: DecisionLine) -> bytes:
    data = orjson.dumps(
        {
            "index": line.index,
            "at": machine_time(line.at),
            "time": clock_time(line.at),
            "tone": line.tone,
            "word": line.word,
            "who": line.email or "nobody",
            "method": line.method,
            "application": line.application or line.host,
            "path": line.path,
            "why": line.why,
            "status": str(line.status),
        }
    )
    return b"id: " + str(line.index).encode() + b"\nevent: decision\ndata: " + data + b"\n\n"
