"""`Source`: a document's text and where each part of it begins and ends, for fixes and for exact regions.

The text has been read as a policy before, so it is JSON; this reads it again only for the offsets that the language's
tree does not keep. A text that is not JSON after all raises `ValueError`.
"""

import bisect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Node:
    """`start` and `end` are offsets; `text` is that of a string. An object's `members` are pairs of key and value."""

    start: int
    end: int
    text: str | None = None
    items: tuple["Node", ...] | None = None
    members: tuple[tuple["Node", "Node"], ...] | None = None

    def member(self, name: str) -> tuple["Node", "Node"] | None:
        return next((pair for pair in self.members or () if pair[0].text == name), None)

    def values(self) -> tuple["Node", ...]:
        """The items of a list, or the value itself: most elements take one or several."""
        return self.items if self.items is not None else (self,)


@dataclass(frozen=True)
class Source:
    text: str

    @cached_property
    def root(self) -> Node:
        node, _ = _value(self.text, _skip(self.text, 0))
        return node

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    def offset(self, line: int, column: int) -> int:
        return self._lines[line - 1] + column - 1

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def end_of(self, line: int, column: int) -> tuple[int, int]:
        """Where the scalar that begins at a place ends; of an object or a list, its opening character."""
        start = self.offset(line, column)
        found = _SCALAR.match(self.text, start)
        if found is None or self.text[start : start + 1] in ("{", "["):
            return line, column + 1
        return self.place(found.end())

    def statement(self, index: int) -> Node | None:
        pair = self.root.member("Statement")
        items = pair[1].values() if pair else ()
        return items[index] if index < len(items) else None

    @cached_property
    def _places(self) -> dict[int, "Found"]:
        return dict(_found(self.root, None, 0))

    def at(self, line: int, column: int) -> "Found | None":
        """What begins at a place."""
        return self._places.get(self.offset(line, column))


@dataclass(frozen=True, slots=True)
class Found:
    """A node, what it is a part of, and which part: its index among a list's items or an object's members."""

    node: Node
    parent: Node | None
    index: int


def _found(node: Node, parent: Node | None, index: int) -> Iterator[tuple[int, Found]]:
    yield node.start, Found(node, parent, index)
    for at, child in enumerate(node.items or ()):
        yield from _found(child, node, at)
    for at, (key, value) in enumerate(node.members or ()):
        yield from _found(key, node, at)
        yield from _found(value, node, at)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> tuple[Node, int]:
    opening = text[at : at + 1]
    if opening == "{":
        return _object(text, at)
    if opening == "[":
        return _list(text, at)
    found = _SCALAR.match(text, at)
    if found is None:
        raise ValueError(f"no JSON value at {at}")
    content = json.loads(found[0]) if opening == '"' else None
    return Node(at, found.end(), content), found.end()


def _list(text: str, start: int) -> tuple[Node, int]:
    items: list[Node] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        item, at = _value(text, at)
        items.append(item)
        at = _after_comma(text, at)
    return Node(start, at + 1, items=tuple(items)), at + 1


def _object(text: str, start: int) -> tuple[Node, int]:
    members: list[tuple[Node, Node]] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        key, at = _value(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise ValueError(f"no colon at {at}")
        value, at = _value(text, _skip(text, at + 1))
        members.append((key, value))
        at = _after_comma(text, at)
    return Node(start, at + 1, members=tuple(members)), at + 1


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at : at + 1] == "," else at
