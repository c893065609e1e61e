"""How much work one comparison may be. What is not settled within it is "cannot tell", never a guess."""


class TooMuchError(Exception):
    """The comparison is larger than its budget. Stays inside this context, where it becomes "cannot tell"."""


class Budget:
    """Steps that are left. A step is about a microsecond, so that the default is about half a second for one question,
    which is about one statement, and some ten seconds for all of a comparison."""

    __slots__ = ("_left", "_parent", "_steps", "_total")

    # Ordinary pairs of policies take some hundreds to some thousands of steps.
    DEFAULT = 400_000
    # Documents can have thousands of statements, and may have been written to cost as much as they can.
    TOTAL = 25 * DEFAULT

    def __init__(self, steps: int = DEFAULT, parent: "Budget | None" = None, *, total: int = TOTAL) -> None:
        self._steps = self._left = steps
        self._parent = parent
        self._total = total

    def renew(self) -> None:
        """Begin anew, for the next question, with what is left of the whole."""
        self._left = min(self._steps, self._total)

    def part(self) -> "Budget":
        """Return a part of this: what one dimension may cost, so that something is left for the others."""
        return Budget(self._steps // 5, self)

    def spend(self, steps: int) -> None:
        """Raise `TooMuchError` where there are fewer left."""
        if self._parent is not None:
            self._parent.spend(steps)
        self._left -= steps
        self._total -= steps
        if self._left < 0:
            raise TooMuchError
