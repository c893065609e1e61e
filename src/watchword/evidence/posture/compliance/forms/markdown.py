"""A report as Markdown: for a chat, a wiki, a pull request."""

from collections.abc import Iterator

from watchword.evidence.posture.compliance.forms.sheet import Heading, Sentence, Table, sheet
from watchword.evidence.posture.compliance.reporting import PeriodicReport


def render(report: PeriodicReport) -> Iterator[str]:
    for part in sheet(report):
        if isinstance(part, Heading):
            yield f"{'#' * part.level} {_plain(part.text)}\n\n"
        elif isinstance(part, Sentence):
            yield f"**{_plain(part.text)}**\n\n" if part.alarm else f"{_plain(part.text)}\n\n"
        else:
            yield from _table(part)


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.columns)} |\n|{'---|' * len(table.columns)}\n"
    for row in table.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |\n"
    yield f"\n{table.left_out} more: see the JSON form.\n\n" if table.left_out else "\n"


def _cell(text: str) -> str:
    """Names of resources are strangers' texts: nothing in them may become markup or end the cell."""
    return _plain(text).replace("|", "\\|") or "-"


def _plain(text: str) -> str:
    line = " ".join(text.split())
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
    for character in "\\`*_<>[]":
        line = line.replace(character, f"\\{character}")
    return line
