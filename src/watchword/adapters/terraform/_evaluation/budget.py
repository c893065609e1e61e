"""Bounds on what a configuration may make us do. Its author is not trusted: `for` within `for`, texts that double."""

from typing import Final

from watchword.inventory.values import Place, Reason, ReasonKind, Unknown

# Elements that `for`, splats, counts and functions may make in one scan. The largest honest monorepo known to us makes
# some 200,000; ten times that is some seconds.
STEPS: Final = 2_000_000
LONGEST_TEXT: Final = 1_000_000  # characters; a template file or a policy has some thousand
LONGEST_LIST: Final = 100_000


class Budget:
    """What is left of a scan's steps."""

    __slots__ = ("_left",)

    def __init__(self, steps: int = STEPS) -> None:
        self._left = steps

    def spend(self, steps: int) -> bool:
        """Whether that many are left; they are then gone."""
        self._left -= steps
        return self._left >= 0


def over(what: str, place: Place) -> Unknown:
    return Unknown((Reason(ReasonKind.LIMIT, what, place),), place)
