"""Members of a line that mean nothing: said once each, at the end, and never in more memory than a few of them take."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchword.cli.output import Output

# A file of a million lines may have as many names of its own.
_MOST = 20
# Of a name as much as shows which it is.
_LONGEST = 200


class PassedOver:
    """Of the names that came, the first few."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._names: set[str] = set()
        self._more = False

    def add(self, names: Iterable[str]) -> None:
        for name in names:
            short = name[:_LONGEST]
            if short in self._names:
                continue
            if len(self._names) < _MOST:
                self._names.add(short)
            else:
                self._more = True

    def say(self, output: "Output") -> None:
        from watchword.cli.output import printable

        for name in sorted(self._names):
            output.say(f'"{printable(name)}" means nothing in a {self._what} and was passed over.')
        if self._more:
            output.say("So were others, each with a name of its own.")
