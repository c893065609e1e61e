"""JSON Lines: one JSON object a line, read one by one, so that a file of any length needs the memory of one line.

    for line in read_json_lines(stream):
        if line.flaws: ...            # this line is bad, with its place; the next ones are read all the same
        else: line.tree ...           # a JsonObject that knows where everything in it stands

Empty lines are passed over. A line has the limits of `read_json`, except that it may be longer than one document.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from watchword.decision.language._json import (
    MAX_SIZE,
    Flaw,
    JsonArray,
    JsonBoolean,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    NotJsonError,
    describe,
    read_json,
)
from watchword.decision.language._plain import plain_case

# A case of `policy test` may hold a policy of each layer.
MAX_LINE = 16 * MAX_SIZE
# Python writes an integer of more digits than this as no text at all, and other readers of JSON go wrong far earlier.
_MOST_DIGITS = 4_000
CaseId = str | int | float | bool
"""What somebody names a case by: a text, a number or a truth value, given back as it is."""
ID_FORM = "a text, a number, true or false"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLine:
    """`number` counts from 1. `tree` is None where the line is no JSON object; `flaws` then says why.

    A tree may have flaws too: duplicate keys.
    """

    number: int
    tree: JsonObject | None
    flaws: tuple[Flaw, ...]


def read_json_lines(lines: Iterable[bytes | str]) -> Iterator[JsonLine]:
    """Yield every line that is not empty. A file that was opened as text will do."""
    for number, line in enumerate(lines, start=1):
        text = as_bytes(line)
        if text.strip():
            yield read_json_line(text, number)


def as_bytes(line: bytes | str) -> bytes:
    """Return a line as UTF-8; what is none (a lone surrogate) is left for the reader to refuse, with its place."""
    return line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line


def read_json_line(text: bytes, number: int) -> JsonLine:
    """Read one line, whose number counts from 1."""
    # Without its end, or what is missing from the line would be missed on the next one.
    text = text.removesuffix(b"\n")
    flaws: list[Flaw] = []
    tree: JsonValue | None = None
    try:
        tree = read_json(text, flaws.append, first_line=number, max_size=MAX_LINE)
    except NotJsonError as error:
        flaws.append(error.flaw)
    if tree is not None and not isinstance(tree, JsonObject):
        flaws.append(
            Flaw(
                line=number,
                column=tree.column,
                code="json.shape",
                message="a line that is no object",
                expected="a JSON object",
                found=describe(tree),
            )
        )
        tree = None
    return JsonLine(number=number, tree=tree, flaws=tuple(flaws))


def bounded_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream, of a line that is too long only as much as shows that it is."""
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n") and (line := stream.readline(MAX_LINE + 1)):
            pass


def case_id(value: JsonValue | None) -> CaseId | None:
    """Return the id of a case; None for what is none: nothing, null, a list or an object.

    A number that no other reader of JSON could take (of thousands of digits, or beyond what a float holds) is given
    back as its text.
    """
    match value:
        case JsonString(text=text):
            return text
        case JsonBoolean(value=flag):
            return flag
        case JsonNumber(text=text):
            if text.removeprefix("-").isdigit():
                return int(text) if len(text) <= _MOST_DIGITS else text
            number = float(text)
            return number if math.isfinite(number) else text
        case _:
            return None


def member(tree: JsonObject, name: str) -> JsonValue | None:
    """Return the value of a member, or None where there is none."""
    return next((value for key, value in tree.members if key.text == name), None)


__all__ = [
    "ID_FORM",
    "MAX_LINE",
    "CaseId",
    "Flaw",
    "JsonArray",
    "JsonBoolean",
    "JsonLine",
    "JsonNull",
    "JsonNumber",
    "JsonObject",
    "JsonString",
    "JsonValue",
    "as_bytes",
    "bounded_lines",
    "case_id",
    "describe",
    "member",
    "plain_case",
    "read_json_line",
    "read_json_lines",
]
