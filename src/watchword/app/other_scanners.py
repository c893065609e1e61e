"""Runs scanners that a team has, where they are on PATH, and keeps what they write for the import.

    with running(("checkov", "cfn-lint"), paths) as files:
        scan(…, imports=files)

A scanner runs as whoever asked, in its own process, with a limit of time. It reads its own configuration in the
scanned directory, and some of it names code to run (Checkov's `external-checks-dir`): what is not trusted is not
scanned so. One that fails, or says nothing that can be read, ends the scan: what it would have found is not known.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError

_PATIENCE_S: Final = 900  # Checkov takes two minutes for a monorepo of 1,800 files
_TOLD: Final = 400  # characters of what a scanner that failed said last
_MOST_FILES: Final = 5_000  # that are named on a command line
_LARGEST_LOOKED_AT: Final = 1024 * 1024  # bytes: a template may have as many (CloudFormation's quota)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scanner:
    """`words` are the command's, for a path and a directory to write to. `writes` is the file that it fills there; one
    that writes to standard output names none. `well` are the exit codes of a run that ended as it should."""

    program: str
    words: Callable[[Path, Path], list[str] | None]  # None: there is nothing for it
    well: frozenset[int] = frozenset({0, 1})
    writes: str = ""


def _checkov(path: Path, _: Path) -> list[str]:
    return ["--directory" if path.is_dir() else "--file", str(path), "--output", "json", "--compact", "--skip-download"]


def _cfn_lint(path: Path, _: Path) -> list[str] | None:
    templates = _holding(path, (b"AWSTemplateFormatVersion", b"AWS::"), (".yaml", ".yml", ".json", ".template"))
    return ["--format", "json", "--", *templates] if templates else None


def _kube_score(path: Path, _: Path) -> list[str] | None:
    manifests = _holding(path, (b"apiVersion",), (".yaml", ".yml"))
    return ["score", "--output-format", "json", *manifests] if manifests else None


_SCANNERS: Final = {
    "cfn-lint": _Scanner(program="cfn-lint", words=_cfn_lint, well=frozenset(range(32))),  # a set of bits
    "cfn_nag": _Scanner(
        program="cfn_nag_scan", words=lambda path, _: ["--input-path", str(path), "--output-format", "json"]
    ),
    "checkov": _Scanner(program="checkov", words=_checkov),
    "kics": _Scanner(
        program="kics",
        words=lambda path, out: [
            *("scan", "--path", str(path), "--output-path", str(out), "--output-name", "results"),
            *("--report-formats", "json", "--no-progress", "--silent"),
        ],
        well=frozenset({0, 20, 30, 40, 50, 60}),
        writes="results.json",
    ),
    "kube-linter": _Scanner(program="kube-linter", words=lambda path, _: ["lint", "--format", "json", str(path)]),
    "kube-score": _Scanner(program="kube-score", words=_kube_score),
    "polaris": _Scanner(
        program="polaris", words=lambda path, _: ["audit", "--audit-path", str(path), "--format", "json"]
    ),
    "tfsec": _Scanner(program="tfsec", words=lambda path, _: [str(path), "--format", "json", "--no-colour"]),
    "trivy": _Scanner(program="trivy", words=lambda path, _: ["config", "--quiet", "--format", "json", str(path)]),
}
NAMES: Final = tuple(_SCANNERS)


@contextmanager
def running(names: Sequence[str], paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Run scanners over paths, and give the files that they wrote; they are gone afterwards.

    Raises `InvalidInputError` for a name that is none of `NAMES`, `NotFoundError` for one that is not on PATH,
    `UnavailableError` for one that fails, or takes longer than a quarter of an hour.
    """
    chosen = [(name, _program(name)) for name in dict.fromkeys(names)]
    with tempfile.TemporaryDirectory(prefix="watchword-scanners-") as directory:
        files: list[Path] = []
        for name, program in chosen:
            for number, path in enumerate(paths):
                place = Path(directory) / f"{name}-{number}"
                place.mkdir()
                written = _run(name, program, path, place)
                if written is not None:
                    files.append(written)
        yield tuple(files)


def _program(name: str) -> str:
    scanner = _SCANNERS.get(name)
    if scanner is None:
        raise InvalidInputError(f"no such scanner: {name}", code="scan.with", expected=", ".join(NAMES))
    found = shutil.which(scanner.program)
    if found is None:
        raise NotFoundError(
            f"{scanner.program} is not on PATH",
            code="scan.with",
            hint=f"install it, or run it elsewhere and hand its results in: --import FILE (not --with {name})",
        )
    return found


def _run(name: str, program: str, path: Path, place: Path) -> Path | None:
    scanner = _SCANNERS[name]
    words = scanner.words(path, place)
    if words is None:
        return None
    written = place / (scanner.writes or f"{name}.json")
    try:
        with (place / "output").open("wb") as output, (place / "errors").open("wb") as errors:
            done = subprocess.run(
                [program, *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                timeout=_PATIENCE_S,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"{name} did not end within {_PATIENCE_S} s", code="scan.with") from error
    except OSError as error:
        raise UnavailableError(f"{name} did not start: {error.strerror or error}", code="scan.with") from error
    if not scanner.writes:
        (place / "output").rename(written)
    if done.returncode not in scanner.well or not written.is_file() or not written.stat().st_size:
        told = (place / "errors").read_bytes()[-_TOLD:].decode("utf-8", "replace").strip()
        raise UnavailableError(
            f"{name} ended with {done.returncode} and no results",
            code="scan.with",
            found=told or "it said nothing",
            hint=f"run it by hand: {scanner.program} {' '.join(words[:4])}",
        )
    return written


def _holding(path: Path, marks: tuple[bytes, ...], endings: tuple[str, ...]) -> list[str]:
    """The files below a path that hold all marks: those tools want to be told which files are theirs."""
    if path.is_file():
        return [str(path)]
    found: list[str] = []
    for directory, directories, names in os.walk(path):
        directories[:] = sorted(name for name in directories if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            file = Path(directory) / name
            if name.endswith(endings) and _holds(file, marks):
                found.append(str(file))
                if len(found) > _MOST_FILES:
                    raise InvalidInputError(
                        f"{path}: more than {_MOST_FILES:,} files for one scanner", code="scan.with"
                    )
    return found


def _holds(file: Path, marks: tuple[bytes, ...]) -> bool:
    try:
        if file.is_symlink() or file.stat().st_size > _LARGEST_LOOKED_AT:
            return False
        content = file.read_bytes()
    except OSError:
        return False  # our own reading says what is wrong with it
    return all(mark in content for mark in marks)
