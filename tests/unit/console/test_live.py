"""The live stream: what is committed arrives, filtered as the page is, and a lost connection misses nothing kept."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.types import ASGIApp, Message

from support.console import Shell
from watchword.console.records.feed import DecisionFeed
from watchword.evidence.ledger import Record

PATIENCE = 10.0


async def listen(
    *, query: str = "", app: ASGIApp, last: int | None = None, until: int, act: Callable[[], Awaitable[None]]
) -> tuple[dict[str, str], list[dict[str, object]], bytes]:
    """Open the stream, act once it stands, and leave when `until` events have come."""
    body = b""
    started = asyncio.Event()
    enough = asyncio.Event()
    headers: dict[str, str] = {}
    arrived: list[dict[str, object]] = []

    async def receive() -> Message:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal body
        if message["type"] == "http.response.start":
            headers.update({name.decode(): value.decode() for name, value in message["headers"]})
        else:
            body += message["body"]
            arrived[:] = [
                json.loads(line.removeprefix(b"data: ")) for line in body.split(b"\n") if line.startswith(b"data: {")
            ]
            started.set()
            if len(arrived) >= until:
                enough.set()

    sent = [(b"host", b"console.localhost:8080")]
    if last is not None:
        sent.append((b"last-event-id", str(last).encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/live/decisions",
        "raw_path": b"/live/decisions",
        "query_string": query.encode(),
        "root_path": "",
        "headers": sent,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
    }

    async def serve() -> None:
        await app(scope, receive, send)

    stream = asyncio.create_task(serve())
    await asyncio.wait_for(started.wait(), PATIENCE)
    await act()
    await asyncio.wait_for(enough.wait(), PATIENCE)
    await asyncio.wait_for(stream, PATIENCE)
    return headers, arrived, body


def signed_in(world: Shell) -> None:
    person, session, _ = world.enrol(groups=frozenset({"administrators"}))
    world.look_as(person, session)


def test_a_decision_arrives_as_it_is_committed_and_filtered_as_the_page_is(world: Shell) -> None:
    signed_in(world)

    async def act() -> None:
        for path, outcome in (("/one", "Allowed"), ("/two", "ImplicitlyDenied"), ("/three", "Allowed")):
            await asyncio.to_thread(world.decided, path, outcome=outcome)
        await asyncio.to_thread(world.decided, "/people", application="console", outcome="ImplicitlyDenied")

    headers, arrived, body = asyncio.run(listen(app=world.console().app, query="outcome=refused", until=1, act=act))

    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert [found["path"] for found in arrived] == ["/two"]
    assert arrived[0]["word"] == "Denied"
    assert body.startswith(b"retry: ")
    assert b"event: decision" in body


def test_a_page_that_lost_its_connection_is_told_what_it_missed_once(world: Shell) -> None:
    signed_in(world)
    app = world.console()  # listens from here on
    first = world.decided("/one")
    world.decided("/two")

    async def act() -> None:
        await asyncio.to_thread(world.decided, "/three")

    _, arrived, _ = asyncio.run(listen(app=app.app, last=first, until=2, act=act))
    assert [found["path"] for found in arrived] == ["/two", "/three"]


def test_a_watcher_that_reads_too_slowly_loses_the_oldest_and_is_told_how_many(world: Shell) -> None:
    feed = DecisionFeed(world.house.clock.now)
    body = world.reader.record(world.decided("/x")).body

    async def story() -> tuple[int, int, int]:
        watcher = feed.watch()
        for number in range(250):
            feed.take((Record(index=number, body=body),))
        lines, missed = watcher.take()
        feed.leave(watcher)
        return lines[0].index, len(lines), missed

    assert asyncio.run(story()) == (50, 200, 50)
    assert feed.watching == 0


def test_minutes_are_counted_and_forgotten_after_an_hour(world: Shell) -> None:
    feed = DecisionFeed(world.house.clock.now)
    allowed = world.reader.record(world.decided('/"outcome":"Allowed"', outcome="ImplicitlyDenied")).body
    feed.take((Record(index=0, body=allowed),))
    assert (feed.minutes()[-1].allowed, feed.minutes()[-1].refused) == (0, 1)
    world.house.clock.advance(timedelta(minutes=61))
    assert sum(minute.total for minute in feed.minutes()) == 0
    assert len(feed.minutes()) == 60
