"""A program run once: how long it took by the clock, on the processor, and how much memory it held at most."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import BenchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """`cpu` is user and system time of the process and of those it started and waited for; `peak_mb` of the largest."""

    wall: float
    cpu: float
    peak_mb: float


def run(
    words: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str] | None = None,
    fine: frozenset[int] | None = None,
) -> tuple[Cost, bytes]:
    """Run a program and return what it cost and said. Raises `BenchError` for an exit code that is not `fine`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            list(words),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        said = out.read()
        if fine is not None and process.returncode not in fine:
            tail = (errors.read() or said).decode(errors="replace").strip()[-400:]
            raise BenchError(f"{Path(words[0]).name} ended with {process.returncode}: {tail}")
    return Cost(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak_mb=usage.ru_maxrss / 1024), said
