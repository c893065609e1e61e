"""What every engine's program does alike: reads its form, then obeys one command a line on stdin, one answer a line on stdout.

    load                   -> seconds to the first decision, resident and peak memory before and after
    answers  numbers       -> one letter a request: A, I, E
    time     numbers       -> nanoseconds of each decision
    sweep                  -> all requests in one go: seconds, letters
    replace  number, form, opened, closed -> seconds from the form to the first decision, its letter; the other's letter

A form that is not understood ends the program: it is our own.
"""

import gc
import json
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

# Forms are JSON that this benchmark wrote for itself and each program takes apart; a type for each would say no more.
Json: TypeAlias = Any


class Engine(ABC):
    """One engine behind the commands. What a constructor does is not timed: it only takes the form apart."""

    @abstractmethod
    def load(self) -> None:
        """Make the policies of the form ready for decisions."""

    @abstractmethod
    def ask(self, number: int) -> str:
        """Decide the request of that number, with reasons; A, I or E."""

    @abstractmethod
    def once(self, asked: Json) -> str:
        """Decide a request that is not among the form's."""

    @abstractmethod
    def replace(self, number: int, form: Json) -> None:
        """Put `form` in place of the document of that number."""

    def extra(self, command: Json) -> Json:
        """Answer a command that only this engine knows."""
        raise ValueError(f"no such command: {command!r}")


def memory_kb() -> tuple[int, int]:
    """Resident now, and the highest since `forget_peak`."""
    sizes = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if ":" in line
    )
    return int(sizes["VmRSS"].split()[0]), int(sizes["VmHWM"].split()[0])


def forget_peak() -> None:
    """Reset the high-water mark of the resident set (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def serve(engine: type[Engine]) -> None:
    """Run the commands until stdin ends. The form's path and the core are the program's arguments."""
    path, core = sys.argv[1], int(sys.argv[2])
    os.sched_setaffinity(0, {core})
    # Libraries print where they like: stdout is ours alone.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    form = json.loads(Path(path).read_text(encoding="utf-8"))
    one = engine(form)  # type: ignore[call-arg] # each takes its form
    for line in sys.stdin:
        command = json.loads(line)
        answers.write(json.dumps(_obey(one, command)) + "\n")
        answers.flush()


def _obey(one: Engine, command: Json) -> Json:
    match command["do"]:
        case "load":
            return _load(one)
        case "answers":
            return "".join(one.ask(n) for n in command["numbers"])
        case "time":
            return _time(one, command["numbers"], command["seconds"])
        case "sweep":
            begun = time.perf_counter()
            letters = "".join(one.ask(n) for n in range(command["count"]))
            return {"seconds": time.perf_counter() - begun, "letters": letters}
        case "replace":
            begun = time.perf_counter()
            one.replace(command["number"], command["form"])
            opened = one.once(command["opened"])
            return {"seconds": time.perf_counter() - begun, "letters": opened + one.once(command["closed"])}
        case _:
            return one.extra(command)


def _load(one: Engine) -> Json:
    gc.collect()
    forget_peak()
    before, _ = memory_kb()
    begun = time.perf_counter()
    one.load()
    first = one.ask(0)
    seconds = time.perf_counter() - begun
    after, peak = memory_kb()
    return {"seconds": seconds, "first": first, "before_kb": before, "after_kb": after, "peak_kb": peak}


def _time(one: Engine, numbers: Sequence[int], seconds: float) -> list[int]:
    """Ask in turn until the seconds are over, once at least."""
    ask, clock = one.ask, time.perf_counter_ns
    limit = clock() + int(seconds * 1e9)
    taken: list[int] = []
    while True:
        for number in numbers:
            begun = clock()
            ask(number)
            ended = clock()
            taken.append(ended - begun)
            if ended > limit:
                return taken
