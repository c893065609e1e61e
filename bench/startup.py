"""How long until the first page, what it holds while idle, and how quick the command's help is.

*First start*: an empty state directory, so a configuration, keys and a database are made; `make up` compiles bytecode when
it installs, so this is what it shows. *Without bytecode*: that, and Python compiles every module first, as after a plain
`pip install`. *Later start*: the same state again. All with the files in the page cache, so "cold" is a cold Watchword and
not a cold disk.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench.exchange import compose, exchange
from bench.machine import Memory, memory
from bench.processes import BenchError
from bench.results import Report, Table, Target, median, spread
from bench.watchword import Running, command, environment, running

_FIRST_PAGE_S = 15.0
_MEMORY_MB = 200.0
_HELP_MS = 200.0
# Long enough for start-up's garbage, first refreshes and Envoy's first statistics to be over.
_SETTLE_S = 5.0


def run(*, rounds: int, helps: int, settle: float = _SETTLE_S) -> Report:
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        directory = Path(name)
        help_ms = _help(helps)
        with running(state=directory / "0", variables={"PYTHONPYCACHEPREFIX": str(directory / "bytecode")}) as one:
            without_bytecode = [_first_page(one)]
        first, later = [], []
        memories: list[Memory] = []
        for number in range(1, rounds + 1):
            state = directory / str(number)
            with running(state=state) as one:
                first.append(_first_page(one))
            with running(state=state) as one:
                later.append(_first_page(one))
                if number == rounds:
                    time.sleep(settle)
                    memories = [memory(pid) for pid in one.pids()]
    return _report(help_ms, without_bytecode, first, later, memories)


def _help(count: int) -> list[float]:
    times = []
    # The first writes bytecode, and is not counted.
    for number in range(count + 1):
        begun = time.perf_counter()
        done = subprocess.run([*command(), "--help"], stdout=subprocess.PIPE, env=_variables(), timeout=30, check=False)
        if done.returncode or b"watchword" not in done.stdout:
            raise BenchError(f"watchword --help exited with {done.returncode}")
        if number:
            times.append((time.perf_counter() - begun) * 1000)
    return times


def _variables() -> dict[str, str]:
    return {**os.environ, **environment()}


def _first_page(one: Running) -> float:
    """Seconds from the command's start to the whole first page, fetched at the sign-in host through the gateway."""
    begun = time.perf_counter()
    answer = exchange(one.port, compose("GET", f"auth.localhost:{one.port}", "/", headers=(("accept", "text/html"),)))
    if answer.status not in {200, 303, 302} or (answer.status == 200 and b"<html" not in answer.body):
        raise BenchError(f"the sign-in host gave no page: {answer.status} {answer.body[:200]!r}")
    return one.ready_after + time.perf_counter() - begun


def _report(
    help_ms: list[float], without_bytecode: list[float], first: list[float], later: list[float], memories: list[Memory]
) -> Report:
    starts = Table(
        title="Seconds from `watchword up` to the first page through the gateway: median (lowest-highest)",
        columns=("", "seconds", "times"),
        rows=(
            ("first start, without bytecode", spread(without_bytecode, 2), str(len(without_bytecode))),
            ("first start", spread(first, 2), str(len(first))),
            ("later start", spread(later, 2), str(len(later))),
        ),
    )
    idle = Table(
        title="Idle memory, MB",
        columns=("process", "RSS", "PSS"),
        rows=(
            *((one.name, f"{one.rss_mb:.0f}", f"{one.pss_mb:.0f}") for one in memories),
            ("all", f"{sum(m.rss_mb for m in memories):.0f}", f"{sum(m.pss_mb for m in memories):.0f}"),
        ),
        notes=("RSS counts memory that processes share once for each of them, PSS once in all.",),
    )
    helps = Table(
        title="`watchword --help`, milliseconds: median (lowest-highest)",
        columns=("", "ms", "times"),
        rows=(("whole process", spread(help_ms), str(len(help_ms))),),
    )
    control = [m for m in memories if "control" in m.name]
    held = sum(m.rss_mb for m in control)
    return Report(
        name="startup",
        tables=(starts, idle, helps),
        targets=(
            Target(
                name="first page, first start",
                promised=f"within {_FIRST_PAGE_S:g} s",
                seen=f"{max(first):.1f} s at most",
                met=max(first) <= _FIRST_PAGE_S,
            ),
            Target(
                name="idle memory of the control plane (RSS)",
                promised=f"under {_MEMORY_MB:g} MB",
                seen=f"{held:.0f} MB" if control else "no such process",
                met=held < _MEMORY_MB if control else None,
            ),
            Target(
                name="watchword --help",
                promised=f"under {_HELP_MS:g} ms",
                seen=f"{median(help_ms):.0f} ms",
                met=median(help_ms) < _HELP_MS,
            ),
        ),
        figures={
            "first_page/without_bytecode_s": max(without_bytecode),
            "first_page/first_s": median(first),
            "first_page/later_s": median(later),
            "help_ms": median(help_ms),
            "control_plane_rss_mb": held,
        },
    )
