"""What the ledger needs from outside: somewhere durable to put batches."""

from collections.abc import Callable, Iterator
from typing import Protocol

from watchword.evidence.ledger.model import Batch, TreeHead


class LedgerStore(Protocol):
    """Durable, ordered batches. Several processes may append: the store makes them take turns.

    Every method raises `UnavailableError` when the storage does not answer or cannot take the write (disk full,
    database gone), and `LedgerCorruptError` (`ledger.form`) for stored bytes that no `append` can have put there.
    After a failed `append` nothing was appended, or all of it was and only the answer got lost: `batch` tells which.
    """

    def append(self, seal: Callable[[TreeHead], tuple[Batch, TreeHead]]) -> Batch:
        """Lock the head, call `seal` with it, store what it returns, and return once that is durable.

        `seal` is called exactly once; what it raises is raised, and nothing is stored.
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
