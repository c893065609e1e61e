"""What lies on a disk, told well enough to know later whether it is still the same.

    before = look([Path("infra")], [Path("waivers.yaml")])
    …                                                               # read it
    record = recorded(before, look([Path("infra")], [Path("waivers.yaml")]))
    …                                                               # later, in another process:
    agrees(look([Path("infra")], [Path("waivers.yaml")]), record)

- Every file and every directory below a tree counts, whatever its name is: what appears, goes or changes anywhere is
  a change. Only what no front-end enters is left out: `.git`, `node_modules`, `.venv`, `__pycache__`, and `.terraform`
  but for its list of modules.
- A file is the same if its content is: by its SHA-256. It is not read again where its size, its times of change (of
  content and of status, in nanoseconds) and its inode are those that it had. Times are coarse: a change in the same
  tick leaves them as they were, so what changed less than two seconds before it was looked at is always read.
- A link counts by what it says and where that leads, and what it leads to counts too.
- What cannot be listed, or is too much, raises `UntoldError`: nothing is remembered then.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# What no reader of directories enters: what one of them does enter must not be here (a test compares the lists).
SKIPPED: Final = frozenset({".git", ".terraform", "node_modules", ".venv", "__pycache__"})
_MODULES: Final = "modules/modules.json"  # in `.terraform`: where `terraform init` says what it has put where
_MOST: Final = 50_000  # files and directories: looking at more takes a second itself
_LARGEST: Final = 1024 * 1024  # bytes of a file that is read; of a larger one, its size, times and inode must do
_TICK: Final = 2_000_000_000  # nanoseconds: the coarsest times of a file system that is in use (FAT's)

# Of a path: what it is; of a link then its text and where it leads; of a file its size, its times and its inode.
Mark = tuple[str | int, ...]
_ABSENT: Final[Mark] = ("absent",)
_DIRECTORY: Final[Mark] = ("directory",)
_FILE: Final = "file"


class UntoldError(Exception):
    """It could not be told later whether this is still the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What lay there. `at` is when looking began, `newest` the latest change of anything: nanoseconds since 1970."""

    at: int
    newest: int
    marks: Mapping[str, Mark]
    hashes: Mapping[str, str]  # of the files that had just changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What lay there, to be kept: marks, and the SHA-256 of each file that is not too large. `at` as of the look."""

    at: int
    marks: Mapping[str, Mark]
    hashes: Mapping[str, str]


def look(trees: Iterable[Path], files: Iterable[Path] = ()) -> Look:
    """Look at trees whole, and at single files, that may not be there. Raises `UntoldError`."""
    walk = _Walk(at=time.time_ns())
    for tree in trees:
        walk.tree(os.path.abspath(tree))  # noqa: PTH100 - links are left as they are
    for file in files:
        walk.path(os.path.abspath(file))  # noqa: PTH100 - as above
    fresh = {path: _hash(path) for path, mark in walk.marks.items() if _is_fresh(mark, walk.at) and _is_small(mark)}
    return Look(at=walk.at, newest=walk.newest, marks=walk.marks, hashes=fresh)


def recorded(before: Look, after: Look) -> Record:
    """Return what to keep of what was read between two looks. Raises `UntoldError` where it changed meanwhile."""
    if before.marks != after.marks:
        raise UntoldError
    if any(_is_fresh(mark, before.at) and not _is_small(mark) for mark in before.marks.values()):
        raise UntoldError
    hashes = {path: _hash(path) for path, mark in after.marks.items() if _is_small(mark)}
    if any(hashes.get(path) != digest for path, digest in before.hashes.items()):
        raise UntoldError
    return Record(at=after.at, marks=after.marks, hashes=hashes)


def unchanged_since(moment: int, seen: Look) -> bool:
    """Whether nothing of what is there had changed after a moment, nor just before it."""
    return seen.newest < moment - _TICK


def agrees(now: Look, record: Record) -> bool:
    """Whether all is as it was recorded: files are read where only that can tell."""
    if now.marks.keys() != record.marks.keys():
        return False
    for path, mark in now.marks.items():
        was = record.marks[path]
        if mark == was and not _is_fresh(mark, record.at):
            continue
        if mark[0] != _FILE or was[0] != _FILE:
            if mark != was:
                return False
            continue
        digest = record.hashes.get(path)
        if digest is None or mark[1] != was[1] or _hash(path) != digest:
            return False
    return True


