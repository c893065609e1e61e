"""The copy of what was scanned in which fixes are tried: nothing of it is written back."""

import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from watchword.app.posture import is_looked_for, read_path
from watchword.evidence.posture import Check, judge
from watchword.evidence.posture.fixes import State
from watchword.inventory.edits import Refusal
from watchword.kernel.errors import UnavailableError

_LARGEST_OTHER: Final = 256 * 1024  # bytes of a file that only a function of a front-end's may read
_MOST_COPIED: Final = 1024**3  # bytes of a copy; a large monorepo has some ten million of what is read
_DEEPEST_MODULE: Final = 3  # directories below a module that lies elsewhere: its templates
# A module that lies in a directory of this machine, in both forms of Terraform's.
_LOCAL_MODULE = re.compile(rb'source"?\s*+[=:]\s*+"(\.\.?/[^"\n]*+)"')
_SKIPPED: Final = frozenset({".git", ".venv", "__pycache__", "node_modules"})


class Copy:
    """A copy of what was scanned, under the same path, so that what hangs on where it lies stays as it is."""

    __slots__ = ("_at", "_base", "_path")

    def __init__(self, scratch: Path, path: Path) -> None:
        alone = path.is_file()
        directory = (path.parent if alone else path).resolve()
        self._base = scratch.joinpath(*directory.parts[1:])
        self._path = self._base / path.name if alone else self._base
        self._at: dict[str, bytes | None] = {}  # what was put in place of what
        self._base.mkdir(parents=True)
        _Copying(directory, self._base).run(deep=not alone)

    def state(self, contents: Mapping[str, bytes], checks: Sequence[Check]) -> State:
        """Read and judge with these files in place of those that were there."""
        for name in [name for name in self._at if name not in contents]:
            self._put(name, self._at.pop(name))
        for name, content in contents.items():
            if name not in self._at:
                path = self._base / name
                self._at[name] = path.read_bytes() if path.is_file() else None
            self._put(name, content)
        inventory = read_path(self._path).inventory
        return State.of(judge(checks, inventory), inventory)

    def _put(self, name: str, content: bytes | None) -> None:
        path = self._base / name
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class _Copying:
    """Copies what front-ends may read of a directory, and the local modules outside of it that it calls."""

    __slots__ = ("_copied", "_left", "_source", "_target")

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source
        self._target = target  # the same path, elsewhere: what lies beside the source lies beside it too
        self._copied: set[Path] = set()
        self._left = _MOST_COPIED

    def run(self, *, deep: bool) -> None:
        """Raise `Refusal` where there is too much, `UnavailableError` where it cannot be written."""
        try:
            waiting = list(self._directory(self._source, deep=deep))
            while waiting:
                module = waiting.pop()
                # A stranger's source may name any directory: only what holds Terraform is one's module.
                if module not in self._copied and any(module.glob("*.tf*")):
                    waiting.extend(self._directory(module, deep=True, deepest=_DEEPEST_MODULE))
        except OSError as error:
            why = f"cannot copy what was scanned: {error.strerror or error}"
            raise UnavailableError(why, code="fix.copy", hint="fixes are tried in the temporary directory") from error

    def _directory(self, top: Path, *, deep: bool, deepest: int | None = None) -> Iterator[Path]:
        """Copy a directory; yield the directories outside of the source that it names as modules."""
        for directory, names, files in os.walk(top):
            here = Path(directory)
            there = self._elsewhere(here)
            self._copied.add(here)
            links = [name for name in names if (here / name).is_symlink()]
            further = deep and (deepest is None or len(here.relative_to(top).parts) < deepest)
            names[:] = [name for name in names if further and name not in _SKIPPED and name not in links]
            there.mkdir(parents=True, exist_ok=True)
            for name in (*links, *files):
                yield from self._file(here / name, there / name)

    def _file(self, path: Path, copy: Path) -> Iterator[Path]:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            leads = path.readlink()
            inside = leads.is_absolute() and leads.is_relative_to(self._source)
            copy.symlink_to(self._elsewhere(leads) if inside else leads)
        elif stat.S_ISREG(status.st_mode) and (status.st_size <= _LARGEST_OTHER or is_looked_for(path.name)):
            self._left -= status.st_size
            if self._left < 0:
                raise Refusal(f"what was scanned has more than {_MOST_COPIED} bytes to be tried in")
            try:
                shutil.copyfile(path, copy)
            except PermissionError:
                return  # the reader has said so
            if path.suffix == ".tf" or path.name.endswith(".tf.json"):
                for found in _LOCAL_MODULE.finditer(copy.read_bytes()):
                    module = Path(os.path.normpath(path.parent / os.fsdecode(found[1])))
                    if not module.is_relative_to(self._source):
                        yield module

    def _elsewhere(self, path: Path) -> Path:
        return self._target / os.path.relpath(path, self._source)
