"""Data on standard output, words on standard error.

A command hands over records, as plain mappings of JSON values, and says which of their fields a table shows. `--output
json` prints them whole; a table is for reading and its form is promised to nobody.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from watchword.app.answers import values

Json = values.Json
Row = values.Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    json: bool
    data: TextIO
    words: TextIO

    def rows(self, rows: Sequence[Row], columns: Sequence[str], *, empty: str) -> None:
        """Print records as a table of `columns`, or as a JSON list; `empty` is said where there is none."""
        if self.json:
            self.document(rows)
            return
        if not rows:
            self.say(empty)
            return
        cells = [[column.upper().replace("_", " ") for column in columns]]
        cells.extend([_cell(row.get(column)) for column in columns] for row in rows)
        widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        for line in cells:
            print(
                "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip(), file=self.data
            )

    def record(self, record: Row) -> None:
        """Print one record: `name  value` lines, or a JSON object."""
        if self.json:
            self.document(record)
            return
        width = max(len(name) for name in record)
        for name, value in record.items():
            lines = (
                [_cell(v) for v in value]
                if isinstance(value, Sequence) and not isinstance(value, str)
                else [_cell(value)]
            )
            for i, line in enumerate(lines or ["-"]):
                print(f"{name.replace('_', ' ') if i == 0 else '':{width}}  {line}".rstrip(), file=self.data)

    def document(self, value: Json) -> None:
        """Print JSON, whatever the chosen form."""
        self.data.write(values.document_text(value))

    def line(self, value: Json) -> None:
        """Print one line of JSON Lines, whatever the chosen form."""
        self.data.write(values.line_text(value))

    def text(self, line: str) -> None:
        """Print a line of data; for commands whose table form is prose."""
        print(line, file=self.data)

    def text_at_once(self, line: str) -> None:
        """The same, for what goes on: whoever reads it through a pipe sees each line as it comes."""
        print(line, file=self.data, flush=True)

    def say(self, line: str = "") -> None:
        """Say something to a person; never data."""
        print(line, file=self.words, flush=True)


def standard(*, as_json: bool) -> Output:
    return Output(json=as_json, data=sys.stdout, words=sys.stderr)


def _cell(value: Json) -> str:
    """One value on one line, with nothing in it that a terminal would obey."""
    if value is None or value == "":
        return "-"
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_cell(item) for item in value) or "-"
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return printable(str(value))


def printable(text: str) -> str:
    """Escape control characters: names and user agents come from strangers."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
