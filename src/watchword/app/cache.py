"""What was worked out before, kept in a directory that this user alone can write: texts by the hash of what made them.

    cache = Cache(Path("~/.cache/watchword").expanduser())
    content = cache.get(key)          # None: not there, or not to be trusted
    cache.put(key, content)           # never raises for what a disk does; `cache.trouble` says it

Whoever can write here can say what a scan answers. So:

1. the directory must be a directory, ours, and closed to everybody else (0700); each entry must be a regular file, ours
   and closed to everybody else. What is not is not read, and nothing is written there. Checked on what was opened.
2. An entry begins with a hash over its key and its content. It finds what a disk or a crash did to it. It is no defence
   against somebody who may write here: that is this user, who can change Watchword itself as well.
3. An entry is bytes, for its reader to parse with `json`; nothing in it is run.
4. An entry is written beside its place and moved there, so that readers see all of it or nothing. Of two that write one
   key the later wins; both wrote what the same inputs gave.
5. The oldest go when there are too many or they are too large.
"""

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_MARK: Final = b"watchword-cache/1\n"
_PRIVATE: Final = 0o700
_LARGEST: Final = 16 * 1024 * 1024  # bytes of an entry: what is larger is read from a disk no faster than it is made
_MOST_BYTES: Final = 256 * 1024 * 1024
_MOST_ENTRIES: Final = 2_000
_KEPT: Final = 0.8  # of what is allowed, after the oldest went: so that not each entry that comes makes one go
_BESIDE: Final = ".new-"
_ABANDONED: Final = 3600  # seconds after which nobody writes to what was being written


class Cache:
    """One directory. `trouble` says why it is not used, for whoever asked for it; empty while nothing is wrong."""

    def __init__(self, directory: Path, *, most_bytes: int = _MOST_BYTES, most_entries: int = _MOST_ENTRIES) -> None:
        self._directory = directory
        self._most_bytes = most_bytes
        self._most_entries = most_entries
        self.trouble = ""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under a key; None where there is nothing that can be trusted."""
        directory = self._open(make=False)
        if directory is None:
            return None
        try:
            return _read(directory, key)
        except OSError:
            return None
        finally:
            os.close(directory)

    def put(self, key: str, content: bytes) -> bool:
        """Keep it, and return whether that was done: not what is too large, nor where the disk does not let us."""
        if len(content) > _LARGEST:
            return False
        directory = self._open(make=True)
        if directory is None:
            return False
        try:
            _write(directory, key, content)
            self._evict(directory)
        except OSError as error:
            self.trouble = f"{self._directory}: {error.strerror or error}"
            return False
        else:
            return True
        finally:
            os.close(directory)

    def _open(self, *, make: bool) -> int | None:
        try:
            if make:
                self._directory.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileExistsError):
                    self._directory.mkdir(mode=_PRIVATE)
            directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.trouble = f"{self._directory}: {error.strerror or error}"
            return None
        if not _is_ours(os.fstat(directory)):
            os.close(directory)
            self.trouble = f"{self._directory} can be used by others, or is not yours: make it yours alone (chmod 700)"
            return None
        return directory

    def _evict(self, directory: int) -> None:
        entries: list[tuple[float, int, str]] = []
        with os.scandir(directory) as listed:
            for entry in listed:
                with suppress(OSError):  # another process may have taken it away
                    status = entry.stat(follow_symlinks=False)
                    entries.append((status.st_mtime, status.st_size, entry.name))
        entries.sort(reverse=True)
        newest = entries[0][0] if entries else 0.0
        size = sum(entry[1] for entry in entries)
        crowded = size > self._most_bytes or len(entries) > self._most_entries
        held, number = 0, 0
        for changed, length, name in entries:
            held, number = held + length, number + 1
            most_bytes, most_entries = self._most_bytes * _KEPT, self._most_entries * _KEPT
            excess = crowded and number > 1 and (held > most_bytes or number > most_entries)
            if excess or (name.startswith(_BESIDE) and newest - changed > _ABANDONED):
                with suppress(OSError):
                    os.unlink(name, dir_fd=directory)


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _read(directory: int, key: str) -> bytes | None:
    # Not blocking: a pipe in place of an entry would be waited for.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with open(os.open(key, flags, dir_fd=directory), "rb") as file:  # noqa: PTH123 - a name within an open directory
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or not _is_ours(status):
            return None
        content = file.read(len(_MARK) + 32 + _LARGEST + 1)
        with suppress(OSError):
            os.utime(file.fileno())  # used just now: the last to be evicted
    body = content[len(_MARK) + 32 :]
    return body if content == _sealed(key, body) else None


def _write(directory: int, key: str, content: bytes) -> None:
    beside = f"{_BESIDE}{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(beside, flags, 0o600, dir_fd=directory), "wb") as file:  # noqa: PTH123 - as above
            file.write(_sealed(key, content))
        os.replace(beside, key, src_dir_fd=directory, dst_dir_fd=directory)
    except OSError:
        with suppress(OSError):
            os.unlink(beside, dir_fd=directory)
        raise


def _sealed(key: str, content: bytes) -> bytes:
    return _MARK + hashlib.sha256(f"{key}\n".encode() + content).digest() + content
