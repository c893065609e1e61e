"""When an estate is examined next."""

from datetime import UTC, datetime, timedelta

import pytest

from support.passes import NOON, at, examined, failed
from watchword.evidence.posture.compliance.model import Trigger
from watchword.evidence.posture.compliance.schedule import LONGEST_WAIT, QUIET, Moment, Noticed, next_pass

_HOUR = timedelta(hours=1)


def test_first_at_once() -> None:
    due = next_pass(every=None, last=None, failures=0, noticed=None, now=NOON)
    assert due is not None
    assert (due.at, due.trigger) == (NOON, Trigger.SCHEDULE)


def test_then_by_its_schedule_or_never() -> None:
    due = next_pass(every=_HOUR, last=examined(), failures=0, noticed=None, now=at(0.5))
    assert due is not None
    assert due.at == at(1)
    assert next_pass(every=None, last=examined(), failures=0, noticed=None, now=at(0.5)) is None


def test_a_change_comes_before_the_schedule_once_it_rests() -> None:
    noticed = Noticed(first=at(0.5), last=at(0.5), cause="main.tf")
    due = next_pass(every=_HOUR, last=examined(), failures=0, noticed=noticed, now=at(0.5))
    assert due is not None
    assert (due.at, due.trigger, due.cause) == (at(0.5) + QUIET, Trigger.CHANGE, "main.tf")


def test_what_never_rests_is_examined_all_the_same() -> None:
    noticed = Noticed(first=NOON, last=NOON + timedelta(minutes=10), cause="main.tf")
    due = next_pass(every=None, last=examined(-1), failures=0, noticed=noticed, now=NOON)
    assert due is not None
    assert due.at == NOON + LONGEST_WAIT


@pytest.mark.parametrize(
    ("failures", "every", "pause"),
    [(1, None, 30), (2, None, 60), (5, None, 480), (6, None, 900), (4000, None, 900), (6, timedelta(minutes=1), 60)],
)
def test_what_failed_is_tried_again_after_growing_pauses(failures: int, every: timedelta | None, pause: int) -> None:
    last = failed()
    due = next_pass(every=every, last=last, failures=failures, noticed=None, now=NOON + timedelta(seconds=5))
    assert due is not None
    assert due.at == last.finished + timedelta(seconds=pause)


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    due = next_pass(every=_HOUR, last=examined(100), failures=0, noticed=None, now=NOON)
    assert due is not None
    assert due.at == NOON


@pytest.mark.parametrize(
    ("moment", "latest"),
    [
        (Moment(hour=6, minute=0), datetime(2026, 11, 25, 6, tzinfo=UTC)),
        (Moment(hour=12, minute=0), NOON),
        (Moment(hour=18, minute=30), datetime(2026, 11, 24, 18, 30, tzinfo=UTC)),
        # The 25th of November 2026 is a Wednesday.
        (Moment(hour=6, minute=0, weekday=0), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (Moment(hour=6, minute=0, weekday=2), datetime(2026, 11, 25, 6, tzinfo=UTC)),
        (Moment(hour=18, minute=0, weekday=2), datetime(2026, 11, 18, 18, tzinfo=UTC)),
        (Moment(hour=6, minute=0, weekday=3), datetime(2026, 11, 19, 6, tzinfo=UTC)),
    ],
)
def test_the_newest_moment_that_has_come(moment: Moment, latest: datetime) -> None:
    assert moment.latest(NOON) == latest
