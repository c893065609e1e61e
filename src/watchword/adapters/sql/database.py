"""One database, two kinds: `sqlite:///path` on one machine, `postgresql+psycopg://…` for replicas.

What every caller may rely on, on both:

- `with database.write() as connection` is one transaction: all of it is durable when the block ends, or nothing of it
  happened. Writers of one SQLite file, in any number of processes, take turns (`BEGIN IMMEDIATE`).
- `with database.read() as connection` sees one snapshot and cannot write.
- Nothing waits for ever: connecting, statements and locks have their limits.
- The database may go away and come back: what was asked meanwhile raised `UnavailableError`, the next call works again.
- No exception of SQLAlchemy or of a driver leaves the block, and no message carries a password or a value.

What a caller must know: an `UnavailableError` out of `write()` on PostgreSQL may come after the server committed, when
the connection broke before its answer arrived. Whoever repeats a write asks first whether it is there.

Example::

    database = Database.open("sqlite:////var/lib/watchword/watchword.db")
    upgrade(database)
    with database.read() as connection:
        connection.execute(select(...))
"""

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from watchword.kernel.clock import monotonic
from watchword.kernel.errors import (
    ConflictError,
    DefectError,
    InvalidInputError,
    UnavailableError,
    WatchwordError,
)

Kind = Literal["sqlite", "postgresql"]

# A statement of ours reads or writes a few rows; one that takes this long means that the database is not well.
STATEMENT_TIMEOUT = timedelta(seconds=10)
# SQLite has one writer at a time; a ledger batch takes milliseconds, so a wait this long means a stuck process.
LOCK_TIMEOUT = timedelta(seconds=5)
CONNECT_TIMEOUT = timedelta(seconds=5)
_POOL_SIZE = 5
_POOL_OVERFLOW = 10
_WRITE = "watchword_write"
# A switch takes a few milliseconds, of which SQLite tells nobody the end.
_SWITCH_AGAIN_AFTER = 0.01


class Database:
    """A pool of connections to one database. Thread-safe; not to be carried over a fork."""

    def __init__(self, engine: Engine, *, kind: Kind) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{_WRITE: True})
        self._reading = (
            engine
            if kind == "sqlite"
            else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )
        self.kind: Kind = kind

    @classmethod
    def open(
        cls,
        url: str,
        *,
        statement_timeout: timedelta = STATEMENT_TIMEOUT,
        lock_timeout: timedelta = LOCK_TIMEOUT,
    ) -> Self:
        """Raise `InvalidInputError` for a URL of another kind. Nothing is connected to yet, so nothing is checked."""
        try:
            parsed = make_url(url)
        except exc.ArgumentError:
            # The text is not repeated: it may hold a password.
            raise InvalidInputError("not a database URL", code="database.url", expected=_EXPECTED_URL) from None
        match parsed.get_backend_name():
            case "sqlite":
                return cls(_sqlite(parsed, lock_timeout), kind="sqlite")
            case "postgresql":
                return cls(_postgresql(parsed, statement_timeout, lock_timeout), kind="postgresql")
            case other:
                raise InvalidInputError(
                    "no such kind of database", code="database.url", expected=_EXPECTED_URL, found=repr(other)
                )

    @property
    def url(self) -> str:
        """Where it is, without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot, read only. Raise `UnavailableError` where the database does not answer."""
        with self._translated(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, durable when the block ends.

        Raise `ConflictError` (`database.integrity`) where a constraint does not hold, `UnavailableError` where the
        database does not answer, is full or is read-only.
        """
        with self._translated(), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.SQLAlchemyError as error:
            raise self._translate(error) from error

    def _translate(self, error: exc.SQLAlchemyError) -> WatchwordError:
        # Only the driver's first line is shown: what follows it may quote the values of a row.
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        said = str(cause).strip().partition("\n")[0]
        match error:
            case exc.IntegrityError():
                return ConflictError("the database's rules forbid this", code="database.integrity", found=said)
            case exc.ProgrammingError() | exc.DataError() | exc.NotSupportedError():
                return _refused_statement(said)
            # SQLite's code for a statement that is wrong, its tables included; all else has a code of its own.
            case exc.OperationalError() if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
                return _refused_statement(said)
            case exc.DBAPIError() | exc.TimeoutError():
                return UnavailableError(
                    f"the database {self.url} cannot be used: {said}", code="database.unavailable", hint=_hint(said)
                )
            case _:
                return DefectError(f"the database was used wrongly: {said}", code="database.usage")


_EXPECTED_URL = "sqlite:///path or postgresql+psycopg://user@host/database"


def _refused_statement(said: str) -> DefectError:
    return DefectError(
        f"the database refused a statement: {said}",
        code="database.statement",
        hint="Run `watchword doctor`: the tables may not be those of this version.",
    )


def _hint(said: str) -> str:
    lowered = said.lower()
    if "full" in lowered or "no space" in lowered:
        return "Free space on the database's disk."
    if "readonly" in lowered or "read-only" in lowered or "unable to open" in lowered or "permission" in lowered:
        return "Let the user that runs Watchword write to the database and its directory."
    if "not a database" in lowered or "malformed" in lowered:
        return "The file is damaged or another program's: restore it from a backup."
    if "locked" in lowered:
        return "Another process holds the database: find it, and see whether it is stuck."
    return "See whether the database is running and can be reached."


def sqlite_url(path: Path) -> str:
    """The URL of a file, whatever characters its name has."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _sqlite(url: URL, lock_timeout: timedelta) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise InvalidInputError(
            "the record has to outlive the process", code="database.url", expected="sqlite:///path of a file"
        )
    path = Path(url.database)
    seconds = lock_timeout.total_seconds()
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": seconds, "check_same_thread": False},
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_OVERFLOW,
        pool_timeout=CONNECT_TIMEOUT.total_seconds(),
    )

    @event.listens_for(engine, "do_connect")
    def create_private(*_: object) -> None:
        # SQLite makes its files with the umask's mode; -wal and -shm take the mode of the file itself.
        with contextlib.suppress(OSError):  # SQLite says it better: "unable to open database file"
            _create_private(path)

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver must not begin or commit by itself: `begin` below says how.
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            _write_ahead(cursor, within=seconds)
            # In WAL mode only FULL makes each commit survive a loss of power.
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA foreign_keys = ON")
            # A schema in a damaged or foreign file must not run functions of ours.
            cursor.execute("PRAGMA trusted_schema = OFF")
        finally:
            cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITE):
            connection.exec_driver_sql("PRAGMA query_only = OFF")
            # A deferred transaction that turns to writing fails at once if another wrote meanwhile; this one waits.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.exec_driver_sql("BEGIN")

    return engine


