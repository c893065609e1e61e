"""Manifests' nodes to values. What a template would fill in (`{{ … }}`) is not known."""

import re
from collections.abc import Callable
from typing import Final

from watchword.adapters.documents import Mapping, Node, Scalar, Sequence, place_of, scalar_value
from watchword.inventory.values import (
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    Value,
)

_HOLE = re.compile(r"\{\{([^{}]*+)\}\}")
_MOST_HOLES: Final = 100


def value_of(node: Node, file: str) -> Value:
    """Return what a node is. The parts of a tree are made when they are asked for."""
    place = place_of(node, file)
    if isinstance(node, Scalar):
        return _scalar(node, place)
    if isinstance(node, Sequence):
        return Elements([_child(item, file) for item in node.items], place)
    return Block(children_of(node, file), place)


def children_of(node: Mapping, file: str) -> dict[str, Child]:
    return {name: _child(entry.value, file) for name, entry in node.entries.items()}


def _child(node: Node, file: str) -> Child:
    return _scalar(node, place_of(node, file)) if isinstance(node, Scalar) else _later(node, file)


def _later(node: Node, file: str) -> Callable[[], Value]:
    return lambda: value_of(node, file)


def _scalar(node: Scalar, place: Place) -> Value:
    value = scalar_value(node)
    if value is None:
        return Absent(place)
    if node.tag and not node.tag.startswith("tag:yaml.org,2002:") and node.tag != "!":
        return Unknown((Reason(ReasonKind.INVALID, f"a tag that is not known: {node.tag[:80]}", place),), place)
    if isinstance(value, str) and "{{" in value:
        return _with_holes(value, place)
    return Known(value, place)


def _with_holes(text: str, place: Place) -> Value:
    pieces = _HOLE.split(text, maxsplit=_MOST_HOLES)
    if len(pieces) == 1:
        return Known(text, place)
    parts: list[str | Reference | None] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            parts.append(None)
        elif piece:
            parts.append(piece)
    reason = Reason(ReasonKind.VARIABLE, f"a template puts {pieces[1].strip()[:80]!r} here", place)
    return Unknown((reason,), place, parts=tuple(parts))
