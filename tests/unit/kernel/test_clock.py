"""Time is handed in. A clock tells UTC, stands still in tests, and is never naive."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watchword.kernel.clock import Clock, SettableClock, SystemClock, milliseconds, monotonic

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


def test_the_machines_clock_tells_utc() -> None:
    clock: Clock = SystemClock()
    now = clock.now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_settable_clock_stands_still_until_it_is_moved() -> None:
    clock = SettableClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(seconds=90))
    assert clock.now() == NOON + timedelta(seconds=90)
    clock.set(NOON)
    assert clock.now() == NOON


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    clock = SettableClock(datetime(2026, 11, 23, 13, 0, tzinfo=berlin))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    clock.set(datetime(2026, 11, 23, 14, 0, tzinfo=berlin))
    assert clock.now().tzinfo is UTC


def test_a_naive_instant_is_refused_however_it_comes() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="timezone"):
        SettableClock(naive)
    clock = SettableClock(NOON)
    with pytest.raises(ValueError, match="timezone"):
        clock.set(naive)
    assert clock.now() == NOON


def test_milliseconds_are_whole_and_rounded_down() -> None:
    assert milliseconds(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert milliseconds(datetime(1970, 1, 1, 0, 0, 1, 1_999, tzinfo=UTC)) == 1_001


@given(st.integers(0, 7_000_000_000_000))
@example(135_522_729_258)  # a float's seconds times a thousand are one short here
def test_milliseconds_never_lose_or_gain_one(count: int) -> None:
    assert milliseconds(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=count)) == count


@given(_INSTANTS, _INSTANTS)
def test_milliseconds_keep_the_order_of_instants(one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert milliseconds(early) <= milliseconds(late)


def test_monotonic_never_goes_back() -> None:
    readings = [monotonic() for _ in range(1_000)]
    assert readings == sorted(readings)
