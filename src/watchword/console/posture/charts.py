"""Bars over runs, stacked: made on the server as whole numbers, so that SVG needs neither script nor style.

The parts of a bar are in the order of the legend, the first at the bottom: where what matters most stands on the line,
its change can be seen. Everything that a bar shows is in a table below it, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 120
# Older ones are too narrow to be told apart on a phone.
MOST_BARS = 60
_WIDEST = 40
_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    kind: str
    y: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: int
    width: int
    parts: tuple[Part, ...]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One of the things that are counted: its class in the sheet, its name."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The numbers of one bar, in the order of the keys."""

    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A row for each bar, oldest first."""

    keys: tuple[Key, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    highest: int
    width: int = WIDTH
    height: int = HEIGHT


def stacked(keys: Sequence[Key], rows: Sequence[Row], *, highest: int = 0) -> Chart:
    """Draw the rows, oldest first. `highest` is what fills the height; by default the largest total."""
    drawn = rows[-MOST_BARS:]
    top = highest or max((row.total for row in drawn), default=0)
    step = WIDTH // len(drawn) if drawn else WIDTH
    width = max(2, min(_WIDEST, step - _GAP))
    return Chart(
        keys=tuple(keys),
        rows=tuple(drawn),
        bars=tuple(
            Bar(
                # Few bars stand at the left, one beside the other, as many would.
                x=number * (min(step, _WIDEST + _GAP)),
                width=width,
                parts=tuple(_parts(keys, row, top)),
                label=", ".join(
                    [row.label, *(f"{count} {key.label.lower()}" for key, count in zip(keys, row.counts, strict=True))]
                ),
            )
            for number, row in enumerate(drawn)
        ),
        highest=top,
    )


def _parts(keys: Sequence[Key], row: Row, top: int) -> Sequence[Part]:
    """Whatever is there at all is visible, and the whole is never higher than the picture."""
    found: list[Part] = []
    base = HEIGHT
    for key, count in zip(keys, row.counts, strict=True):
        if count and top:
            height = min(base, max(2, round(count * HEIGHT / top)))
            base -= height
            found.append(Part(kind=key.kind, y=base, height=height))
    return found
