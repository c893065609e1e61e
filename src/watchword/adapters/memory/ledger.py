"""A ledger store in memory: durable until the process ends, which is to say not at all."""

import threading
from collections.abc import Callable, Iterator

from watchword.evidence.ledger.model import EMPTY_HEAD, Batch, TreeHead


class MemoryLedgerStore:
    """Fills `LedgerStore` for tests and examples."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: list[Batch] = []
        self._head = EMPTY_HEAD

    def append(self, seal: Callable[[TreeHead], tuple[Batch, TreeHead]]) -> Batch:
        with self._lock:
            batch, head = seal(self._head)
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
