"""What a comparison says."""

import enum
from dataclasses import dataclass

from watchword.decision.engine import ContextValue, Request, StatementRef


class Answer(enum.StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A request that one document allows and the other does not, as the evaluator has confirmed.

    `allowed_by` is a statement of the first that allows it, None where that only denies (rcp); `denied_by` are those of
    the second that deny it: none where nothing in it allows. `context` is that of the request, with the keys as the
    documents write them.
    """

    request: Request
    context: tuple[tuple[str, ContextValue], ...]
    allowed_by: StatementRef | None
    denied_by: tuple[StatementRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """Whether everything that A allows is allowed by B.

    `witness` is there exactly for a no. `reason` says why there is no telling, or what is odd about a yes.
    """

    answer: Answer
    witness: Witness | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """`answer` is no as soon as one direction is."""

    answer: Answer
    a_within_b: Containment
    b_within_a: Containment

    @property
    def reason(self) -> str | None:
        return self.a_within_b.reason or self.b_within_a.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """What one document allows beyond another: a witness for each of its statements that reaches further.

    `unsettled` are statements of which there is no telling, each with the reason.
    """

    witnesses: tuple[Witness, ...]
    unsettled: tuple[tuple[StatementRef | None, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`only_a` is what A allows and B does not."""

    only_a: Beyond
    only_b: Beyond

    @property
    def answer(self) -> Answer:
        """Whether there is none: yes where both allow the same."""
        if self.only_a.witnesses or self.only_b.witnesses:
            return Answer.NO
        return Answer.UNKNOWN if self.only_a.unsettled or self.only_b.unsettled else Answer.YES
