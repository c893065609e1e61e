"""The application behind every gateway here: HTTP/1.1 over uvloop, one fixed answer, about 10 µs of CPU a request.

    python -m bench.application PORT CORE

It answers any request without a body. `/live` is an endless stream of server-sent events, or a WebSocket that says
nothing, for `bench.revocation`.
"""

import asyncio
import base64
import hashlib
import os
import re
import sys
from typing import cast

import uvloop

BODY = b"The application answered.\n" * 8
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n\r\ndata: open\n\n"

_KEY = re.compile(rb"\r\nsec-websocket-key: *([A-Za-z0-9+/=]+)", re.IGNORECASE)


class _Application(asyncio.Protocol):
    def __init__(self) -> None:
        self._pending = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but ancestry

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        data = self._pending + data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            head, data = data[:end], data[end + 4 :]
            self._transport.write(_answer(head))
        self._pending = data


def _answer(head: bytes) -> bytes:
    if not head.startswith(b"GET /live"):
        return _ANSWER
    found = _KEY.search(head)
    if found is None:
        return _STREAM
    # RFC 6455, 4.2.2
    accept = base64.b64encode(hashlib.sha1(found[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: %s\r\n\r\n"
        % accept
    )


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Application, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})
    uvloop.run(_serve(int(sys.argv[1])))
