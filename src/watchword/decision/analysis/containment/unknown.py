"""Bits that may be either way: whether a text matches a template while nobody knows what the template's variable is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from watchword.decision.analysis.containment.budget import Budget, TooMuchError
from watchword.decision.analysis.containment.languages import within
from watchword.decision.analysis.containment.patterns import Pattern

# Unknown bits in one dimension, which are compared two by two; and those that one class may have either way, each of
# which doubles it.
_MAX_UNKNOWN, _MAX_FREE = 24, 9


@dataclass(frozen=True, slots=True)
class Unknown:
    """Where `bit` is set, so is `widened` (0: that says nothing); `lettered` is for comparing templates.

    `matches` is there where a known text can be asked: only then is the bit anything but a guess.
    """

    bit: int
    widened: int = 0
    lettered: Pattern | None = None
    matches: Callable[[str], bool] | None = None


class Unknowns:
    """All unknown bits of a dimension, with what is known about them together."""

    def __init__(self, unknowns: Sequence[Unknown], budget: Budget) -> None:
        if len(unknowns) > _MAX_UNKNOWN:
            raise TooMuchError
        self._unknowns = tuple(unknowns)
        self._rules = tuple(
            (a.bit, b.bit)
            for a in unknowns
            for b in unknowns
            if a is not b
            and a.lettered is not None
            and b.lettered is not None
            and within(a.lettered, b.lettered, budget)
        )
        self._mask = sum(u.bit for u in unknowns)
        self._budget = budget

    def __bool__(self) -> bool:
        return bool(self._unknowns)

    @property
    def askable(self) -> bool:
        """Whether a known text has all of these bits known."""
        return all(u.matches is not None for u in self._unknowns)

    def asked(self, text: str) -> int:
        return sum(u.bit for u in self._unknowns if u.matches is not None and u.matches(text))

    def variants(self, matched: int) -> Iterator[int]:
        """Yield a class's bits with every assignment of the unknown ones that cannot be ruled out."""
        plain = matched & ~self._mask
        free = [u.bit for u in self._unknowns if not u.widened or plain & u.widened]
        if len(free) > _MAX_FREE:
            raise TooMuchError
        self._budget.spend(1 << len(free))
        for choice in range(1 << len(free)):
            bits = sum(bit for i, bit in enumerate(free) if choice >> i & 1)
            if not any(bits & a and not bits & b for a, b in self._rules):
                yield plain | bits
