"""`upgrade` brings a database to this version's tables; `check` says whether it is there. Neither guesses.

Both are safe while other processes do the same: an upgrade is one transaction under a lock, on SQLite and PostgreSQL.
Alembic is imported when it is first needed: it costs a tenth of a second that `watchword --help` does not have.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from watchword.adapters.sql.database import Database
from watchword.kernel.errors import ConflictError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as nobody else who uses this database locks the same: ASCII, cut to 63 bits.
_LOCK = int.from_bytes(b"watchwor", "big")


def upgrade(database: Database) -> None:
    """Bring the tables to the newest form. Raise `ConflictError` where a newer Watchword has already changed them."""
    from alembic import command

    with database.write() as connection:
        if database.kind == "postgresql":
            # Released with the transaction. Waits are bounded by the connection's own limits.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = _configuration(connection)
        if _position(config, connection) != "current":
            command.upgrade(config, "head")


def check(database: Database) -> None:
    """Return if the tables are those of this version. Raise `ConflictError` naming the one thing to do if not."""
    with database.read() as connection:
        if _position(_configuration(connection), connection) == "old":
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


def _position(config: "Config", connection: Connection) -> str:
    """`current` or `old`; raise for what a newer version wrote."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    present = set(MigrationContext.configure(connection).get_current_heads())
    if present == set(script.get_heads()):
        return "current"
    unknown = present - _revisions(script)
    if unknown:
        raise ConflictError(
            "the database has the tables of a newer Watchword",
            code="database.schema.new",
            expected=f"at most {', '.join(script.get_heads())}",
            found=", ".join(sorted(unknown)),
            hint="Install the version of Watchword that last ran on this database, or a newer one.",
        )
    return "old"


def _revisions(script: "ScriptDirectory") -> set[str]:
    return {step.revision for step in script.walk_revisions()}
