"""How much work one comparison may be. What is not settled within it is "cannot tell", never a guess."""


class TooMuchError(Exception):
    """The comparison is larger than its budget. Stays inside this context, where it becomes "cannot tell"."""


class Budget:
    """Steps that are left. A step is about a microsecond, so that the default is about half a second."""

    __slots__ = ("_left", "_parent", "_steps")

    # Ordinary pairs of policies take some hundreds to some thousands of steps.
    DEFAULT = 400_000

    def __init__(self, steps: int = DEFAULT, parent: "Budget | None" = None) -> None:
        self._steps = self._left = steps
        self._parent = parent

    @property
    def spent(self) -> bool:
        return self._left < 0

    def renew(self) -> None:
        """Begin anew, for the next question: every Allow of one side."""
        self._left = self._steps

    def part(self) -> "Budget":
        """Return a part of this: what one dimension may cost, so that something is left for the others."""
        return Budget(self._steps // 5, self)

    def spend(self, steps: int) -> None:
        """Raise `TooMuchError` where there are fewer left."""
        if self._parent is not None:
            self._parent.spend(steps)
        self._left -= steps
        if self._left < 0:
            raise TooMuchError