def _create_private(path: Path) -> None:
    """Make an empty file of our mode where there is none, and never open one that is there.

    Closing *any* descriptor of a file drops all POSIX locks that the process holds on it. SQLite would go on believing
    in its locks, another process would take the log for abandoned, and the database would be damaged
    (https://www.sqlite.org/howtocorrupt.html, 2.2). So the file is made under another name, closed, and given its own.
    """
    if path.exists():
        return
    descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    os.close(descriptor)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass  # another process or thread was first
    finally:
        Path(fresh).unlink()


def _write_ahead(cursor: DBAPICursor, *, within: float) -> None:
    """Switch to WAL. Where two processes switch a new file at once, SQLite does not wait by itself: so look first, and
    again where the other was quicker."""
    end = monotonic() + within
    while True:
        cursor.execute("PRAGMA journal_mode")
        (mode,) = cursor.fetchone() or ("unknown",)
        if mode == "wal":
            return
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            (mode,) = cursor.fetchone() or ("unknown",)
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
        time.sleep(_SWITCH_AGAIN_AFTER)
    if mode != "wal":
        raise sqlite3.OperationalError(f"the file system does not support write-ahead logging (journal mode {mode})")


def _postgresql(url: URL, statement_timeout: timedelta, lock_timeout: timedelta) -> Engine:
    options = {
        "statement_timeout": _ms(statement_timeout),
        "lock_timeout": _ms(lock_timeout),
        # A process of ours that hangs in a transaction must not keep the others waiting for ever.
        "idle_in_transaction_session_timeout": _ms(statement_timeout * 3),
        # Acknowledged means on disk, whatever the server's default says.
        "synchronous_commit": "on",
        "timezone": "UTC",
    }
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": int(CONNECT_TIMEOUT.total_seconds()),
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "watchword",
            # Notice a server whose machine has gone: no answer to sent data for as long as a statement may take.
            "tcp_user_timeout": _ms(statement_timeout),
            "keepalives_idle": 10,
        },
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_OVERFLOW,
        pool_timeout=CONNECT_TIMEOUT.total_seconds(),
        # Connections that died while the server was away are replaced before they are used.
        pool_pre_ping=True,
    )


def _ms(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
