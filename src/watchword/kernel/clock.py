"""Time, handed in as a value so that what decides can be tested at any moment.

All instants are timezone-aware `datetime`s in UTC. Durations are `timedelta`.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the present instant (UTC, timezone-aware)."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    __slots__ = ()

    def now(self) -> datetime:
        return datetime.now(UTC)


class SettableClock:
    """A clock for tests and replays: it stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("an instant needs a timezone")
        self._at = at.astimezone(UTC)


def milliseconds(at: datetime) -> int:
    """Milliseconds since the epoch, rounded down: the form OCSF's `time` takes."""
    # Not by `timestamp()`: a float loses a millisecond in one of some two hundred instants.
    return (at - _EPOCH) // _MILLISECOND


def monotonic() -> float:
    """Seconds on a clock that is never set back; for measuring, never for dates."""
    return time.monotonic()
