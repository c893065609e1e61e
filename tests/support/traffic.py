"""Requests without a pause, from threads of their own, and every answer with its instant."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from support.stack import Stack

# Enough to meet every moment of a restart, and few enough to leave the two cores to the thing under test.
_PAUSE = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`status` 0: the connection was refused or broken."""

    asked: float  # monotonic seconds
    answered: float
    status: int
    request_id: str | None


class Traffic:
    """One thread that asks `ask(number)` for the next answer until it is told to stop."""

    def __init__(self, ask: Callable[[int], tuple[int, str | None]]) -> None:
        self._ask = ask
        self._answers: list[Answer] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def answers(self) -> list[Answer]:
        return list(self._answers)

    def since(self, instant: float) -> list[Answer]:
        """The answers to what was asked at that instant or later."""
        return [answer for answer in self.answers if answer.asked >= instant]

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(_PAUSE):
            asked = time.monotonic()
            try:
                status, request_id = self._ask(number)
            except OSError:
                status, request_id = 0, None
            self._answers.append(Answer(asked=asked, answered=time.monotonic(), status=status, request_id=request_id))
            number += 1


@contextmanager
def traffic(stack: Stack, host: str, path: str, *, cookie: str | None) -> Iterator[Traffic]:
    """Ask for `path` again and again, each time with its number as the query."""

    def ask(number: int) -> tuple[int, str | None]:
        reply = stack.get(host, f"{path}?{number}", cookie=cookie)
        return reply.status, reply.headers.get("x-request-id")

    running = Traffic(ask)
    running.start()
    try:
        yield running
    finally:
        running.stop()
