"""Starting, asking and stopping Envoy.

`command` is for whoever keeps processes alive; `EnvoyProcess` runs one for as long as a block lasts. Envoy asks the
kernel to be terminated when the *thread* that started it ends, so start it from the main thread."""

import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

from watchword.adapters.envoy.binary import find_envoy
from watchword.adapters.envoy.layout import EnvoyLayout
from watchword.kernel.clock import monotonic
from watchword.kernel.errors import UnavailableError

_ADMIN_TIMEOUT = 5.0
_READY_WITHIN = 20.0
_POLL = 0.02
_OK = 200


def command(layout: EnvoyLayout, *, concurrency: int | None = None, log_level: str = "warning") -> list[str]:
    """Return the arguments that start Envoy on this layout. Raise `UnavailableError` (`envoy.missing`)."""
    words = [str(find_envoy()), "--config-path", str(layout.bootstrap), "--use-dynamic-base-id"]
    words += ["--log-level", log_level, "--drain-time-s", "5", "--parent-shutdown-time-s", "10"]
    if concurrency is not None:
        words += ["--concurrency", str(concurrency)]
    return words


class _UnixConnection(HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("envoy-admin", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(str(self._path))
        except OSError:
            self.sock.close()
            raise


class EnvoyAdmin:
    """Envoy's administration interface, on its Unix socket."""

    def __init__(self, admin_socket: Path, *, timeout: float = _ADMIN_TIMEOUT) -> None:
        self._socket = admin_socket
        self._timeout = timeout

    def get(self, path: str) -> bytes:
        return self._ask("GET", path)

    def post(self, path: str) -> bytes:
        return self._ask("POST", path)

    def ready(self) -> bool:
        try:
            return self._ask("GET", "/ready").strip() == b"LIVE"
        except UnavailableError:
            return False

    def stats(self, pattern: str) -> dict[str, str]:
        """Return counters, gauges and texts whose name matches a regular expression made of plain characters."""
        lines = self._ask("GET", f"/stats?filter={pattern}").decode("utf-8", "replace").splitlines()
        pairs = (line.partition(": ") for line in lines)
        return {name: value for name, _, value in pairs}

    def config_dump(self, resource: str) -> list[object]:
        """Return one resource list of the configuration dump, such as `dynamic_route_configs`."""
        found = json.loads(self._ask("GET", f"/config_dump?resource={resource}"))
        configs = found.get("configs", [])
        return configs if isinstance(configs, list) else []

    def _ask(self, method: str, path: str) -> bytes:
        connection = _UnixConnection(self._socket, self._timeout)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            raise UnavailableError(
                f"Envoy does not answer on {self._socket}", code="envoy.admin", hint="look into Envoy's log"
            ) from error
        finally:
            connection.close()
        if response.status != _OK and not path.startswith("/ready"):
            raise UnavailableError(f"Envoy answered {response.status} to {path.partition('?')[0]}", code="envoy.admin")
        return body


@dataclass(slots=True)
class EnvoyProcess:
    """One Envoy that ends with the block. `log` takes what it says."""

    layout: EnvoyLayout
    log: Path
    concurrency: int | None = None
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        if self._process is None:
            raise UnavailableError("Envoy was not started", code="envoy.not-running")
        return self._process.pid

    def start(self) -> None:
        """Start it and return when it listens. Raise `UnavailableError` (`envoy.start`) with the last of its log."""
        words = command(self.layout, concurrency=self.concurrency)
        self.layout.admin_socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        admin = EnvoyAdmin(self.layout.admin_socket)
        end = monotonic() + _READY_WITHIN
        while not admin.ready():
            if self._process.poll() is not None or monotonic() > end:
                self.stop()
                raise UnavailableError(
                    f"Envoy did not start: {last_words(self.log)}", code="envoy.start", hint=f"look into {self.log}"
                )
            time.sleep(_POLL)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self, deadline: float = 5.0) -> None:
        """End it in order, or the hard way after `deadline` seconds."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(deadline)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def drain(admin: EnvoyAdmin) -> None:
    """Ask clients to go elsewhere and accept no more; what is going on may end."""
    admin.post("/drain_listeners?graceful")


def last_words(log: Path, limit: int = 600) -> str:
    """Return the end of a log, on one line."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limit))
            return " ".join(file.read().decode("utf-8", "replace").split())
    except OSError:
        return "it left no log"
