"""CloudTrail's log files, read as a stream: any number of any length needs the memory of one event.

Accepted, gzipped or not: `{"Records": [...]}` as CloudTrail delivers it, a JSON list of events, JSON Lines, or events
one after the other. A directory means every such file below it, in the order of their names, without the digests that
CloudTrail delivers beside them. `-` is standard input.
"""

import codecs
import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from watchword.decision.analysis.usage.cloudtrail import JsonValue
from watchword.kernel.errors import InvalidInputError, Place

_CHUNK = 1024 * 1024
# CloudTrail User Guide, "Quotas in AWS CloudTrail": an event has at most 256 KB, an enriched one 1 MB.
_LONGEST_EVENT = 4 * 1024 * 1024
_RECORDS = re.compile(r'\s*(?:\{\s*"Records"\s*:\s*)?\[')
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
_GZIP = b"\x1f\x8b"
_ENDINGS = (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")


def read_events(names: Sequence[str]) -> Iterator[JsonValue]:
    """Yield every event of files and directories.

    Raise `InvalidInputError` for a file that cannot be read (`file.unreadable`), is not JSON (`cloudtrail.json`) or
    breaks off, and for a directory without log files (`cloudtrail.none`).
    """
    for name in names:
        for path in _files(name):
            with ExitStack() as stack:
                yield from _events(_opened(path, stack), path)


def read_event_stream(stream: BinaryIO, name: str) -> Iterator[JsonValue]:
    """Yield every event of one stream that is not compressed; `name` is what errors call it."""
    yield from _events(stream, name)


def _files(name: str) -> list[str]:
    if name == "-":
        return [name]
    path = Path(name)
    if not path.is_dir():
        return [name]
    found = [
        str(p)
        for p in sorted(path.rglob("*"))
        if p.name.endswith(_ENDINGS) and "CloudTrail-Digest" not in p.parts and p.is_file()
    ]
    if not found:
        raise InvalidInputError(
            f"there are no log files in {name}", code="cloudtrail.none", expected="files ending in .json or .json.gz"
        )
    return found


def _opened(name: str, stack: ExitStack) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        stream = stack.enter_context(Path(name).open("rb"))  # noqa: SIM115 - the stack closes it
        zipped = stream.read(2) == _GZIP
        stream.seek(0)
    except OSError as error:
        raise InvalidInputError(f"cannot read {name}: {error.strerror}", code="file.unreadable") from error
    return stack.enter_context(gzip.GzipFile(fileobj=stream)) if zipped else stream  # type: ignore[return-value]  # reads as one


class _Text:
    """The text of a stream that was not consumed yet."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._name = name
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> bool:
        """Read on; False at the end."""
        if self.ended:
            return False
        try:
            chunk = self._stream.read(_CHUNK)
            decoded = self._decoder.decode(chunk, final=not chunk)
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            raise InvalidInputError(f"cannot read {self._name}: {error}", code="file.unreadable") from error
        self.ended = not chunk
        self.text = self.text[self.at :] + decoded
        self.at = 0
        return True

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Pass over what matches here, reading on while that may go on."""
        while True:
            found = pattern.match(self.text, self.at)
            if found is not None and found.end() < len(self.text):
                self.at = found.end()
                return True
            if not self.more():
                self.at = found.end() if found is not None else self.at
                return found is not None

    def value(self) -> JsonValue:
        """Read one JSON value from here; raise `json.JSONDecodeError` where there is none of a bearable length."""
        while True:
            try:
                value: JsonValue
                value, self.at = _DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError:
                if len(self.text) - self.at > _LONGEST_EVENT or not self.more():
                    raise
            else:
                return value


def _events(stream: BinaryIO, name: str) -> Iterator[JsonValue]:
    text = _Text(stream, name)
    text.more()
    listed = _RECORDS.match(text.text) is not None and text.skip(_RECORDS)
    number = 0
    while True:
        text.skip(_BETWEEN)
        if text.at >= len(text.text):
            if listed:
                raise _broken(name, number, "the file breaks off")
            return
        if listed and text.text[text.at] == "]":
            return  # what follows the list is of no interest
        try:
            value = text.value()
        except RecursionError as error:
            raise _broken(name, number, "nested too deeply") from error
        except json.JSONDecodeError as error:
            raise _broken(name, number, error.msg) from error
        number += 1
        records = value.get("Records") if isinstance(value, dict) and not listed else None
        if isinstance(records, list):
            yield from records
        else:
            yield value


def _broken(name: str, number: int, why: str) -> InvalidInputError:
    return InvalidInputError(
        f"event {number + 1} cannot be read: {why}",
        code="cloudtrail.json",
        place=Place(document=name),
        expected='{"Records": [...]}, a list of events, or an event a line',
    )
