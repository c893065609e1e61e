"""Files of VPC flow logs, read as a stream into one observation: any number of any length, line by line.

    seen = read_flows(("flows/",), surveys)

Accepted: text as flow logs deliver it to S3 or as it is exported from CloudWatch Logs, gzipped or not, with a header
that names the fields or in the default format. A directory means every file below it that ends in `.log`, `.log.gz`,
`.txt`, `.txt.gz` or `.gz`, in the order of their names; `-` is standard input. Parquet is refused: it wants a reader of
its own. A line that is no record is counted, the first few with their places; what is read of a file that breaks off
counts.
"""

import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from watchword.evidence.posture.assessment.flow_records import DEFAULT, Skipped, layout_of, parsed
from watchword.evidence.posture.assessment.observed import LogCounts, Observation, Observed
from watchword.evidence.posture.assessment.survey import Survey
from watchword.kernel.errors import InvalidInputError

_ENDINGS: Final = (".log", ".log.gz", ".txt", ".txt.gz", ".gz")
_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_LONGEST: Final = 16 * 1024  # bytes of a line; a record of every field there is has some 600
_MOST_TOLD: Final = 5


class _Counts:
    """What is counted while reading."""

    def __init__(self) -> None:
        self.files = self.lines = self.nodata = self.skipdata = self.bad = 0
        self.places: list[str] = []

    def wrong(self, place: str, why: str) -> None:
        self.bad += 1
        if len(self.places) < _MOST_TOLD:
            self.places.append(f"{place}: {why}")


def read_flows(names: Sequence[str], surveys: Sequence[Survey]) -> Observed:
    """Read all of it. Raises for a file that cannot be opened, is Parquet or has a format that lacks what is needed,
    and where there is not one record in all."""
    observation = Observation(surveys)
    counts = _Counts()
    for name in names:
        for path in _files(name):
            counts.files += 1
            with ExitStack() as stack:
                _read(_opened(path, stack), path, observation, counts)
    logs = LogCounts(
        files=counts.files,
        lines=counts.lines,
        nodata=counts.nodata,
        skipdata=counts.skipdata,
        bad=counts.bad,
        bad_places=tuple(counts.places),
    )
    if counts.bad and counts.bad == counts.lines:
        raise InvalidInputError(
            f"not one of {counts.lines} lines is a record of a flow: {counts.places[0]}",
            code="flows.none",
            expected="VPC flow logs as text, in the default format or with a header that names the fields",
        )
    return observation.result(logs)


def _read(stream: BinaryIO, name: str, observation: Observation, counts: _Counts) -> None:
    layout = DEFAULT
    for number, line in enumerate(_lines(stream, name, counts), 1):
        if not line.strip():
            continue
        if line[:1].isalpha() or line.startswith("$"):
            try:
                header = layout_of(line)
            except ValueError as error:
                raise InvalidInputError(f"{name}:{number}: {error}", code="flows.fields") from error
            if header is not None:
                layout = header
                continue
        counts.lines += 1
        try:
            record = parsed(line, layout)
            if isinstance(record, Skipped):
                counts.nodata += record is Skipped.NODATA
                counts.skipdata += record is Skipped.SKIPDATA
            else:
                observation.add(record)
        except ValueError as error:
            counts.wrong(f"{name}:{number}", str(error))


def _lines(stream: BinaryIO, name: str, counts: _Counts) -> Iterator[str]:
    """Yield lines. One that is too long is yielded cut, and is no record then."""
    try:
        while line := stream.readline(_LONGEST):
            cut = not line.endswith(b"\n") and len(line) == _LONGEST
            while cut:  # what is left of it belongs to no line
                rest = stream.readline(_LONGEST)
                cut = bool(rest) and not rest.endswith(b"\n")
            yield line.decode("utf-8", "replace").removeprefix("\ufeff")
    except (EOFError, OSError, zlib.error) as error:
        counts.lines += 1
        counts.wrong(name, f"it breaks off: {error}")


def _files(name: str) -> list[str]:
    path = Path(name)
    if name == "-" or not path.is_dir():
        return [name]
    found = [str(p) for p in sorted(path.rglob("*")) if p.name.endswith(_ENDINGS) and p.is_file()]
    if not found:
        raise InvalidInputError(
            f"there are no flow logs in {name}", code="flows.none", expected=f"files ending in {', '.join(_ENDINGS)}"
        )
    return found


def _opened(name: str, stack: ExitStack) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        stream = stack.enter_context(Path(name).open("rb"))  # noqa: SIM115 - the stack closes it
        begins = stream.read(len(_PARQUET))
        stream.seek(0)
    except OSError as error:
        raise InvalidInputError(f"cannot read {name}: {error.strerror}", code="file.unreadable") from error
    if begins == _PARQUET:
        raise InvalidInputError(
            f"{name} is a Parquet file",
            code="flows.parquet",
            expected="flow logs as text",
            hint="deliver the flow log in the plain text format, or export it with Athena",
        )
    if begins.startswith(_GZIP):
        return stack.enter_context(gzip.GzipFile(fileobj=stream))  # type: ignore[return-value]  # reads as one
    return stream
