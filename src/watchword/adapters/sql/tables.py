"""The one metadata that all tables belong to, and the column types that both databases read alike.

Names start with their stage: `evidence_…`, `identity_…`. A migration never imports from here: it says what it
does in its own words, because this page changes and a migration does not.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, SmallInteger, Table
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A timezone-aware `datetime` kept as microseconds since the epoch: SQLite has no instants, and an integer
    compares and sorts the same everywhere. A naive `datetime` is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the base class names it
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a timezone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the same
        return None if value is None else _EPOCH + timedelta(microseconds=value)


ledger_head = Table(
    "evidence_ledger_head",
    metadata,
    # One row, with id 1, made by the migration: whoever appends locks it.
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("batches", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

ledger_batch = Table(
    "evidence_ledger_batch",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    Column("committed_at", Instant, nullable=False),
    Column("note", LargeBinary, nullable=False),
    # Record lengths as big-endian 32-bit numbers, leaf hashes of 32 bytes, and the bodies, each joined without a gap.
    Column("lengths", LargeBinary, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
    Column("bodies", LargeBinary, nullable=False),
)

# Records on their way into the ledger: written with the change that they tell of, taken with the batch that holds them.
ledger_outbox = Table(
    "evidence_ledger_outbox",
    metadata,
    # SQLite counts a plain INTEGER key by itself. Changes of people take turns, so their rows are in their order.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("body", LargeBinary, nullable=False),
)
