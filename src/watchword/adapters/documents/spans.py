"""A YAML or JSON text as spans: where each node begins and ends, for those who edit it. What it means is not told here.

`nodes` is what documents are read as; this is made anew of the few files that are edited. Lines and columns are those
of `nodes`, so that a place found there is found here.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import yaml

from watchword.adapters.documents._yaml import DEEPEST, MOST_NODES, split

_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}]++")
_BLOCK_STYLES: Final = ("|", ">")


class NotSpannedError(Exception):
    """The text is not in order, or too large."""


class Leaf(NamedTuple):
    """A scalar; `block` is one of several indented lines. An alias is a leaf too: what it names stands elsewhere."""

    text: str
    start: int
    end: int
    line: int
    column: int
    tag: str
    block: bool = False
    alias: bool = False


class Items(NamedTuple):
    items: "tuple[Span, ...]"
    start: int
    end: int
    line: int
    column: int
    tag: str
    flow: bool


class Pairs(NamedTuple):
    pairs: "tuple[tuple[Span, Span], ...]"
    start: int
    end: int
    line: int
    column: int
    tag: str
    flow: bool

    def find(self, name: str) -> "tuple[Span, Span] | None":
        """The pair of a name; the last, as readers take it."""
        found = [pair for pair in self.pairs if isinstance(pair[0], Leaf) and pair[0].text == name]
        return found[-1] if found else None


Span = Leaf | Items | Pairs


def spans_of(text: str, *, is_json: bool) -> "list[Span]":
    """Return the documents of a text; those that do not parse are left out. `text` is without a byte order mark."""
    if is_json:
        try:
            return [_Json(text).node(0)]
        except NotSpannedError:
            return []
    found: list[Span] = []
    line, counted = 1, 0
    for start, end in split(text):
        line += text.count("\n", counted, start)
        counted = start
        try:
            found.append(_Yaml(text[start:end], start, line).document())
        except (yaml.YAMLError, NotSpannedError, StopIteration):
            continue
    return found


def every(span: Span) -> Iterator[Span]:
    """A node and all below it."""
    waiting: list[Span] = [span]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Items):
            waiting.extend(one.items)
        elif isinstance(one, Pairs):
            waiting.extend(part for pair in one.pairs for part in pair)


class _Yaml:
    __slots__ = ("_first", "_made", "_next", "_offset")

    def __init__(self, text: str, offset: int, first: int) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._next: Callable[[], yaml.Event] = iter(yaml.parse(text, Loader=loader)).__next__
        self._offset = offset
        self._first = first
        self._made = 0

    def document(self) -> Span:
        self._next()  # the stream's start
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            raise NotSpannedError
        return self._node(self._next(), 0)

    def _node(self, event: yaml.Event, depth: int) -> Span:
        self._made += 1
        if depth > DEEPEST or self._made > MOST_NODES:
            raise NotSpannedError
        begin, finish = event.start_mark, event.end_mark
        if begin is None or finish is None:
            raise NotSpannedError
        start, end = begin.index + self._offset, finish.index + self._offset
        line, column = begin.line + self._first, begin.column + 1
        if isinstance(event, yaml.AliasEvent):
            return Leaf(event.anchor or "", start, end, line, column, "", alias=True)
        if isinstance(event, yaml.ScalarEvent):
            return Leaf(event.value, start, end, line, column, event.tag or "", block=event.style in _BLOCK_STYLES)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Span] = []
            while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
                items.append(self._node(inner, depth + 1))
            flow = bool(event.flow_style)
            end = self._end(inner, items[-1] if items else None, flow=flow)
            return Items(tuple(items), start, end, line, column, event.tag or "", flow)
        if not isinstance(event, yaml.MappingStartEvent):
            raise NotSpannedError
        pairs: list[tuple[Span, Span]] = []
        while not isinstance(inner := self._next(), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            pairs.append((key, self._node(self._next(), depth + 1)))
        flow = bool(event.flow_style)
        end = self._end(inner, pairs[-1][1] if pairs else None, flow=flow)
        return Pairs(tuple(pairs), start, end, line, column, event.tag or "", flow)

    def _end(self, event: yaml.Event, last: Span | None, *, flow: bool) -> int:
        """Where a collection ends: at its bracket, or where its last part does, not where the next thing begins."""
        mark = event.end_mark
        if mark is None:
            raise NotSpannedError
        return last.end if last is not None and not flow else mark.index + self._offset


class _Json:
    __slots__ = ("_at", "_lines", "_made", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._made = 0
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def node(self, depth: int) -> Span:
        start = self._skip()
        self._made += 1
        if depth > DEEPEST or self._made > MOST_NODES:
            raise NotSpannedError
        line = bisect_right(self._lines, start)
        column = start - self._lines[line - 1] + 1
        character = self._text[start : start + 1]
        if character == "{":
            pairs: list[tuple[Span, Span]] = []
            self._at += 1
            while not self._closes("}", first=not pairs):
                key = self.node(depth + 1)
                if not self._text.startswith(":", self._skip()):
                    raise NotSpannedError
                self._at += 1
                pairs.append((key, self.node(depth + 1)))
            return Pairs(tuple(pairs), start, self._at, line, column, "", flow=True)
        if character == "[":
            items: list[Span] = []
            self._at += 1
            while not self._closes("]", first=not items):
                items.append(self.node(depth + 1))
            return Items(tuple(items), start, self._at, line, column, "", flow=True)
        found = (_STRING if character == '"' else _SCALAR).match(self._text, start)
        if found is None:
            raise NotSpannedError
        self._at = found.end()
        text = found[0][1:-1] if character == '"' else found[0]
        return Leaf(text, start, self._at, line, column, "")

    def _skip(self) -> int:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _closes(self, bracket: str, *, first: bool) -> bool:
        if self._text.startswith(bracket, self._skip()):
            self._at += 1
            return True
        if not first:
            if not self._text.startswith(",", self._at):
                raise NotSpannedError
            self._at += 1
        return False
