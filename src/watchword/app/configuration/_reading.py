"""Strict reading of values: a node goes in, a value comes out, or nothing and a diagnostic.

Only what is written in the documentation is accepted: `true` and `false`, decimal numbers, durations like `15m`. A text
may be quoted or not; anything else must not be.
"""

import difflib
import re
from collections.abc import Callable
from collections.abc import Sequence as Several
from datetime import timedelta
from typing import TypeVar

from watchword.app.diagnostics import Findings
from watchword.app.yaml_tree import Entry, Mapping, Node, Scalar, Sequence
from watchword.kernel.errors import Place

_T = TypeVar("_T")

_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
# What is shown of a value that was refused.
_SHOWN = 60


def shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def what(node: Node) -> str:
    """Name a node for `found`."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.null else shown(node.text)


def nearest(word: str, known: Several[str]) -> str | None:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None


class Reader:
    """Reads values and puts what is wrong into `findings`."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def wrong(self, node: Node, expected: str, *, found: str | None = None, hint: str | None = None) -> None:
        self.findings.error(
            node.place,
            "value.type",
            "not the right kind of value",
            expected=expected,
            found=found or what(node),
            hint=hint,
        )

    def text(self, node: Node) -> str | None:
        if isinstance(node, Scalar) and not node.null and node.text.strip():
            return node.text
        self.wrong(node, "text")
        return None

    def boolean(self, node: Node) -> bool | None:
        if isinstance(node, Scalar) and node.plain and node.text in {"true", "false"}:
            return node.text == "true"
        self.wrong(node, "true or false")
        return None

    def integer(self, node: Node, *, least: int, most: int) -> int | None:
        if isinstance(node, Scalar) and node.plain and _INTEGER.fullmatch(node.text):
            value = int(node.text)
            if least <= value <= most:
                return value
        self.wrong(node, f"a number from {least} to {most}")
        return None

    def duration(self, node: Node, *, most: timedelta, why: str) -> timedelta | None:
        match = _DURATION.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            self.wrong(node, "a duration like 90s, 15m, 12h or 1d")
            return None
        value = int(match[1]) * _UNITS[match[2]]
        if value > most:
            self.findings.error(
                node.place,
                "value.range",
                "longer than allowed",
                expected=f"at most {written(most)}",
                found=match[0],
                hint=why,
            )
            return None
        return value

    def choice(self, node: Node, options: Several[str]) -> str | None:
        if isinstance(node, Scalar) and node.text in options:
            return node.text
        hint = nearest(node.text, options) if isinstance(node, Scalar) else None
        self.wrong(node, one_of(options), hint=hint)
        return None

    def items(self, node: Node, of: str) -> tuple[Node, ...]:
        if isinstance(node, Sequence):
            return node.items
        self.wrong(node, f"a list of {of}")
        return ()

    def entries(self, node: Node, of: str) -> tuple[Entry, ...]:
        if isinstance(node, Mapping):
            return node.entries
        self.wrong(node, f"a mapping of {of}")
        return ()

    def table(self, node: Node, keys: Several[str], of: str) -> "Table":
        """Read a mapping with fixed keys. Unknown ones are reported, with the nearest known name."""
        if not isinstance(node, Mapping):
            self.wrong(node, f"{of}: a mapping with {one_of(keys, last='and')}")
            return Table(self, node.place, {})
        known: dict[str, Node] = {}
        for entry in node.entries:
            if entry.key in keys:
                known[entry.key] = entry.value
                continue
            self.findings.error(
                entry.place,
                "key.unknown",
                f"unknown key {shown(entry.key)}",
                expected=one_of(keys),
                hint=nearest(entry.key, keys),
            )
        return Table(self, node.place, known)


class Table:
    """A mapping whose keys are known. `read` gives a key's value, or the default where it is absent or was refused."""

    def __init__(self, reader: Reader, place: Place, values: dict[str, Node]) -> None:
        self._reader = reader
        self._values = values
        self.place = place

    def node(self, key: str) -> Node | None:
        return self._values.get(key)

    def read(self, key: str, how: Callable[[Node], _T | None], default: _T) -> _T:
        node = self._values.get(key)
        if node is None:
            return default
        value = how(node)
        return default if value is None else value


def one_of(options: Several[str], *, last: str = "or") -> str:
    names = list(options)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def written(duration: timedelta) -> str:
    """The shortest form that `Reader.duration` reads."""
    seconds = int(duration.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0 and not (unit == "d" and seconds == size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
