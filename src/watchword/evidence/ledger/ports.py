"""What the ledger needs from outside: somewhere durable to put batches.

The same storage has an *outbox*: bodies of records that another transaction left there together with the change that
they tell of. A batch takes them with it in its own transaction, so a body is in the outbox or in the ledger, never in
both and never in neither, whatever is killed when and however many processes take from it.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from watchword.evidence.ledger.model import Batch, TreeHead

Seal = Callable[[TreeHead, tuple[bytes, ...]], tuple[Batch, TreeHead]]
"""From the head and what was taken from the outbox to the batch that goes on it, and the head after that."""


class LedgerStore(Protocol):
    """Durable, ordered batches. Several processes may append: the store makes them take turns.

    Every method raises `UnavailableError` when the storage does not answer or cannot take the write (disk full,
    database gone), and `LedgerCorruptError` (`ledger.form`) for stored bytes that no `append` can have put there.
    After a failed `append` nothing was appended, or all of it was and only the answer got lost: `batch` tells which.
    """

    def append(self, seal: Seal, *, take: int = 0) -> Batch:
        """Lock the head, take at most `take` bodies from the outbox (oldest first), call `seal` with both, store what
        it returns, and return once that is durable.

        `seal` is called exactly once; what it raises is raised, nothing is stored, and nothing was taken.
        """
        ...

    def head(self) -> TreeHead:
        """Return the head as of the last append; a tree of size 0 for an empty ledger."""
        ...

    def batches(self, *, first: int = 0, before: int | None = None, newest_first: bool = False) -> Iterator[Batch]:
        """Yield, lazily and in order, every batch that ends after record `first` or begins there, and that begins
        before record `before` where one is given. Empty batches are among them. No lock is held between two."""
        ...

    def batch(self, sequence: int) -> Batch | None:
        """Return the batch of that number, or None if there is none."""
        ...

    def last_batch(self) -> Batch | None: ...
