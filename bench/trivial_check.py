"""The least that an external check can cost: httptools on uvloop, a Unix socket, always 200.

python -m bench.trivial_check SOCKET CORE
"""

import asyncio
import os
import sys
from typing import cast

import httptools
import uvloop

_YES = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class _Check(asyncio.Protocol):
    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._headers: list[tuple[bytes, bytes]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but ancestry

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_message_complete(self) -> None:
        assert self._transport is not None
        self._headers.clear()
        self._transport.write(_YES)


async def _serve(path: str) -> None:
    server = await asyncio.get_running_loop().create_unix_server(_Check, path)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})
    uvloop.run(_serve(sys.argv[1]))
