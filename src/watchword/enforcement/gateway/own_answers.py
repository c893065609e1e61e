"""What the proxy answered by itself, for the record: counted, so that a flood cannot fill the disk.

A request that the proxy refuses before anybody is asked (escaped slashes, two lengths, a header with an underscore) is
in no decision; and of one that was allowed, no decision says that the application did not answer. Both are counted
here, by status, reason and source, and published as `GatewayAnswered` at the next `flush`: at most `_KINDS` kinds by
themselves, the rest together in one. So a flush costs at most `_KINDS + 1` records, whatever came; and what is
published of one kind is its first request.

Reading an entry costs time on the check's own core, so that beyond `_READ` entries between two flushes the rest is
counted unread.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from watchword.enforcement.gateway.events import GatewayAnswered
from watchword.kernel.clock import Clock
from watchword.kernel.errors import InvalidInputError, UnavailableError
from watchword.kernel.events import EventSink, Origin

# At a flush every 15 seconds and a kilobyte each: at most 64 MB a day.
_KINDS = 10
_READ = 2000
# Under which reason the rest is counted.
MANY = "many"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswer:
    """One request that the proxy answered by itself. Everything but `status` and `reason` is what a client wrote, made
    printable and bounded; `path` is without its query."""

    status: int
    reason: str  # the proxy's own word for it
    detail: str  # why a connection to the application failed, where that is known
    source_ip: str | None
    user_agent: str | None
    request_id: str | None
    host: str
    method: str
    path: str


@dataclass(slots=True)
class _Count:
    first: OwnAnswer
    since: datetime
    count: int = 1


class OwnAnswers:
    """Counts between two flushes. Safe for use by several threads."""

    def __init__(self, *, clock: Clock, events: EventSink) -> None:
        self._clock = clock
        self._events = events
        self._lock = threading.Lock()
        self._kinds: dict[tuple[int, str, str | None], _Count] = {}
        self._read = 0
        self._rest = 0
        self._rest_since: datetime | None = None
        self.total = 0
        self.unreadable = 0

    def take(self, entries: list[bytes], read: Callable[[bytes], OwnAnswer]) -> None:
        """Count what the proxy tells; `read` makes an answer of an entry, or raises `InvalidInputError`."""
        now = self._clock.now()
        with self._lock:
            self.total += len(entries)
            for at, entry in enumerate(entries):
                if self._read >= _READ:
                    self._put_with_the_rest(len(entries) - at, now)
                    return
                self._read += 1
                try:
                    self._count(read(entry), now)
                except InvalidInputError:
                    self.unreadable += 1
                    self._put_with_the_rest(1, now)

    def _count(self, answer: OwnAnswer, now: datetime) -> None:
        kind = (answer.status, answer.reason, answer.source_ip)
        known = self._kinds.get(kind)
        if known is not None:
            known.count += 1
        elif len(self._kinds) < _KINDS:
            self._kinds[kind] = _Count(first=answer, since=now)
        else:
            self._put_with_the_rest(1, now)

    def _put_with_the_rest(self, count: int, now: datetime) -> None:
        self._rest += count
        self._rest_since = self._rest_since or now

    def flush(self) -> int:
        """Publish what was counted; return how many requests that were. What the record does not take stays counted,
        and is published at a later flush with what has come by then."""
        now = self._clock.now()
        with self._lock:
            kinds, self._kinds = self._kinds, {}
            rest, self._rest = self._rest, 0
            since, self._rest_since = self._rest_since, None
            self._read = 0
        done = 0
        events = [(self._event(counted, now), counted.count) for counted in kinds.values()]
        if rest:
            events.append((_many(rest, since or now, now), rest))
        for event, count in events:
            try:
                self._events(event)
            except UnavailableError:
                with self._lock:
                    self._put_with_the_rest(count, event.since)
            else:
                done += count
        return done

    @staticmethod
    def _event(counted: _Count, now: datetime) -> GatewayAnswered:
        first = counted.first
        return GatewayAnswered(
            at=now,
            since=counted.since,
            count=counted.count,
            status=first.status,
            reason=first.reason,
            detail=first.detail,
            host=first.host,
            method=first.method,
            path=first.path,
            origin=Origin(source_ip=first.source_ip, user_agent=first.user_agent, request_id=first.request_id),
        )


def _many(count: int, since: datetime, now: datetime) -> GatewayAnswered:
    return GatewayAnswered(
        at=now, since=since, count=count, status=0, reason=MANY, detail="", host="", method="", path=""
    )
