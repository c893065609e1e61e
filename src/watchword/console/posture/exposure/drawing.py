"""Ways as pictures, in whole numbers: once side by side for a wide screen, once as a tree for a phone.

Both draw the same: the Internet, each asset on a way once, and an arrow for each step. What a picture cannot hold is in
the list below it, which is what is read out too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.records import Step, Way

# More is a knot and no picture.
MOST_ASSETS: Final = 24
MOST_ROWS: Final = 48
_BOX_WIDTH, _BOX_HEIGHT, _COLUMN, _ROW = 208, 44, 272, 62
_INTERNET_WIDTH: Final = 88
_LETTERS: Final = 26
_TREE_WIDTH, _TREE_ROW, _TREE_BOX, _INDENT = 350, 50, 40, 18
_LETTER_WIDTH: Final = 7.2  # of the sheet's picture type, in a picture's own units


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`tone` is internet, entry, critical, or empty. Lines are short enough to stand in the box."""

    x: int
    y: int
    width: int
    height: int
    tone: str
    name: str
    line: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    path: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    width: int
    height: int
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    left_out: int  # ways, or assets of a tree, that are not drawn


def side_by_side(ways: Sequence[Way]) -> Graph | None:
    """The Internet at the left, what is critical at the right; an asset stands as far right as its longest way."""
    drawn = _fitting(ways)
    if not drawn:
        return None
    column: dict[str, int] = {}
    steps: dict[str, Step] = {}
    arrows: dict[tuple[str, str], str] = {}
    for way in drawn:
        before = ""
        for depth, step in enumerate(way.steps):
            steps.setdefault(step.asset, step)
            column[step.asset] = max(column.get(step.asset, 0), depth)
            arrows.setdefault((before, step.asset), step.how)
            before = step.asset
    row: dict[str, int] = {}
    used: dict[int, int] = {}
    for asset, at in column.items():
        row[asset] = used.get(at, 0)
        used[at] = row[asset] + 1
    height = max(used.values()) * _ROW + 12
    width = _INTERNET_WIDTH + 60 + max(column.values()) * _COLUMN + _BOX_WIDTH + 16
    middle = height // 2
    entries, goals = _ends(drawn)

    def corner(asset: str) -> tuple[int, int]:
        at = column[asset]
        top = (height - used[at] * _ROW) // 2 + row[asset] * _ROW + (_ROW - _BOX_HEIGHT) // 2
        return _INTERNET_WIDTH + 60 + at * _COLUMN, top

    lines = []
    for (source, target), how in arrows.items():
        x2, y2 = corner(target)
        x1, y1 = (6 + _INTERNET_WIDTH, middle) if not source else corner(source)
        if source:
            x1, y1 = x1 + _BOX_WIDTH, y1 + _BOX_HEIGHT // 2
        y2 += _BOX_HEIGHT // 2
        bend = max(24, (x2 - x1) // 2)
        lines.append(Arrow(path=f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 7} {y2}", title=how))
    nodes = [
        Node(
            x=6,
            y=middle - 20,
            width=_INTERNET_WIDTH,
            height=40,
            tone="internet",
            name="Internet",
            line="",
            title="The Internet",
        )
    ]
    for asset, step in steps.items():
        x, y = corner(asset)
        nodes.append(
            _node(step, x, y, _BOX_WIDTH, _BOX_HEIGHT, entry=asset in entries, goal=asset in goals, most=_LETTERS)
        )
    return Graph(width=width, height=height, nodes=tuple(nodes), arrows=tuple(lines), left_out=len(ways) - len(drawn))


def as_tree(ways: Sequence[Way]) -> Graph | None:
    """From the Internet downwards, each asset where it is first reached; as narrow as a phone, however deep.

    A step to an asset that stands elsewhere is told in the box that it leaves.
    """
    if not ways:
        return None
    children: dict[str, dict[str, Step]] = {}
    for way in ways:
        before = ""
        for step in way.steps:
            children.setdefault(before, {}).setdefault(step.asset, step)
            before = step.asset
    every = {step.asset for way in ways for step in way.steps}
    placed: dict[str, _Placed] = {}
    # Depth first, by hand: a step, the asset that it leaves, and how deep it is.
    waiting = [(step, "", 1) for step in reversed(children[""].values())]
    while waiting and len(placed) < MOST_ROWS:
        step, parent, depth = waiting.pop()
        if step.asset in placed:
            continue
        placed[step.asset] = _Placed(step=step, parent=parent, row=len(placed), depth=depth)
        own = children.get(step.asset, {}).values()
        waiting.extend((child, step.asset, depth + 1) for child in reversed(own) if child.asset not in placed)
    entries, goals = _ends(ways)
    nodes = [Node(x=4, y=4, width=96, height=32, tone="internet", name="Internet", line="", title="The Internet")]
    arrows: list[Arrow] = []
    for asset, one in placed.items():
        elsewhere = [c for c in children.get(asset, {}) if c in placed and placed[c].parent != asset]
        nodes.append(
            _node(
                one.step,
                one.x,
                one.y,
                _TREE_WIDTH - one.x - 4,
                _TREE_BOX,
                entry=asset in entries,
                goal=asset in goals,
                most=max(8, int((_TREE_WIDTH - one.x - 24) / _LETTER_WIDTH)),
                on_to=_name(placed[elsewhere[0]].step.address) + (" and others" if len(elsewhere) > 1 else "")
                if elsewhere
                else "",
            )
        )
        x, bottom = (placed[one.parent].x, placed[one.parent].y + _TREE_BOX) if one.parent else (4, 36)
        arrows.append(Arrow(path=f"M{x + 9} {bottom} V{one.y + _TREE_BOX // 2} H{one.x - 5}", title=one.step.how))
    return Graph(
        width=_TREE_WIDTH,
        height=44 + len(placed) * _TREE_ROW,
        nodes=tuple(nodes),
        arrows=tuple(arrows),
        left_out=len(every) - len(placed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """An asset in the tree. `parent` is the one it is drawn below, empty for the Internet."""

    step: Step
    parent: str
    row: int
    depth: int

    @property
    def x(self) -> int:
        return 4 + self.depth * _INDENT

    @property
    def y(self) -> int:
        return 44 + self.row * _TREE_ROW


def _fitting(ways: Sequence[Way]) -> list[Way]:
    """The ways whose assets fit into a picture, in their order. The first always does: it has eight steps at most."""
    drawn: list[Way] = []
    assets: set[str] = set()
    for way in ways:
        own = {step.asset for step in way.steps}
        if len(assets | own) <= MOST_ASSETS:
            assets |= own
            drawn.append(way)
    return drawn


def _ends(ways: Sequence[Way]) -> tuple[set[str], set[str]]:
    return {way.steps[0].asset for way in ways}, {way.steps[-1].asset for way in ways}


def _node(
    step: Step, x: int, y: int, width: int, height: int, *, entry: bool, goal: bool, most: int, on_to: str = ""
) -> Node:
    words = [step.kind.replace("_", " "), *(["critical"] if goal else []), *(["entry"] if entry else [])]
    words += [f"on to {on_to}"] if on_to else []
    return Node(
        x=x,
        y=y,
        width=width,
        height=height,
        tone="critical" if goal else "entry" if entry else "",
        name=short(_name(step.address), most),
        line=short(", ".join(words), most + most // 4),  # it is set smaller
        title=step.address,
    )


def _name(address: str) -> str:
    """The last part of an address, with its index: the box says the kind beside it."""
    base, bracket, index = address.partition("[") if address.endswith("]") else (address, "", "")
    return f"{re.split(r'[./]', base)[-1]}{bracket}{index}" if base else address


def short(text: str, most: int) -> str:
    """Cut in the middle: names differ at their ends."""
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
