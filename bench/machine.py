"""The machine under the figures: what it is, who else is busy on it, and what a process cost in time and memory.

Linux only where it says so: CPU time and memory are read from /proc.
"""

import contextlib
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the reader needs to know to compare these figures with others."""

    system: str
    processor: str
    cores: int
    memory_mb: int
    python: str
    load_average: float
    busy: float  # share of all cores that others used in the second before the start

    def lines(self) -> list[str]:
        quiet = "quiet" if self.busy < 0.1 else "BUSY: the figures below are worse than this machine's best"
        return [
            f"{self.processor}, {self.cores} cores, {self.memory_mb:,} MB; {self.system}; Python {self.python}",
            f"before the start others used {self.busy:.0%} of the cores, load average {self.load_average:.2f} ({quiet})",
        ]


def describe() -> Machine:
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in (_PROC / "cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    return Machine(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        processor=processor,
        cores=os.cpu_count() or 1,
        memory_mb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        python=platform.python_version(),
        load_average=os.getloadavg()[0],
        busy=busy_share(1.0),
    )


def busy_share(seconds: float) -> float:
    """Share of all cores' time in use over the next `seconds`; NaN where there is no /proc/stat."""
    try:
        before = _ticks()
        time.sleep(seconds)
        after = _ticks()
    except OSError:
        return float("nan")
    total = after.total - before.total
    return (after.busy - before.busy) / total if total else float("nan")


@dataclass(frozen=True, slots=True)
class _Ticks:
    """Of all cores together, in 1/100 s (proc(5), /proc/stat)."""

    total: int
    busy: int
    stolen: int


def _ticks() -> _Ticks:
    with (_PROC / "stat").open(encoding="ascii") as stat:
        fields = [int(field) for field in stat.readline().split()[1:9]]
    total, idle, stolen = sum(fields), fields[3] + fields[4], fields[7]
    return _Ticks(total, total - idle - stolen, stolen)


class Disturbance:
    """What others took from this machine between two moments: processes that are not ours, and the hypervisor.

    ::

        disturbance = Disturbance()
        ...
        print(disturbance)  # while it ran, others used 3% of the cores and the hypervisor 1%
    """

    def __init__(self) -> None:
        self._ticks = _ticks()
        self._own = self._ours()

    @staticmethod
    def _ours() -> float:
        """CPU seconds of this process, of its children that have ended, and of its descendants that live."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime + cpu_seconds(descendants(os.getpid()))

    def shares(self) -> tuple[float, float]:
        """Return the shares of all cores' time that other processes and the hypervisor took so far."""
        now = _ticks()
        total = max(now.total - self._ticks.total, 1)
        others = (now.busy - self._ticks.busy) - (self._ours() - self._own) * os.sysconf("SC_CLK_TCK")
        return max(others, 0) / total, (now.stolen - self._ticks.stolen) / total

    def __str__(self) -> str:
        others, stolen = self.shares()
        return f"while it ran, others used {others:.0%} of the cores and the hypervisor took {stolen:.0%}"


def server_core() -> int:
    """The core that what is measured runs on."""
    return min(os.sched_getaffinity(0))


def client_core() -> int:
    """The core that the load and the application behind run on; the same one where there is only one."""
    return max(os.sched_getaffinity(0))


# Runs only when nothing else wants the core, and keeps it from halting.
_SPIN = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while os.getppid() == int(sys.argv[2]):
    for _ in range(10_000_000):
        pass
"""


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Keep every core from halting while this holds, with a spinning process of idle priority on each.

    On a virtual machine a halted core is woken by the hypervisor, which takes 30-300 µs here and differs from minute to
    minute: at one connection, where every hop wakes someone, that is most of what would be measured.
    """
    cores = sorted(os.sched_getaffinity(0))
    spinning = [subprocess.Popen([sys.executable, "-c", _SPIN, str(core), str(os.getpid())]) for core in cores]
    try:
        time.sleep(0.1)
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time, user and system, that these processes' threads have used, to the nanosecond (sched-stats).

    A thread that ended takes its share along, so differences are true only for processes that keep their threads.
    """
    total = 0
    for pid in pids:
        for task in (_PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return total / 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Of one process, in MB: RSS counts shared pages in full, PSS counts them divided by who shares them."""

    pid: int
    name: str
    rss_mb: float
    pss_mb: float


def memory(pid: int) -> Memory:
    sizes = {}
    for line in (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        key, _, value = line.partition(":")
        sizes[key] = int(value.split()[0]) / 1024
    return Memory(pid=pid, name=command(pid), rss_mb=sizes["Rss"], pss_mb=sizes["Pss"])


def command(pid: int) -> str:
    """The process's command line in short: the program's name, or the Python module or script it runs."""
    words = (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
    if not words:
        return (_PROC / str(pid) / "comm").read_text(encoding="ascii").strip()
    names = [Path(word).name for word in words if word]
    return " ".join(names[:4])


def descendants(pid: int) -> list[int]:
    """The process and all that it started, and they started, that still live."""
    found = [pid]
    for known in found:
        tasks = _PROC / str(known) / "task"
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in tasks.iterdir():
                children = (task / "children").read_text(encoding="ascii").split()
                found.extend(int(child) for child in children)
    return found
