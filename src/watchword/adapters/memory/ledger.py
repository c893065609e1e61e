"""A ledger store in memory: durable until the process ends, which is to say not at all."""

import threading
from collections import deque
from collections.abc import Iterator
from itertools import islice

from watchword.evidence.ledger.model import EMPTY_HEAD, Batch, TreeHead
from watchword.evidence.ledger.ports import Seal


class MemoryLedgerStore:
    """Fills `LedgerStore` for tests and examples."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: list[Batch] = []
        self._head = EMPTY_HEAD
        self._outbox: deque[bytes] = deque()

    def leave(self, body: bytes) -> None:
        """Put a record's body into the outbox."""
        with self._lock:
            self._outbox.append(body)

    def append(self, seal: Seal, *, take: int = 0) -> Batch:
        with self._lock:
            taken = tuple(islice(self._outbox, take))
            batch, head = seal(self._head, taken)
            for _ in taken:
                self._outbox.popleft()
            self._batches.append(batch)
            self._head = head
            return batch

    def head(self) -> TreeHead:
        return self._head

    def batches(self, *, first: int = 0, before: int | None = None, newest_first: bool = False) -> Iterator[Batch]:
        found = list(self._batches)
        for batch in reversed(found) if newest_first else found:
            if (batch.end > first or batch.first >= first) and (before is None or batch.first < before):
                yield batch

    def batch(self, sequence: int) -> Batch | None:
        return self._batches[sequence] if 0 <= sequence < len(self._batches) else None

    def last_batch(self) -> Batch | None:
        return self._batches[-1] if self._batches else None
