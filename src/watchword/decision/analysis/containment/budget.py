"""How much work one comparison may be. What is not settled within it is "cannot tell", never a guess."""


class TooMuchError(Exception):
    """The comparison is larger than its budget. Stays inside this context, where it becomes "cannot tell"."""


class Budget:
    """Steps that are left. A step is about a microsecond, so that the default is somewhat less than a second."""

    __slots__ = ("_left", "_steps")

    # Ordinary pairs of policies take some hundreds to some thousands of steps.
    DEFAULT = 400_000

    def __init__(self, steps: int = DEFAULT) -> None:
        self._steps = self._left = steps

    def renew(self) -> None:
        """Begin anew, for the next question."""
        self._left = self._steps

    def spend(self, steps: int) -> None:
        """Raise `TooMuchError` where there are fewer left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchError
