"""The roadmap as comma-separated values (RFC 4180), one item a row, in order: for a planning tool.

A cell that a spreadsheet would take for a formula is preceded by an apostrophe: names come from strangers.
"""

import csv
import io

from watchword.evidence.posture.assessment.assessment import Assessment
from watchword.evidence.posture.assessment.roadmap import Item
from watchword.evidence.posture.assessment.words import heading

COLUMNS = (
    "order",
    "id",
    "phase",
    "severity",
    "title",
    "goal",
    "effort",
    "edits",
    "closes_findings",
    "closes_paths_to_critical",
    "findings_on_critical",
    "meets_criteria",
    "needs",
    "checks",
    "functions",
    "first_place",
    "remedy",
)


def render(done: Assessment) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for order, item in enumerate(done.items, 1):
        writer.writerow([_cell(value) for value in _row(order, item)])
    return text.getvalue()


def _row(order: int, item: Item) -> tuple[str | int, ...]:
    return (
        order,
        item.id,
        item.phase.value,
        item.severity.value if item.severity else "",
        heading(item),
        item.goal,
        item.effort.value,
        item.edits,
        item.closes,
        item.paths,
        item.on_critical,
        len(item.unlocks),
        " ".join(item.needs),
        " ".join(item.checks),
        " ".join(function.value for function in item.functions),
        str(item.places[0]) if item.places else "",
        item.remedy,
    )


def _cell(value: str | int) -> str | int:
    if isinstance(value, str):
        text = "".join(c if c.isprintable() else " " for c in value)
        return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
    return value
