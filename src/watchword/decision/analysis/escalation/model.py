"""What a search for escalations finds."""

import enum
from dataclasses import dataclass

from watchword.decision.analysis.escalation.techniques import Technique
from watchword.decision.analysis.partial import Answer, Truth

ADMIN = "admin"


class Grade(enum.StrEnum):
    """How bad: `CRITICAL` is admin with nothing in the way; `HIGH` admin if something holds, or another principal."""

    CRITICAL = "critical"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call: the action, on what, and the answer to whether it may."""

    action: str
    on: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Whoever is `source` may, by `steps`, become `to`: an ARN, `ADMIN`, or words for what is gained.

    `gained` is IF where whoever is `to` is an administrator under conditions of its own.
    """

    source: str
    technique: Technique
    steps: tuple[Step, ...]
    to: str
    note: str = ""
    gained: Truth = Truth.YES

    @property
    def truth(self) -> Truth:
        """IF where any step is."""
        truths = {s.answer.truth for s in self.steps}
        return next((t for t in (Truth.NO, Truth.UNKNOWN, Truth.IF) if t in truths), Truth.YES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """From a principal, edge by edge, to what it gains."""

    edges: tuple[Edge, ...]

    @property
    def source(self) -> str:
        return self.edges[0].source

    @property
    def gain(self) -> str:
        return self.edges[-1].to

    @property
    def truth(self) -> Truth:
        sure = all(Truth.YES is e.truth is e.gained for e in self.edges)
        return Truth.YES if sure else Truth.IF


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Paths with one root: the same technique, let by the same statements. `gains` are all that they lead to."""

    technique: Technique
    statements: tuple[str, ...]
    grade: Grade
    principals: tuple[str, ...]
    gains: tuple[str, ...]
    example: Path
    admin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What could not be told, and why: of a principal, a technique, and what is missing."""

    principal: str
    technique: Technique
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalations:
    """`admins` already are; `examined` were asked about. `complete` is False where the search stopped at its bound.

    `paths` are those of every principal that has one, the shortest each; `causes` the same by their root, the worst and
    the widest first.
    """

    causes: tuple[Cause, ...]
    paths: tuple[Path, ...]
    doubts: tuple[Doubt, ...]
    admins: tuple[str, ...]
    examined: int
    complete: bool
