"""Trees of plain Python and of JSON texts, with the line of every leaf where the text shows its lines.

A text shows its lines where it stands as it is: a heredoc from the line after its beginning, a file from its first. In
a quoted text of several lines, everything stands where the text does.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from watchword.inventory.values import Absent, Block, Child, Elements, Known, Place, Reason, ReasonKind, Unknown, Value

_MARK: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++')


def from_plain(thing: object, place: Place) -> Value:
    """Make a value of plain Python: dictionaries, lists, scalars, None."""
    if isinstance(thing, dict):
        return Block({str(name): from_plain(child, place) for name, child in thing.items()}, place)
    if isinstance(thing, list | tuple):
        return Elements([from_plain(child, place) for child in thing], place)
    if isinstance(thing, str | int | float):
        return Known(thing, place)
    return Absent(place)


def json_tree(text: str, place: Place) -> Value:
    """Return the tree of a JSON text that stands at `place`. What is not JSON is `Unknown`, with the reason."""
    try:
        parsed: object = json.loads(text)
        lines = text.count("\n")
        before = place.end_line - place.line - lines
        if lines and before in {0, 1}:
            return _Lines(text, place._replace(line=place.line + before)).tree()
    except (ValueError, RecursionError) as error:
        return Unknown((Reason(ReasonKind.INVALID, f"not JSON: {error}", place),), place)
    return from_plain(parsed, place)


class _Lines:
    """A second reading of a text that is JSON, for the lines."""

    def __init__(self, text: str, first: Place) -> None:
        self._text = text
        self._first = first
        self._marks: Iterator[re.Match[str]] = _MARK.finditer(text)
        self._position = 0
        self._line = first.line

    def tree(self) -> Value:
        return self._value(self._next())

    def _next(self) -> str:
        mark = next(self._marks)
        self._line += self._text.count("\n", self._position, mark.start())
        self._position = mark.start()
        return mark[0]

    def _place(self, line: int) -> Place:
        return Place(self._first.file, line, self._line)

    def _value(self, mark: str) -> Value:
        line = self._line
        if mark == "{":
            children: dict[str, Child] = {}
            mark = self._next()
            while mark != "}":
                name = str(json.loads(mark))
                self._next()  # the colon
                children[name] = self._value(self._next())
                mark = self._after("}")
            return Block(children, self._place(line))
        if mark == "[":
            elements: list[Child] = []
            mark = self._next()
            while mark != "]":
                elements.append(self._value(mark))
                mark = self._after("]")
            return Elements(elements, self._place(line))
        scalar: object = json.loads(mark)
        return from_plain(scalar, self._place(line))

    def _after(self, closing: str) -> str:
        mark = self._next()
        return mark if mark == closing else self._next()
