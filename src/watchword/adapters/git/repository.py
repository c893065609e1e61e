"""Reads a repository by the `git` on PATH. Nothing in the repository is trusted: names, links and sizes are checked.

git itself is asked with plumbing commands alone, with replacements, hooks, filters and lazy fetches off.
"""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError

_TIMEOUT: Final = 60  # seconds; a blame of a long history takes some
_LARGEST: Final = 4 * 1024 * 1024  # bytes of a blob; what is larger is not configuration, and front-ends refuse it
_MOST_FILES: Final = 100_000
_LINK, _SUBMODULE = "120000", "160000"
_BLAMED: Final = re.compile(r"([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$")  # a line of the file's own begins with a tab
_NOT_COMMITTED: Final = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blob:
    mode: str
    object_id: str
    size: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository by its working tree's top directory. `environment` is that of the git that is run."""

    top: Path
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def around(cls, path: Path, environment: Mapping[str, str]) -> "Repository":
        """Return the repository that a path lies in. `environment` is ours, of which git gets a part.

        Raises `NotFoundError` where it lies in none.
        """
        directory = path if path.is_dir() else path.parent
        kept = _kept(environment)
        done = _git(directory, kept, "rev-parse", "--show-toplevel", refused="")
        if not done:
            raise NotFoundError(f"{path}: not in a git repository", code="git.no_repository")
        return cls(top=Path(done.decode("utf-8", "surrogateescape").removesuffix("\n")), environment=kept)

    def commit(self, revision: str) -> str:
        """Return the commit that a revision names. Raises `InvalidInputError` where there is none."""
        done = _git(
            self.top,
            self.environment,
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            revision + "^{commit}",
            refused="",
        )
        if not done:
            raise InvalidInputError(
                f"{revision}: no such revision",
                code="git.no_revision",
                hint="a shallow clone has few: git fetch --unshallow (on GitHub: fetch-depth: 0)",
            )
        return done.decode("ascii").strip()

    def write_tree(self, commit: str, into: Path, wanted: Callable[[str, int], bool]) -> int:
        """Write the files of a commit's tree below `into`, and return how many. `wanted` is asked of path and size."""
        blobs = [b for b in self._blobs(commit) if b.size <= _LARGEST and _is_plain(b.path) and wanted(b.path, b.size)]
        if len(blobs) > _MOST_FILES:
            raise InvalidInputError(f"{commit}: more than {_MOST_FILES} files", code="git.too_many")
        for blob, content in zip(blobs, self._contents(blobs), strict=True):
            target = into / blob.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if blob.mode == _LINK:
                link = content.decode("utf-8", "surrogateescape")
                if _stays_inside(blob.path, link):
                    target.symlink_to(link)
            else:
                target.write_bytes(content)
        return len(blobs)

    def origins(self, file: Path) -> dict[int, tuple[str, date]]:
        """Return who wrote each line of a file, and when. Lines that are not committed are left out."""
        told = _git(
            self.top, self.environment, "blame", "--porcelain", "--no-textconv", "--", str(file.resolve()), refused=""
        )
        mails: dict[str, str] = {}
        days: dict[str, date] = {}
        lines: dict[int, str] = {}
        commit = ""
        for line in told.decode("utf-8", "replace").split("\n"):
            if match := _BLAMED.match(line):
                commit = match[1]
                lines[int(match[2])] = commit
            elif line.startswith("author-mail "):
                mails[commit] = line.removeprefix("author-mail ").strip("<>")
            elif line.startswith("author-time "):
                days[commit] = datetime.fromtimestamp(int(line.removeprefix("author-time ")), tz=UTC).date()
        return {
            number: (mails[commit], days[commit])
            for number, commit in lines.items()
            if commit != _NOT_COMMITTED and commit in mails and commit in days
        }

    def _blobs(self, commit: str) -> Iterator[_Blob]:
        listed = _git(self.top, self.environment, "ls-tree", "-r", "-z", "--long", "--full-tree", commit)
        for entry in listed.split(b"\0"):
            if not entry:
                continue
            head, _, name = entry.partition(b"\t")
            mode, _, object_id, size = head.decode("ascii").split()
            if mode != _SUBMODULE:
                yield _Blob(
                    mode=mode, object_id=object_id, size=int(size), path=name.decode("utf-8", "surrogateescape")
                )

    def _contents(self, blobs: list[_Blob]) -> Iterator[bytes]:
        """Yield the contents, one at a time: asked and read in turns, so that neither pipe fills."""
        with subprocess.Popen(
            [*_COMMAND, "cat-file", "--batch"],
            cwd=self.top,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            asked, answered = process.stdin, process.stdout
            if asked is None or answered is None:
                raise UnavailableError("git gave no pipes", code="git.failed")
            for blob in blobs:
                asked.write(f"{blob.object_id}\n".encode("ascii"))
                asked.flush()
                yield _content(answered, blob)
            asked.close()


_COMMAND: Final = (
    "git",
    "--no-replace-objects",
    "--no-optional-locks",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
)


def _content(answered: IO[bytes], blob: _Blob) -> bytes:
    header = answered.readline().split()
    if len(header) != 3 or header[1] != b"blob":  # noqa: PLR2004 - id, type, size
        raise UnavailableError(f"{blob.path}: git has no object {blob.object_id}", code="git.failed")
    content = answered.read(int(header[2]))
    answered.read(1)
    return content


def _git(directory: Path, environment: Mapping[str, str], *arguments: str, refused: str | None = None) -> bytes:
    """Run git and return what it prints; where it fails, `refused` if given, else raise."""
    try:
        done = subprocess.run(
            [*_COMMAND, *arguments],
            cwd=directory,
            env=environment,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError as error:
        raise UnavailableError("git is not on PATH", code="git.missing") from error
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"git {arguments[0]} took more than {_TIMEOUT} s", code="git.slow") from error
    if done.returncode:
        if refused is not None:
            return refused.encode()
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UnavailableError(f"git {arguments[0]}: {told[-1] if told else 'failed'}", code="git.failed")
    return done.stdout


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    """Without git's variables that name another repository; no prompt, no fetch of what a partial clone lacks."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def _is_plain(path: str) -> bool:
    """A tree made by hand may hold any name: nothing that leads out of where it is written."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and not {"..", ".", ".git"} & set(parts) and "\\" not in path


def _stays_inside(path: str, link: str) -> bool:
    if link.startswith("/") or "\\" in link:
        return False
    depth = len(PurePosixPath(path).parts) - 1
    for part in PurePosixPath(link).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return False
    return True
