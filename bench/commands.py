"""What a command costs: wall and CPU time, peak memory. For benchmarks of command lines, ours and others'.

    cost = run_once(["watchword", "scan", "."], directory=path)
    cost.wall, cost.cpu, cost.peak_mb, cost.code, cost.output

CPU and memory are the kernel's account (wait4(2)) of the process and of those of its children that it waited for: `cpu`
adds them up, `peak_mb` is that of the largest one.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import BenchError
from bench.results import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One run. `output` is the SHA-256 of what it wrote to standard output, so that answers can be compared."""

    wall: float
    cpu: float
    peak_mb: float
    code: int
    output: str
    words: str  # the end of what it wrote to standard error


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Several runs of the same: on a machine that is not quiet, the least is the nearest to what the command takes."""

    runs: tuple[Cost, ...]

    @property
    def wall(self) -> float:
        return min(run.wall for run in self.runs)

    @property
    def median_wall(self) -> float:
        return median([run.wall for run in self.runs])

    @property
    def cpu(self) -> float:
        return min(run.cpu for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return max(run.peak_mb for run in self.runs)

    @property
    def outputs(self) -> frozenset[tuple[int, str]]:
        return frozenset((run.code, run.output) for run in self.runs)


# Linux counts what a process's parent held at the fork as its own peak. So a small process starts it, and not this one.
_LAUNCHER = """
import os, sys, time
begun = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(process, 0)
wall = time.perf_counter() - begun
account = (os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
os.write(int(sys.argv[1]), " ".join(map(str, account)).encode())
"""


def run_once(
    words: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str] | None = None,
    codes: Sequence[int] | None = None,
) -> Cost:
    """Run a command to its end. Raises `BenchError` where it ends with a code that is not among `codes`."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        told_end, tell_end = os.pipe()
        try:
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(tell_end), *words],
                cwd=directory,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                pass_fds=(tell_end,),
                check=False,
            )
        finally:
            os.close(tell_end)
        with os.fdopen(told_end) as reader:
            account = reader.read().split()
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - 2000))
        told = errors.read().decode("utf-8", "replace")
        output.seek(0)
        digest = hashlib.file_digest(output, "sha256").hexdigest()
    if len(account) != 4:
        raise BenchError(f"{' '.join(words)} did not start: {told}")
    code, wall, cpu, peak_kb = int(account[0]), float(account[1]), float(account[2]), int(account[3])
    if codes is not None and code not in codes:
        raise BenchError(f"{' '.join(words)} ended with {code}: {told}")
    return Cost(
        wall=wall,
        cpu=cpu,
        peak_mb=peak_kb / 1024,
        code=code,
        output=digest,
        words=told,
    )


def run_often(rounds: int, once: Callable[[int], Cost]) -> Costs:
    """`once` is given the number of the round, from 0."""
    return Costs(runs=tuple(once(number) for number in range(rounds)))
