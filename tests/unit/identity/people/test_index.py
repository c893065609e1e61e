"""The memory of sessions: what it answers, when it must not be believed, and whom it tells."""

from datetime import timedelta

import pytest

from support.people import SOMEWHERE, House
from watchword.adapters.memory.people import MemoryPeopleStore
from watchword.identity.people import SessionIndex, SessionRefusal, SessionRefused
from watchword.identity.people.events import EndReason
from watchword.kernel.errors import UnavailableError
from watchword.kernel.ids import SessionId, token_digest

HOST = "payroll.localhost"


class Unplugged(MemoryPeopleStore):
    """A store that can be made to answer nothing, or to have gone back in time."""

    gone = False
    back_to: int | None = None

    def version(self) -> int:
        if self.gone:
            raise UnavailableError("gone", code="database.unavailable")
        return super().version() if self.back_to is None else self.back_to


def test_before_its_first_refresh_and_after_its_time_it_is_stale() -> None:
    house = House(store=Unplugged())
    index = SessionIndex(house.store, house.clock, max_age=timedelta(milliseconds=250), monotonic_clock=house.stopwatch)
    assert (index.stale(house.stopwatch.at), index.refreshed_at) == (True, None)
    index.refresh()
    assert index.refreshed_at == house.stopwatch.at
    assert not index.stale(house.stopwatch.at + 0.25)
    assert index.stale(house.stopwatch.at + 0.251)


def test_a_store_that_does_not_answer_makes_it_stale_and_changes_nothing_else() -> None:
    store = Unplugged()
    house = House(store=store)
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    store.gone = True
    house.stopwatch.at += 1
    with pytest.raises(UnavailableError):
        house.index.refresh()
    assert house.index.stale(house.stopwatch.at)
    store.gone = False
    house.index.refresh()
    assert not house.index.stale(house.stopwatch.at)
    assert house.index.find(token_digest(token), HOST, house.clock.now()).person == result.person


def test_a_store_that_went_back_in_time_is_not_believed() -> None:
    store = Unplugged()
    house = House(store=store)
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    house.sessions.end(result.session.id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE)
    store.back_to = 1
    house.stopwatch.at += 1
    with pytest.raises(UnavailableError) as unavailable:
        house.index.refresh()
    assert unavailable.value.code == "people.store.went-back"
    assert house.index.stale(house.stopwatch.at)
    with pytest.raises(SessionRefused):
        house.index.find(token_digest(token), HOST, house.clock.now())


def test_the_age_counts_from_before_the_question() -> None:
    house = House()
    ticks = iter([1.0, 2.0, 3.0, 4.0])
    index = SessionIndex(house.store, house.clock, monotonic_clock=lambda: next(ticks))
    index.refresh()
    assert index.refreshed_at == 2.0


def test_a_stream_asks_by_session_and_counts_as_active_only_when_it_was() -> None:
    house = House()
    result, _ = house.enrol()
    session = result.session.id
    house.clock.advance(timedelta(minutes=40))
    assert house.index.check(session, house.clock.now(), active=False).person == result.person
    house.clock.advance(timedelta(minutes=19))
    assert house.index.check(session, house.clock.now(), active=True).host == ""
    house.clock.advance(timedelta(minutes=59))
    assert house.index.check(session, house.clock.now(), active=False).session.id == session
    house.clock.advance(timedelta(minutes=1))
    for moment, expected in ((0, SessionRefusal.IDLE), (24, SessionRefusal.EXPIRED)):
        house.clock.advance(timedelta(hours=moment))
        with pytest.raises(SessionRefused) as refusal:
            house.index.check(session, house.clock.now(), active=True)
        assert refusal.value.reason is expected
    with pytest.raises(SessionRefused) as refusal:
        house.index.check(SessionId("nothing"), house.clock.now(), active=True)
    assert refusal.value.reason is SessionRefusal.UNKNOWN


def test_a_stream_of_a_session_that_was_ended_is_refused() -> None:
    house = House()
    result, _ = house.enrol()
    house.sessions.end(result.session.id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE)
    with pytest.raises(SessionRefused) as refusal:
        house.index.check(result.session.id, house.clock.now(), active=True)
    assert refusal.value.reason is SessionRefusal.ENDED


def test_disabling_tells_of_each_session_with_its_reason() -> None:
    house = House()
    result, device = house.enrol()
    other = house.sign_in(device)
    told: dict[SessionId, str] = {}
    house.index.on_revoked(lambda session_id, reason, _: told.update({session_id: reason}))
    house.people.disable(result.person.id, actor="operator", origin=SOMEWHERE)
    assert told == {result.session.id: "person-disabled", other.session.id: "person-disabled"}


def test_activity_is_written_when_there_is_some_and_never_for_what_was_ended() -> None:
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    digest = token_digest(token)
    house.clock.advance(timedelta(seconds=14))
    house.index.find(digest, HOST, house.clock.now())
    assert house.index.flush_activity() == 0, "too little to be worth a write"
    house.clock.advance(timedelta(seconds=1))
    house.index.find(digest, HOST, house.clock.now())
    assert house.index.flush_activity() == 1
    assert house.index.flush_activity() == 0
    assert house.sessions.session(result.session.id).last_seen_at == house.clock.now()
    house.clock.advance(timedelta(minutes=1))
    house.index.find(digest, HOST, house.clock.now())
    house.sessions.end(result.session.id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE)
    assert house.index.flush_activity() == 0


def test_what_this_process_saw_is_kept_when_the_store_brings_older_news() -> None:
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    house.clock.advance(timedelta(minutes=59))
    house.index.find(token_digest(token), HOST, house.clock.now())
    house.people.set_groups(result.person.id, frozenset({"staff"}), actor="operator", origin=SOMEWHERE)
    house.clock.advance(timedelta(minutes=59))
    assert house.index.find(token_digest(token), HOST, house.clock.now()).person.groups == {"staff"}


def test_a_clock_set_back_neither_ends_nor_prolongs() -> None:
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    house.clock.advance(timedelta(minutes=30))
    house.index.find(token_digest(token), HOST, house.clock.now())
    house.index.find(token_digest(token), HOST, house.clock.now() - timedelta(hours=3))
    with pytest.raises(SessionRefused):
        house.index.find(token_digest(token), HOST, house.clock.now() + timedelta(minutes=60))


def test_what_is_past_its_absolute_limit_is_dropped_from_memory() -> None:
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    assert house.index.live_sessions(house.clock.now()) == 1
    house.clock.advance(timedelta(hours=24))
    assert house.index.live_sessions(house.clock.now()) == 0
    house.stopwatch.at += 60
    house.index.refresh()
    with pytest.raises(SessionRefused) as refusal:
        house.index.find(token_digest(token), HOST, house.clock.now())
    assert refusal.value.reason is SessionRefusal.UNKNOWN
    assert house.index.version == house.store.version()
