"""The files of a directory, found and read within bounds: in order, no link followed, nothing but regular files."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Place

# What tools fetch or make; never written by the people whose repository it is.
SKIPPED: Final = frozenset(
    {".git", ".hg", ".svn", ".terraform", "node_modules", ".venv", "venv", "__pycache__", ".tox"}
)
# The largest public monorepos known to us have some 400,000 files.
MOST_FILES: Final = 1_000_000
# Deeper than people nest: Java's packages reach some twenty.
DEEPEST_DIRECTORY: Final = 60
# A template may have 1 MB (CloudFormation's quota), a dump of a cluster some more.
LARGEST: Final = 8 * 1024 * 1024


def files_below(root: Path, accepts: Callable[[str], bool]) -> tuple[list[str], list[Problem]]:
    """Return the paths below `root` whose name is accepted, relative to it, with `/`, sorted; and what was not entered.

    A path of a file is that file alone. Links are not followed: what they lead to within `root` is found there, and
    what is outside is not part of what was asked about.
    """
    if not root.is_dir():
        return ([root.name] if accepts(root.name) else []), []
    found: list[str] = []
    problems: list[Problem] = []
    seen = 0
    pending = [""]  # directories, the next one last
    while pending:
        prefix = pending.pop()
        try:
            entries = sorted(os.scandir(root / prefix), key=lambda entry: entry.name)
        except OSError as error:
            why = f"it cannot be listed: {error.strerror}"
            problems.append(Problem(ProblemKind.UNREADABLE, why, Place(prefix.rstrip("/") or ".", 0, 0)))
            continue
        directories: list[str] = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED:
                    directories.append(f"{prefix}{entry.name}/")
                continue
            seen += 1
            if accepts(entry.name):
                found.append(prefix + entry.name)
        if seen > MOST_FILES:
            why = f"more than {MOST_FILES} files; what lies after this directory was not read"
            problems.append(Problem(ProblemKind.LIMIT, why, Place(prefix.rstrip("/") or ".", 0, 0)))
            break
        if directories and prefix.count("/") >= DEEPEST_DIRECTORY:
            why = f"more than {DEEPEST_DIRECTORY} directories deep; what lies deeper was not read"
            problems.append(Problem(ProblemKind.LIMIT, why, Place(prefix.rstrip("/"), 0, 0)))
            continue
        pending.extend(reversed(directories))
    return found, problems


def read_file(root: Path, relative: str) -> tuple[bytes | None, Problem | None]:
    """Return a file's bytes, at most `LARGEST` and one; None for a link or no regular file; or why it failed."""
    path = root / relative if root.is_dir() else root
    try:
        # Not blocking: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            return None, None
        return None, _unreadable(relative, error)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None, None
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(LARGEST + 1), None
    except OSError as error:
        return None, _unreadable(relative, error)
    finally:
        os.close(descriptor)


def _unreadable(relative: str, error: OSError) -> Problem:
    return Problem(ProblemKind.UNREADABLE, f"cannot be read: {error.strerror}", Place(relative, 0, 0))