def renewed(now: Look, record: Record) -> Record | None:
    """Return a record that agrees without reading what this one made us read; None where it would be the same."""
    if now.marks == record.marks and not any(_is_fresh(mark, record.at) for mark in now.marks.values()):
        return None
    return Record(at=now.at, marks=now.marks, hashes=record.hashes)


def _is_fresh(mark: Mark, at: int) -> bool:
    return mark[0] == _FILE and max(int(mark[2]), int(mark[3])) >= at - _TICK


def _is_small(mark: Mark) -> bool:
    return mark[0] == _FILE and int(mark[1]) <= _LARGEST


def _hash(path: str) -> str:
    """The SHA-256 of a file. Raises `UntoldError` where it cannot be read, or has grown."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - flags
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UntoldError from error
    if len(content) > _LARGEST:
        raise UntoldError
    return hashlib.sha256(content).hexdigest()


@dataclass(slots=True, kw_only=True)
class _Walk:
    at: int
    newest: int = 0
    marks: dict[str, Mark] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)

    def tree(self, top: str) -> None:
        real = os.path.realpath(top)
        self.path(top)
        if self.marks.get(real) == _DIRECTORY and real not in self.entered:
            self.entered.add(real)
            self._below(real)

    def path(self, path: str) -> None:
        """Mark one path, and what it leads to if it is a link."""
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                self._link(path, status)
            else:
                self._mark(path, status)
        except (FileNotFoundError, NotADirectoryError):
            self._put(path, _ABSENT)
            above = path
            while above != (above := os.path.dirname(above)):  # noqa: PTH120 - what may have held it a moment ago
                if os.path.isdir(above):  # noqa: PTH112 - as above
                    self.newest = max(self.newest, os.stat(above).st_mtime_ns)  # noqa: PTH116 - as above
                    break
        except (OSError, ValueError) as error:
            raise UntoldError from error

    def _put(self, path: str, mark: Mark) -> None:
        if len(self.marks) > _MOST:
            raise UntoldError
        self.marks[path] = mark

    def _mark(self, path: str, status: os.stat_result) -> None:
        mode = status.st_mode
        self.newest = max(self.newest, status.st_mtime_ns)
        if stat.S_ISREG(mode):
            self.newest = max(self.newest, status.st_ctime_ns)
            self._put(path, (_FILE, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        elif stat.S_ISDIR(mode):
            self._put(path, _DIRECTORY)
        else:
            self._put(path, ("other", stat.S_IFMT(mode)))

    def _link(self, path: str, status: os.stat_result) -> None:
        self.newest = max(self.newest, status.st_mtime_ns)
        real = os.path.realpath(path)
        self._put(path, ("link", os.readlink(path), real))  # noqa: PTH115 - a text, as it is written
        if real not in self.marks:
            self.path(real)

    def _below(self, top: str) -> None:
        """Mark everything below a directory, which is marked itself."""
        waiting = [top]
        while waiting:
            current = waiting.pop()
            try:
                with os.scandir(current) as listed:
                    entries = list(listed)
                self.newest = max(self.newest, os.stat(current).st_mtime_ns)  # noqa: PTH116 - a text
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISLNK(status.st_mode):
                        self._link(entry.path, status)
                        real = str(self.marks[entry.path][2])
                        # Terraform goes where a link leads, if that lies within; so do we, also where it is skipped.
                        within = real.startswith(f"{top.rstrip('/')}/")
                        if within and self.marks.get(real) == _DIRECTORY and real not in self.entered:
                            self.entered.add(real)
                            waiting.append(real)
                        continue
                    self._mark(entry.path, status)
                    if not stat.S_ISDIR(status.st_mode):
                        continue
                    if entry.name == ".terraform":
                        self.path(f"{entry.path}/{_MODULES}")
                    if entry.name not in SKIPPED and entry.path not in self.entered:
                        self.entered.add(entry.path)
                        waiting.append(entry.path)
            except (OSError, ValueError) as error:
                raise UntoldError from error
