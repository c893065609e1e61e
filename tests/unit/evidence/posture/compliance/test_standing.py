"""Whether what is known of an estate can still be believed."""

from datetime import timedelta

import pytest

from support.passes import at, examined, failed
from watchword.evidence.posture.compliance.model import Pass
from watchword.evidence.posture.compliance.standing import State, in_words, standing_of

_TWO_HOURS = timedelta(hours=2)


@pytest.mark.parametrize(
    ("passes", "state", "failures", "why"),
    [
        ([], State.NEVER, 0, "no pass has been made"),
        ([failed()], State.NEVER, 1, "no pass has been complete: no such directory"),
        ([examined(0)], State.CURRENT, 0, ""),
        ([failed(-3), examined(0)], State.CURRENT, 0, ""),
        ([examined(-5)], State.STALE, 0, "nothing has been examined for 5 h 59 min"),
        ([examined(0), failed(0.5)], State.STALE, 1, "failed: no such directory"),
        ([examined(0), failed(0.5), failed(0.7)], State.STALE, 2, "the last 2 failed: no such directory"),
    ],
)
def test_how_it_stands(passes: list[Pass], state: State, failures: int, why: str) -> None:
    found = standing_of(passes, now=at(1), stale_after=_TWO_HOURS)
    assert (found.state, found.failures, found.why) == (state, failures, why)


def test_what_was_found_stays_with_its_age() -> None:
    good = examined(0)
    found = standing_of([good, failed(0.5)], now=at(1), stale_after=_TWO_HOURS)
    assert found.good is good
    assert found.age == timedelta(hours=1, seconds=-2)


def test_a_pass_of_the_future_is_not_negative() -> None:
    assert standing_of([examined(9)], now=at(1), stale_after=_TWO_HOURS).age == timedelta()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (3661, "1 h 1 min"), (86400, "1 d"), (100_000, "1 d 3 h")],
)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
