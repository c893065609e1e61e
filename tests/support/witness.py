"""An application that remembers what reached it: the one place where it shows what the gateway let through.

::

    with witness() as upstream:
        upstream.port
        upstream.arrivals()      # every request that came, as it came

`/live` is a stream of server-sent events that never ends by itself. `echo()` is the same for WebSocket.
"""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from support.stack import LOOPBACK

_TICK = 0.05
ASSERTION = "x-watchword-jwt-assertion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def claims(self) -> Mapping[str, object]:
        """What the assertion says, unverified; empty where there is none."""
        parts = self.headers.get(ASSERTION, "").split(".")
        if len(parts) != 3:
            return {}
        claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return claims


class Witness(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self._arrivals: list[Arrival] = []
        self._lock = threading.Lock()
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return self.server_port

    def arrivals(self) -> list[Arrival]:
        with self._lock:
            return list(self._arrivals)

    def note(self, arrival: Arrival) -> None:
        with self._lock:
            self._arrivals.append(arrival)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients and proxies that leave in the middle are what these stories are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Witness
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.note(Arrival(method=self.command, target=self.path, headers=headers))
        if self.path.startswith("/live"):
            self._stream()
            return
        body = b"let through\n"
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the base class looks for

    def _stream(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        with suppress(OSError):
            while not self.server.closing.wait(_TICK):
                self.wfile.write(b"data: tick\n\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Say nothing on the terminal."""


@contextmanager
def witness() -> Iterator[Witness]:
    server = Witness()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def echo() -> Iterator[int]:
    """Serve WebSockets that send back what they get; yield the port."""

    def answer(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for message in connection:
                connection.send(message)

    with serve(answer, LOOPBACK, 0) as server:
        port: int = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield port
        finally:
            server.shutdown()
            thread.join()
