"""Child processes that must always be there: start, watch, restart, stop.

Rules:

- Children are started from the main thread alone: Envoy asks the kernel to be terminated when the *thread* that started
  it ends.
- Each child that is ours holds the reading end of a pipe whose writing end only the supervisor has. When the supervisor
  dies, however it dies, the pipe closes and the child leaves.
- A child that ends is started again: at once the first time, then after growing pauses, never longer than
  `_LONGEST_PAUSE`, so that what was killed is back within seconds and what cannot start does not spin.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchword.kernel.clock import monotonic

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
# Having run this long, an end counts as a new mishap and not as a failure to start.
_SETTLED = 10.0
_GRACE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to start. `command` is asked at each start, because paths may have changed in between."""

    name: str
    command: Callable[[], Sequence[str]]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    lifeline: bool = True  # pass the pipe on standard input
    stop_signal: signal.Signals = signal.SIGTERM


class Child:
    """One program, running or waiting to be run again."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None
        self._started_at = 0.0
        self._next_start = 0.0
        self._pause = _FIRST_PAUSE
        self._stopping = False

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start it now. Raises `OSError` when the program cannot be started at all."""
        reading, writing = os.pipe() if self.program.lifeline else (None, None)
        try:
            with self.program.log.open("ab") as log:
                self._process = subprocess.Popen(
                    list(self.program.command()),
                    stdin=reading if reading is not None else subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.program.environment},
                    # Its own group: Ctrl-C at the terminal reaches the supervisor alone, which then stops in order.
                    start_new_session=True,
                )
        except OSError:
            if writing is not None:
                os.close(writing)
            raise
        finally:
            if reading is not None:
                os.close(reading)
        self._lifeline = writing
        self._started_at = monotonic()
        self.starts += 1

    def tend(self) -> int | None:
        """Restart it if it ended and its pause is over. Return the exit status on the call that first sees the end."""
        if self._stopping:
            return None
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return None
            self._drop()
            settled = monotonic() - self._started_at >= _SETTLED
            self._pause = _FIRST_PAUSE if settled else min(self._pause * 2, _LONGEST_PAUSE)
            self._next_start = monotonic() + self._pause
            return status
        if monotonic() >= self._next_start:
            self.start()
        return None

    def kill(self) -> None:
        """End it the hard way; `tend` starts it again."""
        if self._process is not None:
            self._process.kill()

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self, deadline: float = _GRACE) -> None:
        """Ask it to end, wait up to `deadline` seconds, then kill it."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(self.program.stop_signal)
            try:
                process.wait(deadline)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._drop()

    def _drop(self) -> None:
        self._process = None
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None


def python_module(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of ours in this interpreter, deaf to the environment's Python settings."""
    return [sys.executable, "-P", "-m", module, *arguments]


def describe_exit(status: int) -> str:
    """Say in words how a process ended; `status` is as `Popen.returncode`."""
    if status < 0:
        try:
            return f"killed by {signal.Signals(-status).name}"
        except ValueError:
            return f"killed by signal {-status}"
    return f"exited with status {status}"
