"""Handles on hosts, codes between them, and the end of sessions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from support.people import SOMEWHERE, House
from watchword.identity.people import (
    CodeRefusedError,
    FlowRefusedError,
    InvitationRefusedError,
    SessionRefusal,
    SessionRefused,
    Sessions,
    ThrottledError,
)
from watchword.identity.people.events import EndReason, SessionEnded, SignInFailed
from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError
from watchword.kernel.events import Origin
from watchword.kernel.ids import SessionId, token_digest

HOST = "payroll.localhost"
NONCE = token_digest("nonce")


def found(house: House, token: str, host: str = HOST) -> SessionId:
    return house.index.find(token_digest(token), host, house.clock.now()).session.id


def why_not(house: House, token: str, host: str = HOST) -> SessionRefusal:
    with pytest.raises(SessionRefused) as refusal:
        found(house, token, host)
    return refusal.value.reason


def test_a_sign_in_is_carried_to_an_application_by_a_code() -> None:
    house = House()
    result, _ = house.enrol()
    code = house.sessions.issue_code(result.session.id, HOST, NONCE)
    handle, token = house.sessions.redeem_code(code, HOST, "nonce", SOMEWHERE)
    assert (handle.host, handle.session_id, handle.digest) == (HOST, result.session.id, token_digest(token))
    assert found(house, token) == result.session.id
    assert why_not(house, token, "other.localhost") is SessionRefusal.WRONG_HOST
    assert why_not(house, code) is SessionRefusal.UNKNOWN


@pytest.mark.parametrize(
    ("host", "nonce"), [("other.localhost", "nonce"), (HOST, "another"), (HOST, ""), (HOST, "\ud800"), ("", "nonce")]
)
def test_a_code_shown_in_the_wrong_place_is_refused_recorded_and_burnt(host: str, nonce: str) -> None:
    house = House()
    result, _ = house.enrol()
    code = house.sessions.issue_code(result.session.id, HOST, NONCE)
    for where, what in ((host, nonce), (HOST, "nonce")):
        with pytest.raises(CodeRefusedError):
            house.sessions.redeem_code(code, where, what, SOMEWHERE)
    assert [event.reason for event in house.record.of(SignInFailed)] == ["code", "code"]


def test_a_code_is_good_for_a_minute_and_once() -> None:
    house = House()
    result, _ = house.enrol()
    codes = [house.sessions.issue_code(result.session.id, HOST, NONCE) for _ in range(2)]
    house.clock.advance(timedelta(seconds=60) - timedelta(microseconds=1))
    house.sessions.redeem_code(codes[0], HOST, "nonce")
    house.clock.advance(timedelta(microseconds=1))
    for code in codes:
        with pytest.raises(CodeRefusedError):
            house.sessions.redeem_code(code, HOST, "nonce")


def test_guessing_codes_is_throttled_by_source() -> None:
    house = House()
    result, _ = house.enrol()
    for _ in range(20):
        with pytest.raises(CodeRefusedError):
            house.sessions.redeem_code("guess", HOST, "nonce", SOMEWHERE)
    code = house.sessions.issue_code(result.session.id, HOST, NONCE)
    with pytest.raises(ThrottledError):
        house.sessions.redeem_code(code, HOST, "nonce", SOMEWHERE)
    assert house.sessions.redeem_code(code, HOST, "nonce", Origin(source_ip="198.51.100.9"))


def end(house: House, session_id: SessionId) -> None:
    house.sessions.end(session_id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE)


def disable(house: House, session_id: SessionId) -> None:
    person = house.sessions.session(session_id).person_id
    house.people.disable(person, actor="operator", origin=SOMEWHERE)


def idle(house: House, session_id: SessionId) -> None:
    house.clock.advance(house.sessions.session(session_id).idle)


def expire(house: House, session_id: SessionId) -> None:
    for _ in range(48):
        house.clock.advance(timedelta(minutes=30))
        house.sessions.touch(session_id, house.clock.now())


ENDS: dict[str, tuple[Callable[[House, SessionId], None], SessionRefusal]] = {
    "ended": (end, SessionRefusal.ENDED),
    "disabled": (disable, SessionRefusal.PERSON_DISABLED),
    "idle": (idle, SessionRefusal.IDLE),
    "expired": (expire, SessionRefusal.EXPIRED),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_session_that_does_not_stand_opens_nothing_more(how: str) -> None:
    act, expected = ENDS[how]
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    code = house.sessions.issue_code(result.session.id, HOST, NONCE)
    act(house, result.session.id)
    assert why_not(house, token) is expected
    for attempt in (
        lambda: house.sessions.open_handle(result.session.id, HOST),
        lambda: house.sessions.issue_code(result.session.id, HOST, NONCE),
    ):
        with pytest.raises(SessionRefused) as refusal:
            attempt()
        assert refusal.value.reason is expected
    with pytest.raises((SessionRefused, CodeRefusedError)):
        house.sessions.redeem_code(code, HOST, "nonce")
    assert house.sessions.sessions() == ()
    house.restart()
    if how != "expired":
        assert why_not(house, token) is expected


def test_a_session_that_never_was_opens_nothing() -> None:
    house = House()
    nothing = SessionId("session_nothing")
    for attempt in (
        lambda: house.sessions.open_handle(nothing, HOST),
        lambda: house.sessions.issue_code(nothing, HOST, NONCE),
    ):
        with pytest.raises(SessionRefused) as refusal:
            attempt()
        assert refusal.value.reason is SessionRefusal.UNKNOWN
    with pytest.raises(NotFoundError):
        house.sessions.session(nothing)
    with pytest.raises(NotFoundError):
        end(house, nothing)


def test_ending_is_seen_here_before_it_is_answered_and_is_recorded_once() -> None:
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    told: list[tuple[SessionId, str, float]] = []
    house.index.on_revoked(lambda *what: told.append(what))
    for _ in range(2):
        ended = house.sessions.end(result.session.id, actor="alice", reason=EndReason.ENDED_BY_OWNER, origin=SOMEWHERE)
        assert (ended.ended_at, ended.end_reason) == (house.clock.now(), "ended-by-owner")
        assert why_not(house, token) is SessionRefusal.ENDED
    assert told == [(result.session.id, "ended-by-owner", house.stopwatch.at)]
    (event,) = house.record.of(SessionEnded)
    assert (event.actor, event.reason, event.email) == ("alice", EndReason.ENDED_BY_OWNER, "alice@example.com")


def test_a_code_of_a_session_that_does_not_stand_is_burnt_as_well() -> None:
    house = House()
    result, _ = house.enrol()
    code = house.sessions.issue_code(result.session.id, HOST, NONCE)
    end(house, result.session.id)
    with pytest.raises(SessionRefused):
        house.sessions.redeem_code(code, HOST, "nonce")
    with pytest.raises(CodeRefusedError):
        house.sessions.redeem_code(code, HOST, "nonce")


def test_ending_is_recorded_even_when_the_index_cannot_be_refreshed() -> None:
    house = House()
    result, _ = house.enrol()

    def gone() -> None:
        raise UnavailableError("gone", code="database.unavailable")

    unseen = Sessions(house.store, house.clock, house.record, committed=gone)
    with pytest.raises(UnavailableError):
        unseen.end(result.session.id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE)
    assert len(house.record.of(SessionEnded)) == 1
    assert house.sessions.sessions() == ()


def test_ending_holds_even_when_it_cannot_be_recorded() -> None:
    house = House()
    result, _ = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    house.record.full = True
    with pytest.raises(UnavailableError):
        end(house, result.session.id)
    assert why_not(house, token) is SessionRefusal.ENDED
    with pytest.raises(UnavailableError):
        disable(house, result.session.id)
    assert house.person().disabled_at is not None


def test_all_sessions_of_a_person_but_this_one() -> None:
    house = House()
    _, device = house.enrol("alice@example.com")
    bob, _ = house.enrol("bob@example.com")
    mine = house.sign_in(device)
    house.sign_in(device)
    assert len(house.sessions.sessions(mine.person.id)) == 3
    assert (
        house.sessions.end_all(
            mine.person.id,
            actor="alice",
            reason=EndReason.ENDED_BY_OWNER,
            origin=SOMEWHERE,
            except_session=mine.session.id,
        )
        == 2
    )
    assert {session.id for session in house.sessions.sessions()} == {mine.session.id, bob.session.id}


def test_sessions_whose_time_is_up_are_written_down_once() -> None:
    house = House()
    result, _ = house.enrol()
    assert house.sessions.expire() == 0
    idle(house, result.session.id)
    assert house.sessions.expire() == 1
    assert house.sessions.expire() == 0
    (event,) = house.record.of(SessionEnded)
    assert (event.reason, event.actor) == (EndReason.EXPIRED, "watchword")
    assert house.sessions.session(result.session.id).end_reason == "expired"


def test_what_is_long_over_is_forgotten() -> None:
    house = House()
    result, _ = house.enrol()
    end(house, result.session.id)
    flow = house.sessions.remember_flow(HOST, "/", NONCE)
    house.clock.advance(timedelta(days=30))
    house.sessions.prune()
    assert house.sessions.session(result.session.id).end_reason == "signed-out"
    with pytest.raises(FlowRefusedError):
        house.sessions.flow(flow)
    house.clock.advance(timedelta(microseconds=1))
    house.sessions.prune()
    with pytest.raises(NotFoundError):
        house.sessions.session(result.session.id)


# Flows.


def test_a_return_address_is_remembered_for_ten_minutes_and_taken_once() -> None:
    house = House()
    flow = house.sessions.remember_flow(HOST, "/a?b=//c", NONCE)
    assert house.sessions.flow(flow).path == "/a?b=//c"
    assert house.sessions.take_flow(flow).host == HOST
    for gone in (flow, "guess", "\ud800", ""):
        with pytest.raises(FlowRefusedError):
            house.sessions.take_flow(gone)
    late = house.sessions.remember_flow(HOST, "/", NONCE)
    house.clock.advance(timedelta(minutes=10))
    for look in (house.sessions.flow, house.sessions.take_flow):
        with pytest.raises(FlowRefusedError):
            look(late)


@pytest.mark.parametrize("path", ["/\r\nSet-Cookie: a", "/\0", "/é", "/" + "a" * 8192])
def test_a_return_address_that_no_request_had_is_refused(path: str) -> None:
    with pytest.raises(InvalidInputError):
        House().sessions.remember_flow(HOST, path, NONCE)


def test_a_flood_of_flows_is_throttled_by_source() -> None:
    house = House()
    for _ in range(120):
        house.sessions.remember_flow(HOST, "/", NONCE, SOMEWHERE)
    with pytest.raises(ThrottledError):
        house.sessions.remember_flow(HOST, "/", NONCE, SOMEWHERE)
    assert house.sessions.remember_flow(HOST, "/", NONCE, Origin(source_ip="198.51.100.3"))


# A restored backup.


def test_a_restored_backup_brings_no_session_and_no_link_back() -> None:
    house = House()
    result, device = house.enrol()
    _, token = house.sessions.open_handle(result.session.id, HOST)
    link = house.invite("bob@example.com")
    version = house.store.version()
    # The backup was taken here. Later the session was ended and the link used; then the backup was restored.
    assert house.sessions.recover(version) == 0
    assert found(house, token) == result.session.id
    assert house.sessions.recover(version + 5) == 1
    assert house.store.version() == version + 6
    assert why_not(house, token) is SessionRefusal.ENDED
    with pytest.raises(InvitationRefusedError):
        house.people.invitation(link, SOMEWHERE)
    assert house.record.of(SessionEnded)[-1].reason is EndReason.RESTORED
    assert house.sign_in(device).person.email == "alice@example.com"


def test_the_end_reason_of_a_session_is_kept_when_it_is_ended_again() -> None:
    house = House()
    result, _ = house.enrol()
    end(house, result.session.id)
    disable(house, result.session.id)
    assert house.sessions.session(result.session.id).end_reason == "signed-out"
    assert replace(house.sessions.session(result.session.id)).ended_at is not None
