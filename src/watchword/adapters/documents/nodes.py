"""The tree of a YAML or JSON document: every node with its lines and column, so that a value can say where it stands.

Nodes are named tuples: a repository has a million of them. An alias is the same node again, not a copy.
"""

import re
from typing import Final, NamedTuple

from watchword.inventory.values import Place


class Scalar(NamedTuple):
    """A text as it was written. `plain` tells an unquoted one: only such a one can be a number, a boolean or null."""

    text: str
    plain: bool
    tag: str
    line: int
    end_line: int
    column: int


class Sequence(NamedTuple):
    items: tuple["Node", ...]
    tag: str
    line: int
    end_line: int
    column: int


class Entry(NamedTuple):
    key: Scalar
    value: "Node"


class Mapping(NamedTuple):
    entries: dict[str, Entry]
    tag: str
    line: int
    end_line: int
    column: int


Node = Scalar | Sequence | Mapping

# YAML 1.1 (yaml.org/type/bool.html, int.html, float.html), as CloudFormation's and Kubernetes' readers take it. Not so:
# base 60 and dates, which these readers leave as text.
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_CORE: Final = "tag:yaml.org,2002:"
_TEXTS: Final = frozenset({"!", "tag:yaml.org,2002:str"})  # `! 12` and `!!str 12` are texts
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"([-+]?)(?:(0x[0-9a-fA-F_]+)|(0o?[0-7_]+)|([1-9][0-9_]*|0))")
_FLOAT = re.compile(r"[-+]?(?:(?:\.[0-9]+|[0-9][0-9_]*+\.[0-9_]*+)(?:[eE][-+]?[0-9]+)?|[0-9]++[eE][-+]?[0-9]+)")
_FIRST: Final = frozenset("0123456789+-.")
_LONGEST_NUMBER: Final = 300  # digits; no port, size or count has more, and longer ones cost Python a quadratic time


def scalar_value(node: Scalar) -> str | int | float | bool | None:
    """Return what a scalar is: a text, a number, a boolean, or None for null."""
    text, tag = node.text, node.tag
    if tag in _TEXTS or not (node.plain or tag.startswith(_CORE)):
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in _FIRST and len(text) <= _LONGEST_NUMBER:
        found = _INTEGER.fullmatch(text)
        if found is not None:
            return _integer(found)
        if _FLOAT.fullmatch(text):
            number = float(text.replace("_", ""))
            return text if number in {float("inf"), float("-inf")} else number
    return text


def _integer(found: re.Match[str]) -> int | str:
    sign = -1 if found[1] == "-" else 1
    hexadecimal, octal, decimal = found[2], found[3], found[4]
    try:
        if hexadecimal:
            return sign * int(hexadecimal.replace("_", ""), 16)
        if octal:
            return sign * int(octal.replace("_", "").replace("o", "") or "0", 8)
        return sign * int(decimal.replace("_", ""))
    except ValueError:  # `0x_`
        return found[0]


def place_of(node: Node, file: str) -> Place:
    return Place(file, node.line, node.end_line, node.column)


def place_of_entry(entry: Entry, file: str) -> Place:
    """From the key's line to the value's end."""
    return Place(file, entry.key.line, max(entry.value.end_line, entry.key.end_line), entry.key.column)


def text_at(node: Node | None, *keys: str) -> str:
    """Return the text under `keys`; empty where there is none."""
    for key in keys:
        if not isinstance(node, Mapping):
            return ""
        entry = node.entries.get(key)
        node = entry.value if entry else None
    return node.text if isinstance(node, Scalar) and scalar_value(node) is not None else ""


def node_at(node: Node | None, *keys: str) -> Node | None:
    """Return the node under `keys`, None where there is none."""
    for key in keys:
        if not isinstance(node, Mapping):
            return None
        entry = node.entries.get(key)
        node = entry.value if entry else None
    return node
