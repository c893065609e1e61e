"""Watchword as its users start it: `watchword up` in a state directory of its own, its ready line, its processes."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.gateway import Subject
from bench.machine import descendants
from bench.processes import BenchError, Processes, free_port

_READY_WITHIN = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One started Watchword. `ready_after` and the line itself are as `watchword up --output json` gave them."""

    process: subprocess.Popen[bytes]
    state: Path
    port: int
    ready: Mapping[str, object]
    ready_after: float  # seconds from the start of the command to the line

    def pids(self) -> list[int]:
        return descendants(self.process.pid)

    @property
    def invitation(self) -> str:
        link = self.ready.get("invitation")
        if not isinstance(link, str):
            raise BenchError("watchword up gave no invitation link on an empty state")
        return link


def command() -> list[str]:
    """The installed command beside this interpreter, or the module where the source tree is used as it is."""
    script = Path(sys.executable).with_name("watchword")
    if script.exists() and "PYTHONPATH" not in os.environ:
        return [str(script)]
    return [sys.executable, "-m", "watchword"]


def environment(**more: str) -> dict[str, str]:
    """As a user's shell has it: Python may keep its bytecode, which some build machines forbid."""
    return {"PYTHONDONTWRITEBYTECODE": "", **more}


@contextlib.contextmanager
def running(
    *,
    state: Path | None = None,
    configuration: Path | None = None,
    core: int | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """Start one and stop it whatever happens. Without `state` it gets a short directory of its own, removed afterwards:
    the names of Unix sockets are at most 107 bytes."""
    own = Path(tempfile.mkdtemp(prefix="wb-"))
    place = state or own / "s"
    try:
        with Processes(own) as processes:
            port = free_port()
            words = [*command(), "up", "--state", str(place), "--port", str(port), "--output", "json"]
            if configuration is not None:
                words += ["--config", str(configuration)]
            begun = time.perf_counter()
            process = processes.start("watchword", words, core=core, environment=environment(**(variables or {})))
            line: list[dict[str, object]] = []

            def ready() -> bool:
                for text in (own / "watchword.log").read_text(encoding="utf-8", errors="replace").splitlines():
                    if text.startswith("{") and text.endswith("}"):
                        line.append(json.loads(text))
                        return True
                return False

            processes.wait(process, ready, seconds=_READY_WITHIN)
            after = time.perf_counter() - begun
            yield Running(process=process, state=place, port=port, ready=line[0], ready_after=after)
    finally:
        shutil.rmtree(own, ignore_errors=True)


@contextlib.contextmanager
def subject(directory: Path, application_port: int, skipped: list[str]) -> Iterator[list[Subject]]:
    del directory, application_port
    skipped.append("Watchword: not wired in yet")
    yield []
