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

from bench import estate
from bench.exchange import exchange
from bench.gateway import Subject, request
from bench.machine import descendants, server_core
from bench.processes import BenchError, Processes, free_port
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.app.state import StateDirectory
from watchword.evidence.ledger import encode_event

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


def mint(one: Running, *, persons: int, sessions: int) -> list[estate.Minted]:
    """Put sessions into the running Watchword's database, and return when it has learnt of them."""
    database = Database.open(f"sqlite:///{StateDirectory(one.state).database}")
    try:
        minted = list(estate.mint(SqlPeopleStore(database, encode_event), persons=persons, sessions=sessions))
    finally:
        database.close()
    last = request(f"{estate.HOST}:{one.port}", cookie=minted[-1].cookie)
    limit = time.monotonic() + 10
    while (answer := exchange(one.port, last)).status != 200:
        if time.monotonic() > limit:
            raise BenchError(f"a session in the database is not taken: {answer.status} {answer.body[:300]!r}")
        time.sleep(0.05)
    return minted


@contextlib.contextmanager
def serving(directory: Path, application_port: int, *, core: int | None = None) -> Iterator[Running]:
    """Start one in front of the benchmark's application."""
    configuration = directory / "configuration"
    estate.write_configuration(configuration, application_port=application_port)
    with running(configuration=configuration, core=core) as one:
        yield one


@contextlib.contextmanager
def subject(directory: Path, application_port: int, skipped: list[str]) -> Iterator[list[Subject]]:
    """Yield Watchword with one person signed in. It is never skipped: where it does not start, nothing is measured."""
    del skipped
    with serving(directory, application_port, core=server_core()) as one:
        minted = mint(one, persons=1, sessions=1)
        host = f"{estate.HOST}:{one.port}"
        yield [
            Subject(
                name="Watchword",
                port=one.port,
                allowed=request(host, cookie=minted[0].cookie),
                refused=request(host),
                refusals=frozenset({401}),
                pids=one.pids,
            )
        ]
