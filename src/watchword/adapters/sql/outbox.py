"""Records that were left with the change they tell of, until a batch of the ledger takes them.

Whoever changes something writes the record's body in the transaction of the change; whoever commits a batch deletes it
in the transaction of the batch, under the lock of the ledger's head. So each body is recorded once: a process killed in
between leaves the row, and the next batch of any process takes it.
"""

from sqlalchemy import Connection, delete, insert, select

from watchword.adapters.sql.tables import ledger_outbox

_NUMBER = ledger_outbox.c.number
_INSERT = insert(ledger_outbox)


def leave(connection: Connection, body: bytes) -> None:
    """Leave the body of one record, in a transaction that the caller commits."""
    connection.execute(_INSERT, {"body": body})


def take(connection: Connection, limit: int) -> tuple[bytes, ...]:
    """Take at most `limit` bodies, oldest first, in a transaction that holds the ledger's head.

    Without that lock two could take the same on PostgreSQL, where the second waits and then finds nothing.
    """
    oldest = select(_NUMBER).order_by(_NUMBER).limit(limit)
    rows = connection.execute(
        delete(ledger_outbox).where(_NUMBER.in_(oldest.scalar_subquery())).returning(_NUMBER, ledger_outbox.c.body)
    ).all()
    # What is returned has no order of its own.
    return tuple(bytes(body) for _, body in sorted(rows, key=lambda row: int(row[0])))
