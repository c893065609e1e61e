"""What a benchmark hands back: tables for people, the same as JSON for programs, targets beside figures."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A promise beside what was seen. `met` is None where it could not be measured: unknown is never shown as met."""

    name: str
    promised: str
    seen: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "MISSED", None: "unknown"}[self.met]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        widths = [max(len(row[i]) for row in (self.columns, *self.rows)) for i in range(len(self.columns))]

        def line(row: Sequence[str]) -> str:
            first, *others = row
            cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
            return "  ".join(cells).rstrip()

        parts = [self.title, line(self.columns), "  ".join("-" * w for w in widths), *map(line, self.rows)]
        return "\n".join([*parts, *(f"  {note}" for note in self.notes)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One benchmark's outcome. `skipped` names what was left out and why."""

    name: str
    tables: tuple[Table, ...]
    targets: tuple[Target, ...] = ()
    skipped: tuple[str, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)

    def text(self) -> str:
        parts = [f"== {self.name} ==", *(table.text() for table in self.tables)]
        if self.targets:
            rows = tuple((t.name, t.promised, t.seen, t.verdict) for t in self.targets)
            parts.append(Table(title="Targets", columns=("", "target", "seen", ""), rows=rows).text())
        parts.extend(f"skipped: {reason}" for reason in self.skipped)
        return "\n\n".join(parts)


def write_json(path: Path, machine: Machine, reports: Sequence[Report]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": asdict(machine), "reports": [asdict(report) for report in reports]}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 0) -> str:
    """`median (lowest-highest)`."""
    if len(values) == 1:
        return f"{values[0]:,.{digits}f}"
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"
