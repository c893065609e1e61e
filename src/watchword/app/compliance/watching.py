"""Sees that files changed, by asking their names, sizes and times again and again. Nothing of them is read.

    watch = FileWatch(estate_paths)
    watch.changes()        # () as long as nothing did; else some of what changed, in words

Asking costs time that grows with the tree: who asks is told how long it took (`seconds`), and asks less often then.
What a front-end reads counts, and waivers and settings beside it; so does git's HEAD, since a commit changes who
answers for a line. A directory that cannot be read has no files: that is a change, and the pass says what is wrong.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from watchword.app.assessing import SETTINGS_FILE
from watchword.app.posture import SKIPPED, is_looked_for
from watchword.app.scanning import WAIVER_FILE
from watchword.kernel.clock import monotonic

_MOST: Final = 200_000  # files that are watched; what is beyond is seen by the schedule alone
_TOLD: Final = 3  # names that are told of what changed

_Stamp = tuple[int, int, int]  # modified (ns), size, inode: a file that is replaced within a tick has another inode


class FileWatch:
    """What the files of some paths looked like when they were last asked."""

    def __init__(self, paths: Sequence[Path], others: Sequence[Path] = ()) -> None:
        self._paths = tuple(paths)
        self._others = tuple(others)
        self._looked_for = cache(is_looked_for)
        self.seconds = 0.0
        is_looked_for("")  # what this loads on its first call is no time that looking takes
        self._known: Mapping[str, _Stamp] = self._look()

    def changes(self) -> tuple[str, ...]:
        """Return names of some of what changed since the last call; none where nothing did."""
        now = self._look()
        before, self._known = self._known, now
        if now == before:
            return ()
        changed = {name for name, stamp in now.items() if before.get(name) != stamp} | (before.keys() - now.keys())
        # One commit writes two files of git's.
        names = [name for name in sorted(changed) if not _is_commit(name)]
        told = [*(["a commit"] if len(names) < len(changed) else []), *map(_short, names)]
        return (*told[:_TOLD], f"{len(told) - _TOLD} more") if len(told) > _TOLD else tuple(told)

    def _look(self) -> dict[str, _Stamp]:
        began = monotonic()
        found: dict[str, _Stamp] = {}
        for path in (*self._paths, *self._others):
            for name, status in _files(path):
                base = os.path.basename(name)  # noqa: PTH119 - a hundred thousand times a look
                if path in self._others or path.is_file() or self._wanted(base):
                    found[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
                if len(found) >= _MOST:
                    break
            for head in _heads(path):
                _stamp(found, head)
        self.seconds = monotonic() - began
        return found

    def _wanted(self, name: str) -> bool:
        return name in {WAIVER_FILE, SETTINGS_FILE} or self._looked_for(name)


def _files(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Files below a path, links not followed. What cannot be read is left out."""
    if not path.is_dir():
        try:
            yield str(path), path.stat()
        except OSError:
            return
        return
    waiting = [str(path)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED:
                        waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path, entry.stat(follow_symlinks=False)
            except OSError:
                continue


def _heads(path: Path) -> tuple[Path, ...]:
    """What git writes at each commit and checkout of the tree that a path lies in."""
    for directory in (path, *path.parents):
        git = directory / ".git"
        if git.is_dir():
            return git / "HEAD", git / "logs" / "HEAD"
        if git.is_file():  # a worktree: "gitdir: …"
            try:
                named = git.read_text("utf-8").removeprefix("gitdir:").strip()
            except (OSError, ValueError):
                return ()
            return directory / named / "HEAD", directory / named / "logs" / "HEAD"
    return ()


def _stamp(found: dict[str, _Stamp], path: Path) -> None:
    try:
        status = path.stat()
    except OSError:
        return
    found[str(path)] = (status.st_mtime_ns, status.st_size, status.st_ino)


def _is_commit(name: str) -> bool:
    return name.endswith("/HEAD")  # also that of a worktree; no file that is looked for is called so


def _short(name: str) -> str:
    """The end of a path, which tells people most."""
    return "/".join(name.split("/")[-2:])
