"""Reads files of other scanners' results, and says which of the scanned files they speak of.

A tool names files as seen from where it ran, which nobody knows: a name is taken for the one file of the scan that it
can be, from the working directory or from a path that is scanned. Where it can be two, or none, it is left as it is.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from watchword.evidence.posture import Check
from watchword.evidence.posture.imports import LARGEST, ImportFile, checks_of, read_results
from watchword.kernel.errors import InvalidInputError, NotFoundError

MOST_FILES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """What was read, and a check for each identifier in it."""

    files: tuple[ImportFile, ...]
    checks: dict[str, Check]

    @property
    def tools(self) -> frozenset[str]:
        named = (tool for file in self.files for tool in file.reading.tools)
        return frozenset(named) | {name.partition(":")[0] for name in self.checks}


def read_imports(
    files: Sequence[Path],
    scanned: Sequence[tuple[Path, str]],
    working_directory: Path,
    checks: Iterable[Check],
    *,
    called: Mapping[Path, str] = MappingProxyType({}),
) -> Imports:
    """Read. `scanned` are the directories or files of the scan, each with what its places are put below.

    `called` is what to call files whose own names mean nothing to anybody.

    Raises `NotFoundError` for a file that is not there, `InvalidInputError` for what is no scanner's results.
    """
    if len(files) > MOST_FILES:
        raise InvalidInputError(f"{len(files)} files are to be imported: at most {MOST_FILES}", code="scan.import")
    read: list[ImportFile] = []
    for file in files:
        try:
            with file.open("rb") as opened:
                content = opened.read(LARGEST + 1)
        except FileNotFoundError as error:
            raise NotFoundError(f"{file}: no such file", code="scan.no_import") from error
        except OSError as error:
            raise InvalidInputError(f"{file}: {error.strerror or error}", code="scan.import") from error
        shown = called.get(file, str(file))
        reading = read_results(content, name=shown)
        names = dict.fromkeys(finding.file for finding in reading.findings if finding.file)
        placed = {name: _placed(name, scanned, working_directory) for name in names}
        read.append(ImportFile(name=shown, reading=reading, placed=placed))
    return Imports(files=tuple(read), checks=checks_of(read, checks))


def _placed(name: str, scanned: Sequence[tuple[Path, str]], working_directory: Path) -> str | None:
    """Return how the scan calls a file, or None where that is not sure."""
    tops = [(os.path.abspath(path), prefix) for path, prefix in scanned]  # noqa: PTH100 - links are left as they are
    directories = [top if os.path.isdir(top) else os.path.dirname(top) for top, _ in tops]  # noqa: PTH112, PTH120
    relative = name.lstrip("/")
    starts = [str(working_directory), *directories]
    candidates = [name] if name.startswith("/") else []
    candidates.extend(os.path.normpath(f"{start}/{relative}") for start in starts)
    found: set[str] = set()
    for candidate in dict.fromkeys(map(os.path.normpath, candidates)):
        for (top, prefix), directory in zip(tops, directories, strict=True):
            within = candidate == top or candidate.startswith(top.rstrip("/") + "/")
            # `isfile` takes whatever a stranger wrote: a null character or an endless name is no file.
            if within and os.path.isfile(candidate):  # noqa: PTH113
                found.add(os.path.normpath(f"{prefix or '.'}/{os.path.relpath(candidate, directory)}"))
    return found.pop() if len(found) == 1 else None
