"""Analysts as processes: started when one is needed, ended when it is stuck, has grown, or had nothing to do.

    pool = AnalystPool(state)
    analysis = pool.begin(question)     # BusyError where all have a question
    …
    analysis.end(kill=False)            # back into the pool; or kill=True
    pool.close()

Fills `api.policy.Analyst`. A process answers one question at a time. It gets no environment, no open file and no socket
of ours: it reads strangers' documents, and what it could be made to do is answer wrongly.
"""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from watchword.api.policy.ports import BusyError, Head, Question
from watchword.app.analyst.frames import BODY, END, HEAD, STAY, BrokenFrameError, read_frame, write_frame
from watchword.app.children import describe_exit, python_module
from watchword.app.state import StateDirectory
from watchword.kernel.errors import UnavailableError

# As many as the smallest machine that this is meant for has cores; their low priority leaves these to decisions.
MOST_ANALYSTS = 2
IDLE_FOR = 60.0
_GRACE = 5.0
# What an interpreter may need to find its own libraries; nothing else of the environment is passed on.
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class AnalystPool:
    """At most `most` processes, of which the idle ones leave after `idle_for` seconds."""

    def __init__(
        self,
        state: StateDirectory | None,
        *,
        most: int = MOST_ANALYSTS,
        idle_for: float = IDLE_FOR,
        command: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        arguments = [str(state.root)] if state is not None else []
        self._command = command or (lambda: python_module("watchword.app.analyst.worker", *arguments))
        self._most = most
        self._idle_for = idle_for
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._reaper: threading.Timer | None = None
        self._closed = False

    def begin(self, question: Question) -> "ProcessAnalysis":
        """Raise `BusyError`, or `UnavailableError` where a process cannot be started."""
        with self._lock:
            if self._closed or len(self._busy) >= self._most:
                raise BusyError(self._most)
            process = self._waiting() or self._started()
            self._busy.add(process)
        return ProcessAnalysis(process, question, self._give_back)

    @property
    def processes(self) -> Sequence[int]:
        """The ids of all that run."""
        with self._lock:
            return [process.pid for process in (*self._idle, *self._busy)]

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            if self._reaper is not None:
                self._reaper.cancel()
            busy = list(self._busy)
        for process in (*idle, *busy):
            process.kill()
        # Whoever waits for the others closes their pipes, when it gives them back.
        for process in idle:
            process.close()

    def _waiting(self) -> "_Process | None":
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            process.close()
        return None

    def _started(self) -> "_Process":
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        # The code that runs here is the code that runs there, wherever it was found.
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[3])
        try:
            return _Process(self._command(), environment)
        except OSError as error:
            raise UnavailableError(
                f"no analyst can be started: {error.strerror}",
                code="analysis.start",
                hint="look at the control plane's log",
            ) from error

    def _give_back(self, process: "_Process", *, usable: bool) -> None:
        with self._lock:
            self._busy.discard(process)
            kept = usable and not self._closed
            if kept:
                self._idle.append(process)
                self._reap_later()
        if not kept:
            process.kill()
            process.close()

    def _reap_later(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
        self._reaper = threading.Timer(self._idle_for, self._reap)
        self._reaper.daemon = True
        self._reaper.start()

    def _reap(self) -> None:
        """Nothing was given back for so long: whoever waits has nothing to do."""
        with self._lock:
            ended, self._idle = self._idle, []
        for process in ended:
            process.kill()
            process.close()


class _Process:
    """One analyst's process and its pipes."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
            cwd="/",
            # Its own group: what is meant for us at a terminal is not meant for it.
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def input(self) -> IO[bytes]:
        return _there(self._process.stdin)

    @property
    def output(self) -> IO[bytes]:
        return _there(self._process.stdout)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def ended(self) -> str:
        """Say how it ended; it is about to."""
        try:
            return describe_exit(self._process.wait(_GRACE))
        except subprocess.TimeoutExpired:
            return "closed its pipe"

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise UnavailableError("an analyst has no pipe", code="analysis.broken")
    return pipe


class ProcessAnalysis:
    """Fills `api.policy.Analysis`."""

    def __init__(self, process: _Process, question: Question, give_back: Callable[..., None]) -> None:
        self._process = process
        self._give_back = give_back
        self._answered = False
        self._stays = False
        self._given_back = False
        self._sending = True
        asked = {
            "operation": question.operation,
            "media": question.media,
            "accept": question.accept,
            "within": question.within,
            "query": {name: list(values) for name, values in question.query.items()},
        }
        self._write(HEAD, json.dumps(asked).encode())

    def send(self, chunk: bytes) -> None:
        if chunk:
            self._write(BODY, chunk)

    def finish(self) -> None:
        self._write(END, b"")

    def head(self) -> Head:
        kind, payload = self._read()
        if kind != HEAD:
            raise _broken("it began to answer in the middle")
        try:
            read = json.loads(payload)
            return Head(status=int(read["status"]), media=str(read["media"]), headers=dict(read["headers"]))
        except (ValueError, KeyError, TypeError) as error:
            raise _broken("its answer has no head") from error

    def part(self) -> bytes | None:
        kind, payload = self._read()
        if kind == END:
            self._answered = True
            self._stays = payload == STAY
            return None
        if kind != BODY:
            raise _broken("it began to answer anew")
        return payload

    def end(self, *, kill: bool) -> None:
        if self._given_back:
            return
        self._given_back = True
        self._give_back(self._process, usable=not kill and self._answered and self._stays)

    def _write(self, kind: bytes, payload: bytes) -> None:
        if not self._sending:
            return
        try:
            write_frame(self._process.input, kind, payload)
        except (OSError, ValueError):
            # It is gone; reading says how.
            self._sending = False

    def _read(self) -> tuple[bytes, bytes]:
        try:
            frame = read_frame(self._process.output)
        except (OSError, ValueError, BrokenFrameError) as error:
            raise _broken(str(error)) from error
        if frame is None:
            raise _broken(self._process.ended())
        return frame


def _broken(why: str) -> UnavailableError:
    return UnavailableError(
        "the analysis broke",
        code="analysis.broken",
        found=why,
        hint="try again; if it breaks again, tell us of it with the control plane's log",
    )
