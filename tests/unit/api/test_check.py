"""The check's shell over its real socket: order, HEAD, waiting for the record, and what happens when something breaks."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from support.envoy import FakeTicket, short_directory
from watchword.api.check import serve
from watchword.enforcement.gateway import CheckRequest, Verdict
from watchword.enforcement.gateway.check import Check
from watchword.kernel.errors import InvalidInputError

T = TypeVar("T")
WAIT = 5.0


class ScriptedCheck:
    """Answers by the path: `/wait` holds a ticket, `/break` raises, `/no` refuses with a body."""

    def __init__(self) -> None:
        self.asked: list[CheckRequest] = []
        self.tickets: list[FakeTicket] = []
        self.defects = 0
        self.late = 0
        self.broken_altogether = False
        self._held = asyncio.Event()

    async def holding(self, tickets: int) -> None:
        """Wait until so many answers wait for their records."""
        while len(self.tickets) < tickets:
            self._held.clear()
            await self._held.wait()

    def check(self, request: CheckRequest) -> Verdict:
        self.asked.append(request)
        if request.target == b"/break":
            raise ZeroDivisionError
        if request.target == b"/wait":
            self.tickets.append(FakeTicket(durable=False))
            self._held.set()
            return Verdict(200, ((b"x-a", b"b"),), b"", self.tickets[-1])
        if request.target == b"/no":
            return Verdict(403, ((b"content-type", b"text/plain"),), b"no!", None, "denied")
        return Verdict(200, ((b"x-target", request.target),))

    def defect(self, request: CheckRequest) -> Verdict:
        if self.broken_altogether:
            raise ZeroDivisionError
        self.defects += 1
        return Verdict(503, (), b"", None, "defect")

    def not_durable(self, request: CheckRequest) -> Verdict:
        self.late += 1
        return Verdict(503, (), b"", None, "unavailable")


Story = Callable[[ScriptedCheck, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[T]]


def told(story: Story[T], *, durable_within: float = WAIT) -> T:
    async def run(path: Path) -> T:
        check = ScriptedCheck()
        server = await serve(cast_check(check), path, durable_within=durable_within)
        reader, writer = await asyncio.open_unix_connection(str(path))
        try:
            return await asyncio.wait_for(story(check, reader, writer), WAIT)
        finally:
            writer.close()
            await server.close()

    with short_directory() as directory:
        return asyncio.run(run(directory / "check.sock"))


def cast_check(check: ScriptedCheck) -> Check:
    return check  # type: ignore[return-value]  # it fills the three calls that the shell makes


def ask(target: bytes, method: bytes = b"GET", route: bytes = b"app") -> bytes:
    return method + b" /authz/" + route + target + b" HTTP/1.1\r\nhost: app.localhost\r\ncontent-length: 0\r\n\r\n"


async def answer(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def test_a_question_is_passed_on_as_it_came() -> None:
    async def story(check: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"POST /authz/app.live/a%2Fb?c=d HTTP/1.1\r\nHost: app.localhost\r\nCookie: a\r\ncookie: b\r\ncontent-length: 0\r\n\r\n"
        )
        head = await answer(reader)
        assert head.startswith(b"HTTP/1.1 200 OK\r\nx-target: /a%2Fb?c=d\r\n")
        (request,) = check.asked
        assert (request.route_id, request.method, request.target) == ("app.live", "POST", b"/a%2Fb?c=d")
        assert request.headers[b"cookie"] == [b"a", b"b"]
        assert request.host == "app.localhost"

    told(story)


@pytest.mark.parametrize(
    ("path", "route", "target"), [(b"/authz/-*", "-*", b""), (b"/other/x", "", b"/other/x"), (b"/authz//x", "", b"/x")]
)
def test_a_question_of_another_form_names_no_route(path: bytes, route: str, target: bytes) -> None:
    async def story(check: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET " + path + b" HTTP/1.1\r\nhost: x\r\n\r\n")
        await answer(reader)
        assert (check.asked[0].route_id, check.asked[0].target) == (route, target)

    told(story)


def test_a_refusal_to_head_has_no_body_and_the_next_answer_follows_it() -> None:
    async def story(_: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ask(b"/no", b"HEAD") + ask(b"/x"))
        assert b"content-length: 3" in await answer(reader)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200 OK\r\nx-target: /x")
        writer.write(ask(b"/no"))
        await answer(reader)
        assert await reader.readexactly(3) == b"no!"

    told(story)


def test_answers_keep_their_order_while_one_waits_for_its_record() -> None:
    async def story(check: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ask(b"/wait") + ask(b"/x") + ask(b"/wait") + ask(b"/y"))
        await check.holding(1)
        assert len(check.asked) == 1
        check.tickets[0].settle()
        assert b"x-a: b" in await answer(reader)
        assert b"x-target: /x" in await answer(reader)
        await check.holding(2)
        check.tickets[1].settle()
        assert b"x-a: b" in await answer(reader)
        assert b"x-target: /y" in await answer(reader)

    told(story)


def test_a_record_that_does_not_come_in_time_is_a_refusal_even_if_it_comes_later() -> None:
    async def story(check: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ask(b"/wait") + ask(b"/x"))
        assert (await answer(reader)).startswith(b"HTTP/1.1 503 ")
        assert b"x-target: /x" in await answer(reader)
        check.tickets[0].settle()
        writer.write(ask(b"/z"))
        assert b"x-target: /z" in await answer(reader)
        assert check.late == 1

    told(story, durable_within=0.05)


def test_a_client_that_leaves_while_it_waits_disturbs_nobody() -> None:
    async def story(check: ScriptedCheck, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ask(b"/wait"))
        await check.holding(1)
        writer.transport.abort()
        await asyncio.sleep(0.01)
        check.tickets[0].settle()
        await asyncio.sleep(0.01)
        assert check.defects == 0

    told(story)


def test_whatever_breaks_is_a_503(caplog: pytest.LogCaptureFixture) -> None:
    async def story(check: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ask(b"/break") + ask(b"/x"))
        assert (await answer(reader)).startswith(b"HTTP/1.1 503 ")
        assert b"x-target" in await answer(reader)
        assert check.defects == 1

    told(story)
    assert "the check broke" in caplog.text


def test_when_even_the_refusal_breaks_the_connection_is_closed() -> None:
    async def story(check: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        check.broken_altogether = True
        writer.write(ask(b"/break"))
        assert await reader.read() == b""

    told(story)


@pytest.mark.parametrize(
    "data",
    [
        b"garbage\r\n\r\n",
        b"FOO /authz/app/ HTTP/1.1\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
)
def test_what_the_proxy_never_sends_is_a_400_and_the_end(data: bytes) -> None:
    async def story(_: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(data)
        return await reader.read()

    assert b"HTTP/1.1 400 Bad Request\r\n" in told(story)


def test_more_questions_than_a_proxy_asks_end_the_connection() -> None:
    async def story(_: ScriptedCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ask(b"/wait") + ask(b"/x") * 100)
        assert await reader.read() == b""

    told(story)


def test_the_socket_is_private_and_its_directory_has_to_be() -> None:
    async def run(path: Path) -> int:
        server = await serve(cast_check(ScriptedCheck()), path)
        mode = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116 - nothing else runs on this loop
        await server.close()
        return mode

    with short_directory() as directory:
        assert asyncio.run(run(directory / "check.sock")) == 0o600
        assert not (directory / "check.sock").exists()
        directory.chmod(0o755)
        with pytest.raises(InvalidInputError, match="open to others"):
            asyncio.run(run(directory / "check.sock"))
        directory.chmod(0o700)
