"""What the ledger needs from outside: somewhere durable to put batches."""

from collections.abc import Callable, Iterator
from typing import Protocol

from watchword.evidence.ledger.model import Batch, TreeHead


class LedgerStore(Protocol):
    """Durable, ordered batches. Several processes may append: the store makes them take turns.

    Every method raises `UnavailableError` when the storage does not answer or cannot take the write (disk full, database
    gone); then nothing was appended, or the append is complete, never in between.
    """

    def append(self, seal: Callable[[TreeHead], tuple[Batch, TreeHead]]) -> Batch:
        """Lock the head, call `seal` with it, store what it returns, and return once that is durable."""
        ...

    def head(self) -> TreeHead:
        """Return the head as of the last append; a tree of size 0 for an empty ledger."""
        ...

    def batches(self, *, first: int = 0, newest_first: bool = False) -> Iterator[Batch]:
        """Yield batches that hold any record at or after `first` (and empty ones after it), in order, lazily."""
        ...

    def last_batch(self) -> Batch | None: ...
