"""The state directory: everything that one Watchword remembers, in one place that is easy to back up and to guard.

    keys/            private keys, 0600
    run/             sockets and pid files of the running processes, 0700; meaningless once they have stopped
    envoy/           the bootstrap and the files that Envoy watches
    applied/         the configuration that is being served: a copy, so that editing files changes nothing until `apply`
    tls/             the development authority and its certificate, where that is in use
    logs/            what the processes say
    compliance/      passes over estates, and what they found
    reports/         reports of runtime compliance, unless the configuration names another place
    watchword.db     the database, unless `database:` names another

The directory is made 0700 and refused if somebody else owns it. `hold()` takes a lock, so that no two supervisors serve
from one directory.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

_PRIVATE = 0o700
# sun_path holds 104 bytes on macOS and 108 on Linux, the closing NUL included; our longest socket name follows.
_SUN_PATH = 103
_LONGEST_SOCKET = "run/envoy-admin.sock"


@dataclass(frozen=True, slots=True)
class StateDirectory:
    """Paths below one root. Nothing is created until `prepare()`."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def envoy(self) -> Path:
        return self.root / "envoy"

    @property
    def applied(self) -> Path:
        return self.root / "applied"

    @property
    def tls(self) -> Path:
        return self.root / "tls"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def compliance(self) -> Path:
        return self.root / "compliance"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def database(self) -> Path:
        return self.root / "watchword.db"

    @property
    def check_socket(self) -> Path:
        return self.run / "check.sock"

    @property
    def pages_socket(self) -> Path:
        return self.run / "pages.sock"

    @property
    def streams_socket(self) -> Path:
        return self.run / "streams.sock"

    @property
    def control_socket(self) -> Path:
        return self.run / "control.sock"

    @property
    def admin_socket(self) -> Path:
        return self.run / "envoy-admin.sock"

    @property
    def sample_socket(self) -> Path:
        return self.run / "sample.sock"

    def prepare(self) -> None:
        """Create what is missing, with private modes.

        Raises `InvalidInputError` (`state.path-too-long`, `state.not-a-directory`), `UnavailableError`
        (`state.unwritable`, `state.foreign-owner`).
        """
        longest = len(os.fsencode(self.root / _LONGEST_SOCKET))
        if longest > _SUN_PATH:
            raise InvalidInputError(
                f"the state directory's path is too long for Unix sockets: {self.root}",
                code="state.path-too-long",
                expected=f"at most {_SUN_PATH - len(_LONGEST_SOCKET) - 1} bytes",
                found=f"{len(os.fsencode(self.root))} bytes",
                hint="choose a shorter one with --state DIR",
            )
        try:
            self.root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            owner = self.root.stat()
            if owner.st_uid != os.geteuid():
                raise UnavailableError(
                    f"the state directory belongs to another user: {self.root}",
                    code="state.foreign-owner",
                    expected=f"owner {os.geteuid()}",
                    found=f"owner {owner.st_uid}",
                    hint="run as its owner, or choose another with --state DIR",
                )
            if stat.S_IMODE(owner.st_mode) & 0o077:
                self.root.chmod(_PRIVATE)
            for folder in (self.keys, self.run, self.envoy, self.logs, self.tls):
                folder.mkdir(mode=_PRIVATE, exist_ok=True)
                folder.chmod(_PRIVATE)
        except FileExistsError as error:
            raise InvalidInputError(
                f"not a directory: {error.filename}",
                code="state.not-a-directory",
                hint="choose another with --state DIR",
            ) from error
        except NotADirectoryError as error:
            raise InvalidInputError(
                f"a part of the path is a file: {self.root}",
                code="state.not-a-directory",
                hint="choose another with --state DIR",
            ) from error
        except OSError as error:
            raise UnavailableError(
                f"the state directory cannot be written: {self.root}: {error.strerror}",
                code="state.unwritable",
                hint="make it writable, or choose another with --state DIR",
            ) from error

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the directory for one supervisor. Raises `ConflictError` (`state.in-use`) if another one has it."""
        descriptor = os.open(self.run / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in {errno.EAGAIN, errno.EACCES}:
                    raise
                raise ConflictError(
                    f"another Watchword is running from {self.root}",
                    code="state.in-use",
                    hint="stop it first, or choose another directory with --state DIR",
                ) from error
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
            yield
        finally:
            os.close(descriptor)

    def held_by(self) -> int | None:
        """Return the process id of the supervisor that serves from here, or None if none does."""
        try:
            descriptor = os.open(self.run / "supervisor.lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            text = os.read(descriptor, 32).decode("ascii", "replace").strip()
            return int(text) if text.isdigit() else None
        else:
            return None
        finally:
            os.close(descriptor)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all, and durable when this returns."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
