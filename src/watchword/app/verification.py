"""Verifies the ledger on request, for the console: one look at a time, from the first record to the last."""

import threading

from watchword.console import VerificationReport
from watchword.evidence.ledger import LedgerCorruptError, VerifierKey, verify
from watchword.evidence.ledger.ports import LedgerStore
from watchword.kernel.clock import Clock, monotonic


class LedgerVerifier:
    def __init__(self, store: LedgerStore, key: VerifierKey, clock: Clock) -> None:
        self._store = store
        self._key = key
        self._clock = clock
        self._lock = threading.Lock()

    def __call__(self) -> VerificationReport:
        """Raise `UnavailableError` where the ledger could not be read to the end."""
        with self._lock:
            started = monotonic()
            problem, records = None, 0
            try:
                records = verify(self._store, self._key).records
            except LedgerCorruptError as error:
                problem, records = str(error), error.record or 0
            return VerificationReport(
                records=records,
                finished_at=self._clock.now(),
                seconds=monotonic() - started,
                problem=problem,
            )
