"""JSON values, and the two ways in which they are written."""

import json
from collections.abc import Mapping, Sequence

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Row = Mapping[str, Json]


def document_text(value: Json) -> str:
    """A document for people and programs, as `--output json` prints it; with its end of line."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def line_text(value: Json) -> str:
    """A line of JSON Lines, with its end."""
    return json.dumps(value, ensure_ascii=False) + "\n"
