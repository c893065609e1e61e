"""A JSON body that knows where everything in it stands.

The body is read once, in C, to see that it is JSON; what an operation needs is then looked at piece by piece. A piece
is a slice of the body's own text, so that a policy in it is handed to the policy reader exactly as it was written: with
its duplicate keys, its `NaN` and its lines, which that reader refuses with their places.

    body = read_body(raw)
    for key, name, value in body.members(): ...
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from watchword.kernel.errors import InvalidInputError, Place

BODY = "body"
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_WORD = re.compile(r"[^,\]}\s]+")
_CONSTANT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(NaN|-?Infinity)', re.DOTALL)
_KINDS = {"{": "object", "[": "list", '"': "text", "t": "true or false", "f": "true or false", "n": "null"}


class _ConstantError(Exception):
    """NaN or Infinity, which are no JSON (RFC 8259, 6)."""


def _refuse(_: str) -> NoReturn:
    raise _ConstantError


# Only where things end is asked here. Numbers are not converted: one of a million digits would cost a second.
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=len, parse_float=len)


@dataclass(frozen=True, slots=True)
class Node:
    """One value in a body, `text[start:end]`. `pointer` is a JSON pointer (RFC 6901)."""

    text: str
    start: int
    end: int
    pointer: str

    @property
    def kind(self) -> str:
        return _KINDS.get(self.text[self.start], "number")

    @property
    def raw(self) -> str:
        return self.text[self.start : self.end]

    def members(self) -> Iterator[tuple["Node", str, "Node"]]:
        """Each member of an object: its key, the key's text, its value. A key that stands twice comes twice."""
        at = _SPACE.match(self.text, self.start + 1).end()  # type: ignore[union-attr]  # matches anything
        while self.text[at] != "}":
            key_end = self._string_end(at)
            name = str(json.loads(self.text[at:key_end]))
            pointer = f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            key = Node(self.text, at, key_end, pointer)
            value = self._value(self.text.index(":", key_end) + 1, pointer)
            yield key, name, value
            at = self._next(value.end)

    def items(self) -> Iterator["Node"]:
        at, number = _SPACE.match(self.text, self.start + 1).end(), 0  # type: ignore[union-attr]  # the same
        while self.text[at] != "]":
            value = self._value(at, f"{self.pointer}/{number}")
            yield value
            at, number = self._next(value.end), number + 1

    def string(self) -> str:
        return str(json.loads(self.raw))

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        return self.start - self.text.rfind("\n", 0, self.start)

    def _string_end(self, at: int) -> int:
        found = _STRING.match(self.text, at)
        return found.end() if found is not None else at

    def _value(self, at: int, pointer: str) -> "Node":
        start = _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # the same
        match self.text[start]:
            case '"':
                end = self._string_end(start)
            case "{" | "[":
                end = _DECODER.raw_decode(self.text, start)[1]
            case _:
                end = _WORD.match(self.text, start).end()  # type: ignore[union-attr]  # the body is JSON
        return Node(self.text, start, end, pointer)

    def _next(self, at: int) -> int:
        at = _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # the same
        return _SPACE.match(self.text, at + 1).end() if self.text[at] == "," else at  # type: ignore[union-attr]  # the same


def read_body(raw: bytes) -> Node:
    """Raise `InvalidInputError` (`body.…`) with the place where it stops being JSON."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused("the body is not UTF-8", "body.encoding", line, 0, "UTF-8 (RFC 8259, 8.1)") from None
    start = _SPACE.match(text).end()  # type: ignore[union-attr]  # matches anything
    try:
        end = _DECODER.raw_decode(text, start)[1]
    except RecursionError:
        raise _refused("the body is nested too deeply", "body.depth", 0, 0, "at most a few hundred levels") from None
    except _ConstantError:
        at = next(found.start() for found in _CONSTANT.finditer(text) if found[1])
        word = text[at : at + 3]
        raise _refused("the body is not JSON", "body.json", *_place(text, at), "a JSON value", found=word) from None
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 20] or "the end"
        raise _refused(
            f"the body is not JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            "body.json",
            *_place(text, error.pos),
            "one JSON object",
            found=repr(found),
        ) from None
    rest = _SPACE.match(text, end).end()  # type: ignore[union-attr]  # the same
    if rest != len(text):
        raise _refused("something follows the JSON value", "body.json", *_place(text, rest), "nothing after it")
    return Node(text, start, end, "")


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _refused(
    message: str, code: str, line: int, column: int, expected: str, *, found: str | None = None
) -> InvalidInputError:
    return InvalidInputError(
        message, code=code, place=Place(document=BODY, line=line, column=column), expected=expected, found=found
    )
