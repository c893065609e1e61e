"""`upgrade` brings a database to this version's tables; `check` says whether it is there. Neither guesses.

Both are safe while other processes do the same: an upgrade is one transaction under a lock, on SQLite and PostgreSQL.
Alembic is imported to migrate and for nothing else: it costs a fifth of a second, and a command line that looks at the
database has nothing to migrate. Which steps there are is in the names of their files, and where a database is stands in
Alembic's own table.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table, text

from watchword.adapters.sql.database import Database
from watchword.kernel.errors import ConflictError

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as nobody else who uses this database locks the same: ASCII, cut to 63 bits.
_LOCK = int.from_bytes(b"watchwor", "big")
_REACHED = table("alembic_version", column("version_num"))


def upgrade(database: Database) -> None:
    """Bring the tables to the newest form. Raise `ConflictError` where a newer Watchword has already changed them."""
    with database.write() as connection:
        if database.kind == "postgresql":
            # Released with the transaction. Waits are bounded by the connection's own limits.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _position(connection) != "current":
            from alembic import command

            command.upgrade(_configuration(connection), "head")


def check(database: Database) -> None:
    """Return if the tables are those of this version. Raise `ConflictError` naming the one thing to do if not."""
    with database.read() as connection:
        if _position(connection) == "old":
            raise ConflictError(
                f"the database {database.url} has the tables of an older Watchword, or none yet",
                code="database.schema.old",
                hint="Start Watchword once with `watchword up`: it brings the database up to date.",
            )


def _configuration(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revisions() -> tuple[str, ...]:
    """The steps of this version, first to last."""
    return tuple(sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def _position(connection: Connection) -> str:
    """`current` or `old`; raise for what a newer version wrote."""
    known = revisions()
    present: set[str] = set()
    # Asked for first: on PostgreSQL a statement about a table that is not there would end the transaction.
    if inspect(connection).has_table(_REACHED.name):
        present = set(connection.execute(select(_REACHED.c.version_num)).scalars())
    if present == {known[-1]}:
        return "current"
    if unknown := present - set(known):
        raise ConflictError(
            "the database has the tables of a newer Watchword",
            code="database.schema.new",
            expected=f"at most {known[-1]}",
            found=", ".join(sorted(unknown)),
            hint="Install the version of Watchword that last ran on this database, or a newer one.",
        )
    return "old"
