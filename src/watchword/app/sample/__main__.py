"""`python -m watchword.app.sample --socket PATH --issuer ORIGIN --jwks-socket PATH`: the sample application, by
itself."""

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from watchword.app.lifeline import watch
from watchword.app.sample.application import application
from watchword.app.sample.keys import from_socket, from_url
from watchword.enforcement.gateway.verifier import AsgiGuard, AssertionVerifier
from watchword.kernel.clock import SystemClock

_BACKLOG = 1024


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="watchword.app.sample", description="The sample application.")
    parser.add_argument("--socket", type=Path, help="listen on this Unix socket")
    parser.add_argument("--port", type=int, help="or on this port of 127.0.0.1")
    parser.add_argument("--issuer", required=True, help="origin of the sign-in host")
    parser.add_argument("--audience", default="sample", help="name of this application in watchword.yaml")
    parser.add_argument("--jwks-socket", type=Path, help="fetch the keys over this Unix socket, not from the issuer")
    options = parser.parse_args(arguments)
    if (options.socket is None) == (options.port is None):
        parser.error("give one of --socket and --port")
    fetch = from_socket(options.jwks_socket, options.issuer) if options.jwks_socket else from_url(options.issuer)
    verifier = AssertionVerifier(issuer=options.issuer, audience=options.audience, fetch=fetch, clock=SystemClock())
    with _listening(options.socket, options.port) as listener:
        asyncio.run(_serve(AsgiGuard(application, verifier), listener))
    return 0


def _listening(path: Path | None, port: int | None) -> socket.socket:
    if path is None:
        return socket.create_server(("127.0.0.1", port or 0), backlog=_BACKLOG)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(_BACKLOG)
    return listener


async def _serve(guarded: AsgiGuard, listener: socket.socket) -> None:
    stop = asyncio.Event()
    watch(stop)
    server = uvicorn.Server(
        uvicorn.Config(guarded, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    waiting = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    waiting.cancel()
    await serving


if __name__ == "__main__":
    sys.exit(main())
