"""What the proxy answered by itself: counted, bounded, and never lost because the record was away."""

from datetime import UTC, datetime, timedelta

from support.envoy import FakeRecord
from watchword.enforcement.gateway import OwnAnswer, OwnAnswers
from watchword.enforcement.gateway.events import GatewayAnswered
from watchword.kernel.clock import SettableClock
from watchword.kernel.errors import InvalidInputError

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def read(entry: bytes) -> OwnAnswer:
    """`source path`, or nothing that can be read."""
    source, _, path = entry.decode().partition(" ")
    if not path:
        raise InvalidInputError("not an entry", code="envoy.message")
    return OwnAnswer(
        status=400,
        reason="path_normalization_failed",
        detail="",
        source_ip=source,
        user_agent=None,
        request_id=f"r{path}",
        host="app.localhost",
        method="GET",
        path=path,
    )


def counting() -> tuple[OwnAnswers, FakeRecord, SettableClock]:
    record, clock = FakeRecord(), SettableClock(START)
    return OwnAnswers(clock=clock, events=record.sink), record, clock


def published(record: FakeRecord) -> list[GatewayAnswered]:
    return [event for event in record.events if isinstance(event, GatewayAnswered)]


def test_equal_ones_are_one_record_that_shows_the_first() -> None:
    answers, record, clock = counting()
    answers.take([b"203.0.113.1 /1", b"203.0.113.2 /2", b"203.0.113.1 /3"], read)
    clock.advance(timedelta(seconds=9))
    assert answers.flush() == 3
    one, two = published(record)
    assert (one.count, one.path, one.origin.source_ip, one.origin.request_id) == (2, "/1", "203.0.113.1", "r/1")
    assert (one.since, one.at) == (START, START + timedelta(seconds=9))
    assert (two.count, two.origin.source_ip) == (1, "203.0.113.2")
    assert answers.flush() == 0
    assert len(record.events) == 2


def test_a_flood_from_everywhere_is_a_bounded_number_of_records_and_none_is_lost_count_of() -> None:
    answers, record, _ = counting()
    asked = 0

    def reading(entry: bytes) -> OwnAnswer:
        nonlocal asked
        asked += 1
        return read(entry)

    for n in range(100):
        answers.take([f"10.0.{n}.{m} /x".encode() for m in range(100)], reading)
    assert answers.flush() == answers.total == 10_000
    assert asked == 2000, "beyond that it is counted unread"
    assert [event.count for event in published(record)] == [*[1] * 10, 9990]
    assert (published(record)[-1].reason, published(record)[-1].status) == ("many", 0)


def test_what_cannot_be_read_is_counted_too() -> None:
    answers, record, _ = counting()
    answers.take([b"", b"203.0.113.1 /1"], read)
    answers.flush()
    assert [(event.reason, event.count) for event in published(record)] == [
        ("path_normalization_failed", 1),
        ("many", 1),
    ]
    assert answers.unreadable == 1


def test_what_the_record_does_not_take_is_counted_until_it_does() -> None:
    answers, record, clock = counting()
    answers.take([b"203.0.113.1 /1", b"203.0.113.2 /2"], read)
    record.down = True
    assert answers.flush() == 0
    record.down = False
    clock.advance(timedelta(seconds=15))
    assert answers.flush() == 2
    (event,) = published(record)
    assert (event.count, event.since, event.reason) == (2, START, "many")
