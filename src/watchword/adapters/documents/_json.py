"""JSON (RFC 8259) to nodes. YAML's reader would take most of it, but not its escapes, nor at its speed."""

import re
from bisect import bisect_right
from typing import Final

from watchword.adapters.documents._yaml import DEEPEST, MOST_NODES, MOST_PROBLEMS
from watchword.adapters.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Place

_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*+)"', re.DOTALL)
_SCALAR = re.compile(r"true|false|null|-?(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?\d++)?+", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}


class _Fault(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, kind: ProblemKind, text: str, at: int) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.at = at


def parse_json(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """Parse a JSON text. Never raises. None where it is none; problems say why."""
    reader = _Reader(text, file)
    try:
        return reader.whole(), reader.problems
    except _Fault as fault:
        reader.report(fault)
        return None, reader.problems


class _Reader:
    __slots__ = ("_at", "_file", "_lines", "_made", "_text", "problems")

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._at = 0
        self._made = 0
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.problems: list[Problem] = []

    def report(self, fault: _Fault) -> None:
        line, column = self._where(fault.at)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(fault.kind, fault.text, Place(self._file, line, line, column)))

    def whole(self) -> Node:
        node = self._node(0)
        if self._skip() < len(self._text):
            raise _Fault(ProblemKind.SYNTAX, "nothing more was expected", self._at)
        return node

    def _where(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def _skip(self) -> int:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _node(self, depth: int) -> Node:
        at = self._skip()
        self._made += 1
        if depth > DEEPEST:
            raise _Fault(ProblemKind.LIMIT, f"nested more than {DEEPEST} deep", at)
        if self._made > MOST_NODES:
            raise _Fault(ProblemKind.LIMIT, f"a document of more than {MOST_NODES} nodes", at)
        character = self._text[at : at + 1]
        if character == '"':
            return self._string(at)
        if character in {"{", "["}:
            return self._mapping(at, depth) if character == "{" else self._sequence(at, depth)
        found = _SCALAR.match(self._text, at)
        if found is None:
            raise _Fault(ProblemKind.SYNTAX, "a value was expected", at)
        self._at = found.end()
        line, column = self._where(at)
        return Scalar(found[0], True, "", line, line, column)

    def _string(self, at: int) -> Scalar:
        found = _STRING.match(self._text, at)
        if found is None:
            raise _Fault(ProblemKind.SYNTAX, "a text was expected, or one is not closed", at)
        self._at = found.end()
        inner = found[1]
        line, column = self._where(at)
        return Scalar(_unescaped(inner, at) if "\\" in inner else inner, False, "", line, line, column)

    def _sequence(self, at: int, depth: int) -> Node:
        items: list[Node] = []
        self._at = at + 1
        more = not self._closes("]")
        while more:
            items.append(self._node(depth + 1))
            more = self._more("]")
        line, column = self._where(at)
        return Sequence(tuple(items), "", line, self._where(self._at - 1)[0], column)

    def _mapping(self, at: int, depth: int) -> Node:
        entries: dict[str, Entry] = {}
        self._at = at + 1
        more = not self._closes("}")
        while more:
            key = self._string(self._skip())
            if not self._text.startswith(":", self._skip()):
                raise _Fault(ProblemKind.SYNTAX, "a colon was expected", self._at)
            self._at += 1
            value = self._node(depth + 1)
            if key.text in entries:
                why = f"the key {key.text[:80]!r} is given twice, first in line {entries[key.text].key.line}"
                self.report(
                    _Fault(
                        ProblemKind.DUPLICATE,
                        f"{why}; the last one was taken",
                        self._lines[key.line - 1] + key.column - 1,
                    )
                )
            entries[key.text] = Entry(key, value)
            more = self._more("}")
        line, column = self._where(at)
        return Mapping(entries, "", line, self._where(self._at - 1)[0], column)

    def _closes(self, bracket: str) -> bool:
        if self._text.startswith(bracket, self._skip()):
            self._at += 1
            return True
        return False

    def _more(self, bracket: str) -> bool:
        if self._closes(bracket):
            return False
        if not self._text.startswith(",", self._at):
            raise _Fault(ProblemKind.SYNTAX, f"a comma or {bracket} was expected", self._at)
        self._at += 1
        return True


def _unescaped(inner: str, at: int) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2] not in _SIMPLE:
            raise _Fault(ProblemKind.SYNTAX, "an escape that is none", at)
        return _SIMPLE[found[2]]

    text = _ESCAPE.sub(one, inner)
    # Pairs of surrogates are one character; a single one cannot be encoded and becomes U+FFFD.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
