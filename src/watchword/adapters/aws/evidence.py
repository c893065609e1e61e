"""A file of what an account answered: one JSON object a line, so that it is written and read as it comes.

    {"watchword": "aws-evidence", "version": 1, "partition": "aws", "account": "111122223333", "regions": ["eu-west-1"],
     "collected_at": "2026-11-25T20:00:00Z"}
    {"operation": "s3:ListBuckets", "region": "us-east-1", "parameters": {}, "answer": {"Buckets": [{"Name": "logs"}]}}
    {"operation": "kms:GetKeyPolicy", "region": "eu-west-1", "parameters": {"KeyId": "k"},
     "error": "AccessDenied", "message": ""}
    {"end": true, "answers": 2}

- The first line says what it is, the last that it is whole: without it, what is not there was perhaps never asked.
- `last` on an answer says that no page follows. A list whose last page is missing is not known to its end.
- `rest: "empty"` in the first line (in examples and tests) says that all lists that are not there were empty.
- An answer holds what the tables name (`asks`), and of that no secret unless it was asked for.
- An object may span lines: it begins at a line that begins with `{`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from watchword.kernel.errors import InvalidInputError

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

MARK: Final = "aws-evidence"
VERSION: Final = 1
_LOOKED_AT: Final = 4096  # characters of a file's beginning, by which it is known
_MOST_REGIONS: Final = 200  # AWS has some forty
_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2}[a-z0-9-]{1,40}")
_LARGEST_RECORD: Final = 64 * 1024 * 1024  # characters; a page of AWS's has at most some megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was collected, where and when."""

    account: str
    collected_at: str
    regions: tuple[str, ...]
    home: str = "us-east-1"  # where services of the whole account are asked
    partition: str = "aws"
    rest_is_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One page of an answer, or an error."""

    operation: str
    region: str
    parameters: dict[str, Json]
    answer: Json = None
    error: str = ""
    message: str = ""
    last: bool = True
    line: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """The last line."""

    answers: int


def is_evidence(path: Path) -> bool:
    """Whether a file begins as a file of AWS evidence does."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return f'"{MARK}"' in file.read(_LOOKED_AT).partition("\n")[0]
    except OSError:
        return False  # who reads it next says what is wrong


def header_line(header: Header) -> str:
    return _line(
        {
            "watchword": MARK,
            "version": VERSION,
            "partition": header.partition,
            "account": header.account,
            "home": header.home,
            "regions": list(header.regions),
            "collected_at": header.collected_at,
            **({"rest": "empty"} if header.rest_is_empty else {}),
        }
    )


def record_line(record: Record) -> str:
    told: dict[str, Json] = {
        "operation": record.operation,
        "region": record.region,
        "parameters": record.parameters,
    }
    if record.error:
        told |= {"error": record.error, "message": record.message}
    else:
        told |= {"answer": record.answer, "last": record.last}
    return _line(told)


def end_line(end: End) -> str:
    return _line({"end": True, "answers": end.answers})


def _line(told: dict[str, Json]) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False) + "\n"


def records(lines: Iterable[str], *, name: str) -> Iterator[Header | Record | End]:
    """Read a file's lines. Raises `InvalidInputError` for what is no such file; the first yielded is its header."""
    first = True
    for text, line in _objects(lines, name):
        try:
            told: object = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _wrong(name, line, f"it is not JSON: {error}") from error
        if not isinstance(told, dict):
            raise _wrong(name, line, "an object was expected")
        if first:
            yield _header(told, name, line)
            first = False
        elif told.get("end") is True:
            count = told.get("answers")
            yield End(answers=count if isinstance(count, int) else -1)
        else:
            yield _record(told, name, line)
    if first:
        raise _wrong(name, 1, "it is empty")


def _objects(lines: Iterable[str], name: str) -> Iterator[tuple[str, int]]:
    """Bring together the lines of each object; and say at which line it begins."""
    held: list[str] = []
    size, begins = 0, 1
    for number, line in enumerate(lines, 1):
        if line.startswith("{") and held:
            yield "".join(held), begins
            held, size = [], 0
        if line.strip():
            if not held:
                begins = number
            held.append(line)
            size += len(line)
            if size > _LARGEST_RECORD:
                raise _wrong(name, begins, f"an object is larger than {_LARGEST_RECORD} characters")
    if held:
        yield "".join(held), begins


def _header(told: dict[str, Json], name: str, line: int) -> Header:
    if told.get("watchword") != MARK:
        raise _wrong(name, line, "it does not begin as a file of AWS evidence does")
    if told.get("version") != VERSION:
        raise _wrong(name, line, f"version {told.get('version')} is not known; this reads version {VERSION}")
    regions = told.get("regions")
    account, at = told.get("account"), told.get("collected_at")
    if not isinstance(regions, list) or not isinstance(account, str) or not isinstance(at, str):
        raise _wrong(name, line, "account, regions and collected_at are needed")
    if not _ACCOUNT.fullmatch(account):
        raise _wrong(name, line, f"an account has twelve digits, and {account[:20]!r} has not")
    if len(regions) > _MOST_REGIONS or not all(isinstance(r, str) and _REGION.fullmatch(r) for r in regions):
        raise _wrong(name, line, f"at most {_MOST_REGIONS} regions are expected, by their names")
    return Header(
        account=account,
        collected_at=at,
        regions=tuple(str(region) for region in regions),
        home=str(told.get("home", "us-east-1")),
        partition=str(told.get("partition", "aws")),
        rest_is_empty=told.get("rest") == "empty",
    )


def _record(told: dict[str, Json], name: str, line: int) -> Record:
    operation, region, parameters = told.get("operation"), told.get("region"), told.get("parameters")
    if not isinstance(operation, str) or not isinstance(region, str) or not isinstance(parameters, dict):
        raise _wrong(name, line, "operation, region and parameters are needed")
    if ("answer" in told) is ("error" in told):
        raise _wrong(name, line, "either an answer or an error is needed")
    return Record(
        operation=operation,
        region=region,
        parameters=parameters,
        answer=told.get("answer"),
        error=str(told.get("error", "")),
        message=str(told.get("message", "")),
        last=told.get("last", True) is True,
        line=line,
    )


def _wrong(name: str, line: int, why: str) -> InvalidInputError:
    return InvalidInputError(f"{name}:{line}: {why}", code="aws.evidence")
