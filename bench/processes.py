"""Processes that a benchmark starts: ended by their own id when it is over, whatever happened; their words kept."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class BenchError(Exception):
    """A benchmark cannot say anything: something did not start, or gave an answer that it should not."""


class Processes:
    """Starts processes with their output in files under `directory`; ends them in reverse order on exit."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: list[subprocess.Popen[bytes]] = []
        self._names: dict[int, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running):
            self.stop(process)

    def start(
        self,
        name: str,
        words: Sequence[str],
        *,
        core: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start `words`, on one core alone where `core` says so (children inherit it). Output goes to `<name>.log`."""

        def pin() -> None:
            if core is not None:
                os.sched_setaffinity(0, {core})

        with (self._directory / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                list(words),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=pin,  # noqa: PLW1509 - no thread has been started when benchmarks start processes
                env={**os.environ, **(environment or {})},
            )
        self._running.append(process)
        self._names[process.pid] = name
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        if process not in self._running:
            return
        self._running.remove(process)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def log(self, process: subprocess.Popen[bytes]) -> str:
        """Return what the process has said so far, the last 2,000 characters of it."""
        path = self._directory / f"{self._names[process.pid]}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-2000:]

    def wait(self, process: subprocess.Popen[bytes], ready: Callable[[], bool], *, seconds: float = 15) -> None:
        """Return when `ready()`; raise `BenchError` with the last words where the process died or it took too long."""
        name = self._names[process.pid]
        limit = time.monotonic() + seconds
        while not ready():
            if process.poll() is not None:
                raise BenchError(f"{name} ended with {process.returncode}: {self.log(process)}")
            if time.monotonic() > limit:
                raise BenchError(f"{name} was not ready within {seconds:g} s: {self.log(process)}")
            time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
