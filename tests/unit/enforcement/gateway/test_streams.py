from datetime import UTC, datetime, timedelta

import pytest

from support.envoy import FakeRecord
from watchword.enforcement.gateway import OpenStream, StandsOn, StreamRegistry
from watchword.kernel.clock import SettableClock, monotonic
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.ids import PersonId, SessionId

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def stream(session: str = "ses_1") -> OpenStream:
    return OpenStream(
        request_id="req_1",
        application="app",
        route="app.live",
        method="GET",
        path="/live",
        session_id=SessionId(session),
        person_id=PersonId("per_1"),
        email="alice@example.com",
        source_ip="127.0.0.1",
        expires_at=NOW + timedelta(hours=1),
    )


class World:
    def __init__(self) -> None:
        self.verdicts: dict[str, str] = {}
        self.record = FakeRecord()
        self.cuts: list[tuple[str, str]] = []
        self.registry = StreamRegistry(clock=SettableClock(NOW), events=self.record.sink, still_allowed=self.decide)
        self.given: list[StandsOn | None] = []
        self.answered: list[StandsOn] = []

    def decide(self, held: OpenStream, before: StandsOn | None) -> StandsOn | str:
        self.given.append(before)
        self.answered.append(StandsOn(snapshot=object(), live=object(), second=None, risk=None))
        return self.verdicts.get(str(held.session_id)) or self.answered[-1]

    def hold(self, session: str) -> int | None:
        return self.registry.hold(stream(session), lambda reason: self.cuts.append((session, reason)))


@pytest.fixture
def world() -> World:
    return World()


def test_an_ended_session_takes_all_its_streams_and_no_others(world: World) -> None:
    world.hold("ses_1")
    world.hold("ses_1")
    world.hold("ses_2")
    world.registry.session_ended(SessionId("ses_1"), "signed-out", monotonic() - 0.1)
    assert world.cuts == [("ses_1", "signed-out")] * 2
    assert len(world.registry) == 1
    assert [cut.reason for cut in world.record.cuts] == ["signed-out"] * 2
    assert all(cut.latency_ms >= 100 for cut in world.record.cuts)
    assert list(world.registry.latencies) == [cut.latency_ms for cut in world.record.cuts]
    world.registry.session_ended(SessionId("ses_1"), "signed-out", monotonic())
    assert len(world.cuts) == 2


def test_what_is_over_by_itself_is_forgotten(world: World) -> None:
    number = world.hold("ses_1")
    assert number is not None
    world.registry.release(number)
    world.registry.release(number)
    world.registry.session_ended(SessionId("ses_1"), "signed-out", monotonic())
    assert world.cuts == []


def test_what_is_not_allowed_any_more_when_it_would_open_does_not_open(world: World) -> None:
    world.verdicts["ses_1"] = "session-ended"
    assert world.hold("ses_1") is None
    assert len(world.registry) == 0


def test_a_sweep_cuts_what_today_would_not_let_in(world: World) -> None:
    world.hold("ses_1")
    world.hold("ses_2")
    assert world.registry.sweep() == 0
    world.verdicts["ses_2"] = "denied"
    assert world.registry.sweep() == 1
    assert world.cuts == [("ses_2", "denied")]
    assert world.registry.cuts == 1


def test_each_answer_is_given_what_the_one_before_stood_on(world: World) -> None:
    world.hold("ses_1")
    world.registry.sweep()
    world.registry.recheck()
    assert world.given == [None, *world.answered[:2]]


def test_not_knowing_is_borne_for_a_moment_and_then_cuts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from watchword.enforcement.gateway import streams

    now = 100.0
    monkeypatch.setattr(streams, "monotonic", lambda: now)
    world.hold("ses_1")
    world.verdicts["ses_1"] = "unavailable"
    assert world.registry.sweep() == 0
    now = 100.5
    assert world.registry.sweep() == 0
    now = 101.0
    assert world.registry.sweep() == 1
    assert world.cuts == [("ses_1", "unavailable")]


def test_knowing_again_in_time_keeps_the_stream(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from watchword.enforcement.gateway import streams

    now = 100.0
    monkeypatch.setattr(streams, "monotonic", lambda: now)
    world.hold("ses_1")
    world.verdicts["ses_1"] = "unavailable"
    world.registry.sweep()
    del world.verdicts["ses_1"]
    now = 100.5
    world.registry.sweep()
    world.verdicts["ses_1"] = "unavailable"
    now = 101.0
    assert world.registry.sweep() == 0


def test_a_record_that_is_down_does_not_keep_a_stream_open(world: World) -> None:
    world.hold("ses_1")
    world.record.down = True
    world.registry.session_ended(SessionId("ses_1"), "signed-out", monotonic())
    assert world.cuts == [("ses_1", "signed-out")]
    assert world.registry.unrecorded == 1


def test_a_description_comes_back_from_its_header() -> None:
    assert OpenStream.from_header(stream().to_header()) == stream()


@pytest.mark.parametrize("value", [b"", b"!", b"e30=", b"W10=", b"WzFd", b"\xff"])
def test_a_header_that_is_no_description_is_refused(value: bytes) -> None:
    with pytest.raises(InvalidInputError, match="not a stream"):
        OpenStream.from_header(value)
