"""The ledger's batches in the database: one row a group commit, so that a thousand records cost one insert."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from watchword.adapters.sql import outbox
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.tables import ledger_batch, ledger_head
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import HASH_SIZE, Batch, TreeHead
from watchword.evidence.ledger.ports import Seal
from watchword.kernel.errors import ConflictError

_BatchRow = Row[int, int, int, datetime, bytes, bytes, bytes, bytes]

# Rows read at once while walking: at the largest, 32 rows of 4 MiB.
_PAGE = 32

_HEAD = select(ledger_head.c.batches, ledger_head.c.size, ledger_head.c.root, ledger_head.c.frontier).where(
    ledger_head.c.id == 1
)
# On SQLite the transaction has the lock already, and there the clause is left out.
_LOCKED_HEAD = _HEAD.with_for_update()
_BATCH = select(
    ledger_batch.c.sequence,
    ledger_batch.c.first,
    ledger_batch.c.count,
    ledger_batch.c.committed_at,
    ledger_batch.c.note,
    ledger_batch.c.lengths,
    ledger_batch.c.leaves,
    ledger_batch.c.bodies,
)
_TIME = select(ledger_batch.c.committed_at).where(ledger_batch.c.sequence == bindparam("last"))
_INSERT = insert(ledger_batch)
_UPDATE = update(ledger_head).where(ledger_head.c.id == 1)


class SqlLedgerStore:
    """Fills `LedgerStore` on SQLite and PostgreSQL. Whoever appends holds the head's row until it has committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, seal: Seal, *, take: int = 0) -> Batch:
        try:
            with self._database.write() as connection:
                # The time is asked for apart: only a statement that begins under the lock sees the batch before.
                locked = _head(connection.execute(_LOCKED_HEAD).one_or_none())
                waiting = outbox.take(connection, take) if take else ()
                batch, head = seal(replace(locked, committed_at=_last_time(connection, locked)), waiting)
                connection.execute(
                    _INSERT,
                    {
                        "sequence": batch.sequence,
                        "first": batch.first,
                        "count": len(batch.bodies),
                        "committed_at": batch.committed_at,
                        "note": batch.note,
                        "lengths": struct.pack(f">{len(batch.bodies)}I", *map(len, batch.bodies)),
                        "leaves": b"".join(batch.leaves),
                        "bodies": b"".join(batch.bodies),
                    },
                )
                connection.execute(
                    _UPDATE,
                    {
                        "batches": head.batches,
                        "size": head.size,
                        "root": head.root,
                        "frontier": b"".join(head.frontier),
                    },
                )
        except ConflictError as error:
            # The number is taken: the head was set back by something that does not keep to the lock.
            raise LedgerCorruptError(
                "the ledger's head is behind its batches", code="ledger.fork", found=error.found
            ) from error
        return batch

    def head(self) -> TreeHead:
        with self._database.read() as connection:
            head = _head(connection.execute(_HEAD).one_or_none())
            return replace(head, committed_at=_last_time(connection, head))

    def batches(self, *, first: int = 0, before: int | None = None, newest_first: bool = False) -> Iterator[Batch]:
        # Batches begin in the order of their numbers, so those that hold `first` or begin there or later are found by
        # `first` alone, without counting what is below.
        page = _BATCH.where(or_(ledger_batch.c.first >= first, ledger_batch.c.first + ledger_batch.c.count > first))
        if before is not None:
            page = page.where(ledger_batch.c.first < before)
        number = ledger_batch.c.sequence
        page = page.order_by(number.desc() if newest_first else number).limit(_PAGE)
        last: int | None = None
        while True:
            beyond = page if last is None else page.where(number < last if newest_first else number > last)
            with self._database.read() as connection:
                rows = connection.execute(beyond).all()
            for row in rows:
                yield _batch(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1].sequence

    def batch(self, sequence: int) -> Batch | None:
        with self._database.read() as connection:
            row = connection.execute(_BATCH.where(ledger_batch.c.sequence == sequence)).one_or_none()
        return None if row is None else _batch(row)

    def last_batch(self) -> Batch | None:
        with self._database.read() as connection:
            row = connection.execute(_BATCH.order_by(ledger_batch.c.sequence.desc()).limit(1)).one_or_none()
        return None if row is None else _batch(row)


def _head(row: Row[int, int, bytes, bytes] | None) -> TreeHead:
    if row is None:
        raise LedgerCorruptError("the ledger's head is missing", code="ledger.form")
    batches, size, root, frontier = row
    if len(frontier) % HASH_SIZE or len(frontier) // HASH_SIZE != size.bit_count() or len(root) != HASH_SIZE:
        raise LedgerCorruptError("the ledger's head is malformed", code="ledger.form")
    return TreeHead(size=size, root=bytes(root), frontier=_split(frontier, HASH_SIZE), batches=batches)


def _last_time(connection: Connection, head: TreeHead) -> datetime | None:
    return connection.execute(_TIME, {"last": head.batches - 1}).scalar_one_or_none()


def _batch(row: _BatchRow) -> Batch:
    sequence, first, count, committed_at, note, lengths, leaves, bodies = row
    if len(lengths) != 4 * count or len(leaves) != HASH_SIZE * count:
        raise LedgerCorruptError(
            f"batch {sequence} is malformed",
            code="ledger.form",
            record=first,
            batch=sequence,
            expected=f"{count} records",
        )
    ends: list[int] = []
    end = 0
    for length in struct.unpack(f">{count}I", lengths):
        end += length
        ends.append(end)
    if end != len(bodies):
        raise LedgerCorruptError(
            f"the records of batch {sequence} do not have the length that was stored with them",
            code="ledger.form",
            record=first,
            batch=sequence,
            expected=f"{end} bytes",
            found=f"{len(bodies)}",
        )
    return Batch(
        sequence=sequence,
        first=first,
        bodies=tuple(bytes(bodies[start:stop]) for start, stop in zip([0, *ends[:-1]], ends, strict=False)),
        leaves=_split(leaves, HASH_SIZE),
        note=bytes(note),
        committed_at=committed_at,
    )


def _split(joined: bytes, width: int) -> tuple[bytes, ...]:
    return tuple(bytes(joined[at : at + width]) for at in range(0, len(joined), width))
