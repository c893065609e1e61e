"""Decisions as they are committed: counted by the minute, kept for a while, and handed to whoever is watching.

The ledger calls in from its own thread with each commit and must not wait: records are parsed only as far as a count
needs, and a watcher that reads too slowly loses the oldest and is told how many.
"""

import asyncio
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from watchword.console.records.decision import DecisionLine, decision_of
from watchword.evidence.ledger import Record, entry_of

MINUTES = 60
_KEPT = 500
_WAITING = 200
# Counting must not cost a parse a record. In JSON a quote inside a text is escaped, so no path or header can say these.
_MARK = b'"event_code":"AccessDecided"'
_ALLOWED = b'"outcome":"Allowed"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    start: datetime
    allowed: int
    refused: int

    @property
    def total(self) -> int:
        return self.allowed + self.refused


class Watcher:
    """One live page. Made by `DecisionFeed.watch`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lines: deque[DecisionLine] = deque(maxlen=_WAITING)
        self._ready = asyncio.Event()
        self._lock = threading.Lock()
        self._missed = 0
        self._closed = False

    def offer(self, lines: list[DecisionLine]) -> None:
        """Take lines, from any thread."""
        with self._lock:
            self._missed += max(0, len(self._lines) + len(lines) - _WAITING)
            self._lines.extend(lines)
        try:
            self._loop.call_soon_threadsafe(self._ready.set)
        except RuntimeError:
            # The loop has ended, and with it whoever was watching.
            self._closed = True

    def take(self) -> tuple[list[DecisionLine], int]:
        """Return what is there, and how many lines were lost before it."""
        with self._lock:
            lines, missed = list(self._lines), self._missed
            self._lines.clear()
            self._missed = 0
            return lines, missed

    async def wait(self, seconds: float) -> bool:
        """Wait for lines; return False where none came in time."""
        try:
            await asyncio.wait_for(self._ready.wait(), seconds)
        except TimeoutError:
            return False
        self._ready.clear()
        return True


class DecisionFeed:
    """Give `take` to `Ledger.subscribe`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: deque[Record] = deque(maxlen=_KEPT)
        self._minutes: OrderedDict[datetime, tuple[int, int]] = OrderedDict()
        self._watchers: tuple[Watcher, ...] = ()

    def take(self, records: tuple[Record, ...]) -> None:
        decisions = [record for record in records if _MARK in record.body]
        if not decisions:
            return
        allowed = sum(_ALLOWED in record.body for record in decisions)
        minute = _minute(self._now())
        with self._lock:
            self._kept.extend(decisions)
            before = self._minutes.get(minute, (0, 0))
            self._minutes[minute] = (before[0] + allowed, before[1] + len(decisions) - allowed)
            while len(self._minutes) > MINUTES + 1:
                self._minutes.popitem(last=False)
            watchers = self._watchers
        if watchers:
            lines = [line for record in decisions[-_WAITING:] if (line := decision_of(entry_of(record))) is not None]
            for watcher in watchers:
                watcher.offer(lines)

    def minutes(self) -> tuple[Minute, ...]:
        """The last sixty minutes, oldest first, the running one last; of this process, since it started."""
        this = _minute(self._now())
        with self._lock:
            counts = dict(self._minutes)
        return tuple(
            Minute(start=start, allowed=counts.get(start, (0, 0))[0], refused=counts.get(start, (0, 0))[1])
            for start in (this - timedelta(minutes=back) for back in range(MINUTES - 1, -1, -1))
        )

    def since(self, index: int) -> list[DecisionLine]:
        """What is kept of the decisions after a record, oldest first: for a page that lost its connection."""
        with self._lock:
            records = [record for record in self._kept if record.index > index]
        return [line for record in records if (line := decision_of(entry_of(record))) is not None]

    def watch(self) -> Watcher:
        watcher = Watcher(asyncio.get_running_loop())
        with self._lock:
            self._watchers = (*self._watchers, watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        with self._lock:
            self._watchers = tuple(w for w in self._watchers if w is not watcher)

    @property
    def watching(self) -> int:
        return len(self._watchers)


def _minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)
