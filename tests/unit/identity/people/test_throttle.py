"""Token buckets: how many tries, how soon again, and how much memory."""

from datetime import timedelta

import pytest

from support.people import START
from watchword.identity.people import ThrottledError
from watchword.identity.people._throttle import Throttle, source
from watchword.kernel.clock import SettableClock
from watchword.kernel.events import Origin


def test_a_burst_then_one_at_a_time() -> None:
    clock = SettableClock(START)
    throttle = Throttle(clock, burst=3, refill=timedelta(seconds=10))
    for _ in range(3):
        throttle.spend("a")
    with pytest.raises(ThrottledError) as throttled:
        throttle.spend("a")
    assert throttled.value.retry_after == timedelta(seconds=10)
    assert throttled.value.hint == "wait 10 s and try again"
    throttle.spend("b")
    clock.advance(timedelta(seconds=10))
    throttle.spend("a")
    with pytest.raises(ThrottledError):
        throttle.check("a")
    clock.advance(timedelta(days=1))
    for _ in range(3):
        throttle.spend("a")
    with pytest.raises(ThrottledError):
        throttle.spend("a")


def test_checking_takes_nothing_and_failing_tells_of_the_last_try() -> None:
    throttle = Throttle(SettableClock(START), burst=2, refill=timedelta(seconds=10))
    for _ in range(5):
        throttle.check("a")
    assert [throttle.fail("a") for _ in range(4)] == [False, True, False, False]
    with pytest.raises(ThrottledError):
        throttle.check("a")


def test_a_clock_set_back_refills_nothing() -> None:
    clock = SettableClock(START)
    throttle = Throttle(clock, burst=1, refill=timedelta(seconds=10))
    throttle.spend("a")
    clock.set(START - timedelta(hours=1))
    with pytest.raises(ThrottledError):
        throttle.spend("a")


def test_memory_is_bounded_and_the_oldest_key_goes_first() -> None:
    throttle = Throttle(SettableClock(START), burst=1, refill=timedelta(seconds=10), capacity=2)
    for key in ("a", "b", "c"):
        throttle.spend(key)
    with pytest.raises(ThrottledError):
        throttle.spend("b")
    throttle.spend("a")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (None, ""),
        ("nonsense", ""),
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ],
)
def test_a_source_is_an_address_or_the_network_of_one_host(address: str | None, expected: str) -> None:
    assert source(Origin(source_ip=address)) == expected
