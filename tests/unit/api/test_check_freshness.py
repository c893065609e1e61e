"""A memory of sessions that is too old delays a request and refuses nobody, as long as the database answers."""

# ruff: noqa: ASYNC110 - what is waited for happens in a thread, which knows no asyncio.Event

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from support.envoy import short_directory
from watchword.api.check import serve
from watchword.enforcement.gateway import CheckRequest, Verdict
from watchword.enforcement.gateway.check import Check
from watchword.kernel.errors import UnavailableError

ASK = b"GET /authz/app/ HTTP/1.1\r\nhost: app.localhost\r\n\r\n"
Story = Callable[[str], Awaitable[None]]


class Memory:
    """A check whose memory is old, and the store that makes it new: at once, when told, or never."""

    def __init__(self) -> None:
        self.old = True
        self.refreshed = 0
        self.go = threading.Event()
        self.go.set()
        self.down = False

    def stale(self) -> bool:
        return self.old

    def check(self, _: CheckRequest) -> Verdict:
        return Verdict(503 if self.old else 200, ())

    def refresh(self) -> None:
        self.refreshed += 1
        self.go.wait(10)
        if self.down:
            raise UnavailableError("gone", code="database.gone")
        self.old = False


def told(memory: Memory, story: Story, *, within: float) -> None:
    async def run(path: Path) -> None:
        check: Check = memory  # type: ignore[assignment]  # it fills the calls that the shell makes
        server = await serve(check, path, refresh=memory.refresh, fresh_within=within)
        try:
            await asyncio.wait_for(story(str(path)), 10)
        finally:
            memory.go.set()
            await server.close()

    with short_directory() as directory:
        asyncio.run(run(directory / "check.sock"))


async def asked(path: str, times: int = 1) -> list[bytes]:
    """Ask so many times in one connection, all at once; return the status of each answer."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(ASK * times)
    answers = [(await reader.readuntil(b"\r\n\r\n"))[9:12] for _ in range(times)]
    writer.close()
    return answers


def test_an_old_memory_is_refreshed_and_the_request_answered() -> None:
    memory = Memory()

    async def story(path: str) -> None:
        assert await asked(path) == [b"200"]
        assert await asked(path) == [b"200"]

    told(memory, story, within=5)
    assert memory.refreshed == 1


def test_one_refresh_serves_all_that_wait() -> None:
    memory = Memory()
    memory.go.clear()

    async def story(path: str) -> None:
        waiting = [asyncio.create_task(asked(path, 3)) for _ in range(8)]
        while not memory.refreshed:
            await asyncio.sleep(0)
        memory.go.set()
        assert await asyncio.gather(*waiting) == [[b"200"] * 3] * 8

    told(memory, story, within=5)
    assert memory.refreshed == 1


def test_a_store_that_says_no_refuses() -> None:
    memory = Memory()
    memory.down = True

    async def story(path: str) -> None:
        assert await asked(path, 2) == [b"503", b"503"]
        memory.down = False
        assert await asked(path) == [b"200"]

    told(memory, story, within=5)


def test_a_store_that_hangs_refuses_in_time_and_is_not_asked_again_meanwhile() -> None:
    memory = Memory()
    memory.go.clear()

    async def story(path: str) -> None:
        assert await asked(path, 2) == [b"503", b"503"]
        assert await asked(path) == [b"503"]
        assert memory.refreshed == 1
        memory.go.set()
        while memory.old:
            await asyncio.sleep(0.001)
        assert await asked(path) == [b"200"]

    told(memory, story, within=0.05)


def test_a_client_that_left_while_it_waited_is_forgotten() -> None:
    memory = Memory()
    memory.go.clear()

    async def story(path: str) -> None:
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(ASK)
        while not memory.refreshed:
            await asyncio.sleep(0)
        writer.close()
        memory.go.set()
        while memory.old:
            await asyncio.sleep(0.001)
        assert await asked(path) == [b"200"]

    told(memory, story, within=5)
