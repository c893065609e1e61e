"""Run by Alembic for each command: hands the steps the connection that `schema.upgrade` opened and locked."""

from alembic import context
from sqlalchemy import Connection

_connection = context.config.attributes["connection"]
if not isinstance(_connection, Connection):
    raise TypeError("migrations run through watchword.adapters.sql.schema, which holds the lock")
context.configure(
    connection=_connection,
    # The caller's transaction holds every step, on SQLite too: all of an upgrade happens, or nothing.
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
