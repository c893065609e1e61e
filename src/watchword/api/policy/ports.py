"""What the API needs: somebody who analyses, somebody who knows what is served, and a door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from watchword.api.policy.body import Node
from watchword.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an operation is asked, but for the body. `media` is the body's type, `accept` what the answer shall be;
    `within` are the seconds after which nobody waits for more of it."""

    operation: str
    media: str
    accept: str
    within: float
    query: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How an answer begins."""

    status: int
    media: str
    headers: Mapping[str, str]


class BusyError(UnavailableError):
    """Every analyst has a question already."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"all {most} analysts are busy",
            code="analysis.busy",
            expected=f"at most {most} questions at a time",
            hint="try again in a second",
        )


class Analysis(Protocol):
    """One question that is being answered, elsewhere. All of it waits, and is called from threads, `end` excepted.

    Body and answer may go at the same time, from two threads.
    """

    def send(self, chunk: bytes) -> None:
        """Hand over a part of the body. Nothing is raised where it is not wanted any more: the answer says why."""
        ...

    def finish(self) -> None:
        """There is no more body."""
        ...

    def head(self) -> Head:
        """Raise `UnavailableError` (`analysis.broken`) where the analyst is gone."""
        ...

    def part(self) -> bytes | None:
        """The next part of the answer; None at its end. Raises as `head` does."""
        ...

    def end(self, *, kill: bool) -> None:
        """Give the analyst back, or end it, which makes whatever waits come back."""
        ...


class Analyst(Protocol):
    def begin(self, question: Question) -> Analysis:
        """Raise `BusyError`. Starts a process where none is there."""
        ...


class Served(Protocol):
    """Questions about what is being served, answered by whoever serves it, as text. Called from threads."""

    def simulate(self, body: Node) -> str:
        """`body` is as described. Raises what the command line would say."""
        ...


class Door(Protocol):
    """Whether a request may come in at all. Raise `RefusedError`."""

    def admit(self, method: str, path: str, headers: Mapping[str, str]) -> None: ...
