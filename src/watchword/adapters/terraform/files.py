"""Terraform's files on a disk that is not trusted: bounded, without following links out of the scan or in circles.

disk = Disk(Path("infra"))
disk.directories()      # {".": ["main.tf", ...], "modules/vpc": [...]}
disk.text("main.tf")    # or None, with a problem
"""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Place

# Directories that hold no configuration of the repository's own.
_SKIPPED: Final = frozenset({".terraform", ".git", "node_modules", ".terragrunt-cache", ".venv", "__pycache__"})
_LARGEST: Final = 4 * 1024 * 1024  # bytes; the largest hand-written file known to us has 300 kB, generated ones 2 MB
_LARGEST_READ: Final = 256 * 1024  # of a file that a function reads: policies, templates, scripts
_MOST_FILES: Final = 50_000  # a monorepo has some thousand
_MOST_STARS: Final = 2  # `**` in a pattern; each multiplies what matching takes
_DEEPEST: Final = 40  # directories within directories


class Disk:
    """The files below one directory. Paths are relative to it, with `/`."""

    __slots__ = ("_opened", "base", "bytes", "consulted", "files", "problems")

    def __init__(self, base: Path) -> None:
        self.base = base
        self.problems: list[Problem] = []
        self.files = 0
        self.bytes = 0
        self.consulted: set[str] = set()  # what was looked for because a function or a call names it, there or not
        self._opened: set[str] = set()  # directories above or beside the scan that modules were loaded from

    def directories(self) -> dict[str, list[str]]:
        """Return the names of Terraform's files by directory, both sorted."""
        return {directory: names for directory, names in self._walk(".", 0, set()) if names}

    def _walk(self, directory: str, depth: int, seen: set[tuple[int, int]]) -> Iterator[tuple[str, list[str]]]:
        path = self.base / directory
        try:
            status = path.stat()
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            self._problem(ProblemKind.UNREADABLE, f"cannot be read: {error.strerror or error}", directory)
            return
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            self._problem(ProblemKind.LOOP, "was read already: a symbolic link leads back to it", directory)
            return
        seen.add(identity)
        if depth > _DEEPEST:
            self._problem(ProblemKind.LIMIT, f"lies more than {_DEEPEST} directories deep", directory)
            return
        yield directory, [entry.name for entry in entries if _is_terraform(entry.name) and _is_file(entry)]
        for entry in entries:
            if entry.name in _SKIPPED or not _is_directory(entry):
                continue
            inner = entry.name if directory == "." else f"{directory}/{entry.name}"
            if entry.is_symlink() and not self._within(inner):
                self._problem(ProblemKind.LOOP, "is a symbolic link out of what is scanned", inner)
                continue
            yield from self._walk(inner, depth + 1, seen)

    def listed(self, directory: str) -> list[str]:
        """Return the names of Terraform's files in one directory, also beside the scan: a module that it calls."""
        try:
            entries = sorted(os.scandir(self.base / directory), key=lambda entry: entry.name)
        except OSError:
            return []
        return [entry.name for entry in entries if _is_terraform(entry.name) and _is_file(entry)]

    def opened(self, directory: str) -> None:
        """Say that a module was loaded from a directory: its own files may be read by functions."""
        self._opened.add(directory)
        self.consulted.add(directory)

    def text(self, path: str) -> str | None:
        """Return a configuration file's text, None and a problem where it cannot be had."""
        self.files += 1
        if self.files > _MOST_FILES:
            if self.files == _MOST_FILES + 1:
                self._problem(ProblemKind.LIMIT, f"more than {_MOST_FILES} files: the rest is not read", path)
            return None
        try:
            with (self.base / path).open("rb") as file:
                content = file.read(_LARGEST + 1)
        except OSError as error:
            self._problem(ProblemKind.UNREADABLE, f"cannot be read: {error.strerror or error}", path)
            return None
        if len(content) > _LARGEST:
            self._problem(ProblemKind.TOO_LARGE, f"has more than {_LARGEST} bytes", path)
            return None
        self.bytes += len(content)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._problem(ProblemKind.UNREADABLE, f"is no UTF-8: {error.reason} at byte {error.start}", path)
            return None

    def _problem(self, kind: ProblemKind, text: str, path: str) -> None:
        self.problems.append(Problem(kind, f"{path} {text}", Place(path, 0, 0)))

    def _within(self, path: str) -> bool:
        """Whether a path, links followed, lies in the scan or in a module's directory."""
        real = os.path.realpath(self.base / path)
        bases = [os.path.realpath(self.base), *(os.path.realpath(self.base / opened) for opened in self._opened)]
        return any(real == base or real.startswith(base.rstrip("/") + "/") for base in bases)

    def read(self, path: str) -> bytes | None:
        """Return what is in a file that a function names, None where it is not there, too large or not within."""
        if "\0" in path or not self._within(path):
            return None
        self.consulted.add(path)
        try:
            target = self.base / path
            if not target.is_file():
                return None
            with target.open("rb") as file:
                content = file.read(_LARGEST_READ + 1)
        except (OSError, ValueError):
            return None
        return content if len(content) <= _LARGEST_READ else None

    def exists(self, path: str) -> bool | None:
        if "\0" in path or not self._within(path):
            return None
        self.consulted.add(path)
        return (self.base / path).is_file()

    def matching(self, directory: str, pattern: str) -> list[str] | None:
        """Return files below a directory that match, for `fileset`: `*` within a name, `**` over directories."""
        if "\0" in directory or not self._within(directory):
            return None
        wanted = pattern.split("/")
        if wanted.count("**") > _MOST_STARS:
            return None
        self.consulted.add(directory)
        found: list[str] = []
        for number, (current, _, names) in enumerate(os.walk(self.base / directory)):
            if number > _MOST_FILES or len(found) > _MOST_FILES:
                return None
            inner = os.path.relpath(current, self.base / directory)
            parts = [] if inner == "." else list(Path(inner).parts)
            found.extend("/".join((*parts, name)) for name in names if _matches([*parts, name], wanted))
        return sorted(found)


class RootFiles:
    """The files that functions of one root name: relative to its directory, where the command runs, or to the scan."""

    __slots__ = ("_directory", "_disk")

    def __init__(self, disk: Disk, directory: str) -> None:
        self._disk = disk
        self._directory = directory

    def read(self, path: str) -> tuple[str, bytes] | None:
        for candidate in (self._under(path), path):
            content = self._disk.read(candidate)
            if content is not None:
                return joined_path(".", candidate), content
        return None

    def exists(self, path: str) -> bool | None:
        return self._disk.exists(self._under(path)) or self._disk.exists(path)

    def matching(self, directory: str, pattern: str) -> list[str] | None:
        return self._disk.matching(self._under(directory), pattern) or self._disk.matching(directory, pattern)

    def _under(self, path: str) -> str:
        return path if self._directory == "." else f"{self._directory}/{path}"


def joined_path(directory: str, path: str) -> str:
    """Join and normalise: `modules/eks` and `../vpc` are `modules/vpc`. `..` above the scan stays in front."""
    parts: list[str] = []
    for part in (*directory.split("/"), *path.split("/")):
        if part in {"", "."}:
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts) or "."


def _is_terraform(name: str) -> bool:
    # Editors' and merge tools' leftovers are none, as for Terraform itself.
    return name.endswith((".tf", ".tf.json")) and not name.startswith((".", "#")) and not name.endswith("~")


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _matches(parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_matches(parts[skip:], wanted[1:]) for skip in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], wanted[0]) and _matches(parts[1:], wanted[1:])
