"""What runs in an analyst's process: questions come in over standard input, answers go out over standard output.

    python -m watchword.app.analyst.worker [CATALOGUE]

Before the first question it gives up what it does not need: priority, memory beyond `MEMORY`, files that it could
write, core dumps. While it thinks an alarm is set, which ends it even where nobody is left to do so and the interpreter
hangs in one long call. It holds no key, no database and no environment: what it knows of Watchword is the catalogue.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO

from watchword.api.policy.operations import BY_ID
from watchword.api.policy.ports import Question
from watchword.api.policy.problems import problem_of
from watchword.app.action_catalogue import CurrentCatalogue
from watchword.app.analyst.frames import BODY, END, HEAD, LEAVE, STAY, read_frame, write_frame
from watchword.app.analyst.questions import Asked, answer
from watchword.app.state import StateDirectory
from watchword.kernel.errors import DefectError, UnavailableError, WatchwordError

# Address space, not memory in use: an interpreter with the catalogue takes a quarter of it.
MEMORY = 1024 * 1024 * 1024
# How long after the API has given up the alarm goes off: the API ends a process in a better way.
LATE = 5.0
_NICE = 10
_OPEN_FILES = 32
# What is written at once.
_PART = 32 * 1024
# One that has grown beyond this makes room for a fresh one.
_GROWN = 256 * 1024 * 1024


class _Body(RawIOBase):
    """A body that arrives in frames. `before_waiting` is called when more has to be waited for."""

    def __init__(self, frames: IO[bytes], before_waiting: Callable[[], None]) -> None:
        self._frames = frames
        self._before_waiting = before_waiting
        self._left = memoryview(b"")
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # typeshed's Buffer has no public name in 3.11
        if not self._left and not self.ended:
            self._fetch()
        count = min(len(target), len(self._left))
        target[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _fetch(self) -> None:
        while not self.ended and not self._left:
            self._before_waiting()
            frame = read_frame(self._frames)
            if frame is None:
                # Whoever asked is gone.
                raise SystemExit(0)
            kind, payload = frame
            self.ended = kind == END
            self._left = memoryview(payload)


class _Parts:
    """Text of an answer, gathered so that a frame is worth its while. The head goes before the first part."""

    def __init__(self, out: IO[bytes], media: str) -> None:
        self._out = out
        self._media = media
        self._parts: list[str] = []
        self._size = 0
        self.begun = False

    def add(self, text: str) -> None:
        self._parts.append(text)
        self._size += len(text)
        if self._size >= _PART:
            self.flush()

    def flush(self) -> None:
        if not self._parts:
            return
        if not self.begun:
            self.begun = True
            _head(self._out, 200, self._media, {})
        # A lone surrogate, which is no Unicode text, becomes its escape: that is JSON again.
        write_frame(self._out, BODY, "".join(self._parts).encode("utf-8", "backslashreplace"))
        self._parts, self._size = [], 0


def _head(out: IO[bytes], status: int, media: str, headers: dict[str, str]) -> None:
    write_frame(out, HEAD, json.dumps({"status": status, "media": media, "headers": headers}).encode())


def serve(frames: IO[bytes], out: IO[bytes], state: StateDirectory | None) -> None:
    """Answer questions until whoever asks has gone."""
    known = CurrentCatalogue(state)
    while (frame := read_frame(frames)) is not None:
        question = _question(frame)
        stay = _reply(question, frames, out, known)
        write_frame(out, END, STAY if stay else LEAVE)
        if not stay:
            return


def _question(frame: tuple[bytes, bytes]) -> Question:
    read = json.loads(frame[1])
    return Question(
        operation=read["operation"],
        media=read["media"],
        accept=read["accept"],
        within=float(read["within"]),
        query={name: tuple(values) for name, values in read["query"].items()},
    )


def _reply(question: Question, frames: IO[bytes], out: IO[bytes], known: CurrentCatalogue) -> bool:
    """Answer one question. Return whether this process is as good as new."""
    parts = _Parts(out, question.accept)
    body = _Body(frames, parts.flush)
    asked = Asked(question=question, stream=BufferedReader(body, _PART), known=known.catalogue, own=known.own)
    try:
        if BY_ID[question.operation].body is None:
            asked.stream.read()
        # Set anew for each part. Most questions do all of their work before the first.
        signal.setitimer(signal.ITIMER_REAL, question.within + LATE)
        for text in answer(asked):
            parts.add(text)
            signal.setitimer(signal.ITIMER_REAL, question.within + LATE)
        parts.flush()
    except WatchwordError as error:
        parts.flush()
        return _refuse(error, parts, out) and body.ended
    except MemoryError:
        large = UnavailableError(
            "the analysis needs more memory than it may have",
            code="analysis.memory",
            expected=f"at most {MEMORY // 1024**2} MiB of address space",
            hint="ask for less at a time, or use the command line, which has no such bound",
        )
        _refuse(large, parts, out)
        return False
    except BrokenPipeError:
        raise
    except Exception:  # noqa: BLE001 - a defect of ours is said as one, and the process is not used again
        sys.excepthook(*sys.exc_info())
        _refuse(DefectError("the analysis met a defect of ours", code="analysis.defect"), parts, out)
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return body.ended and not _grown()


def _refuse(error: WatchwordError, parts: _Parts, out: IO[bytes]) -> bool:
    """Say an error, where the answer has not begun; else leave, which ends it without its end."""
    if parts.begun:
        raise SystemExit(1)
    problem = problem_of(error)
    _head(out, problem.status, "application/problem+json", dict(problem.headers))
    write_frame(out, BODY, problem.body)
    return True


def _grown() -> bool:
    return _most_memory() > _GROWN


def _most_memory() -> int:
    """The most bytes that this process has had resident; 0 where the platform does not tell.

    Linux's getrusage begins with what the process that started this one had: a control plane of some size would have
    each analyst leave after its first question. /proc tells of this program alone.
    """
    with suppress(OSError), Path("/proc/self/status").open("rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def give_up() -> None:
    """Give up what an analyst does not need, where the platform knows of it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    with suppress(OSError):
        os.nice(_NICE)
    try:
        import resource
    except ImportError:
        return
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        # macOS refuses some of them.
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))


def main(arguments: list[str]) -> int:
    give_up()
    # Nothing but frames goes out there, whatever a library prints.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, out, StateDirectory(Path(arguments[0])) if arguments else None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
