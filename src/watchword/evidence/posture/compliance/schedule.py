"""When an estate is examined next: by its schedule, by changes that were seen, and after what failed.

- A change is waited out: once nothing more changed for `QUIET`, at most `LONGEST_WAIT` after the first one, so that
  a checkout of a thousand files is one pass and a tree that never rests is examined all the same.
- What failed is tried again after growing pauses, never later than its schedule says.
- A clock that was set back does not stop anything: a last pass in the future counts as none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watchword.evidence.posture.compliance.model import Ended, Pass, Trigger

QUIET: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(seconds=30)
_FIRST_RETRY: Final = timedelta(seconds=30)
_LONGEST_RETRY: Final = timedelta(minutes=15)
_MOST_DOUBLINGS: Final = 16  # beyond which the pause is the longest anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Changes that no pass has looked at yet."""

    first: datetime
    last: datetime
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    at: datetime
    trigger: Trigger
    cause: str


def next_pass(
    *,
    every: timedelta | None,
    last: Pass | None,
    failures: int,
    noticed: Noticed | None,
    now: datetime,
) -> Due | None:
    """Return when the next pass is due, and why. None: nothing asks for one.

    `last` is the newest pass, however it ended; `failures` is how many have failed since one was complete.
    """
    if last is not None and last.finished > now:
        last = None
    found: list[Due] = []
    if noticed is not None:
        at = min(noticed.last + QUIET, noticed.first + LONGEST_WAIT)
        found.append(Due(at=at, trigger=Trigger.CHANGE, cause=noticed.cause))
    if last is None:
        found.append(Due(at=now, trigger=Trigger.SCHEDULE, cause="the first pass"))
    elif last.ended is Ended.FAILED:
        pause = min(_FIRST_RETRY * 2 ** min(max(failures - 1, 0), _MOST_DOUBLINGS), _LONGEST_RETRY)
        pause = min(pause, every) if every else pause
        found.append(Due(at=last.finished + pause, trigger=Trigger.SCHEDULE, cause=f"again, after {failures} failed"))
    elif every is not None:
        found.append(Due(at=last.started + every, trigger=Trigger.SCHEDULE, cause="its schedule"))
    return min(found, key=lambda due: due.at, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time of day, and of the week where `weekday` is given (0 is Monday), in UTC."""

    hour: int
    minute: int
    weekday: int | None = None

    def latest(self, now: datetime) -> datetime:
        """The newest such moment that has come."""
        at = now.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        if self.weekday is not None:
            at -= timedelta(days=(at.weekday() - self.weekday) % 7)
        step = timedelta(days=7 if self.weekday is not None else 1)
        return at if at <= now else at - step
