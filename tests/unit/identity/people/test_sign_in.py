"""Signing in with a passkey, and everything that looks like it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from support.authenticator import UP, UV, Authenticator
from support.people import ORIGIN, SOMEWHERE, House, key
from watchword.identity.people import SignInRefusal, SignInRefusedError, ThrottledError
from watchword.identity.people.events import EndReason, SessionEnded, SignedIn, SignInFailed
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Origin
from watchword.kernel.ids import CeremonyId, SessionId


def refused(house: House, response: Callable[[str], bytes], origin: Origin = SOMEWHERE) -> SignInRefusal:
    ceremony = house.people.begin_sign_in(origin)
    with pytest.raises(SignInRefusedError) as refusal:
        house.people.finish_sign_in(ceremony_id=ceremony.id, response=response(ceremony.options), origin=origin)
    return refusal.value.reason


def test_each_sign_in_is_a_new_session_with_a_new_id() -> None:
    house = House()
    first, device = house.enrol()
    second = house.sign_in(device)
    third = house.sign_in(device)
    assert len({first.session.id, second.session.id, third.session.id}) == 3
    assert second.session.auth_time == house.clock.now()
    assert [event.session_id for event in house.record.of(SignedIn)] == [
        first.session.id,
        second.session.id,
        third.session.id,
    ]


def test_a_sign_in_in_the_same_browser_replaces_the_session_that_was_there() -> None:
    house = House()
    first, device = house.enrol()
    ceremony = house.people.begin_sign_in(SOMEWHERE)
    second = house.people.finish_sign_in(
        ceremony_id=ceremony.id,
        response=device.get(ceremony.options),
        origin=SOMEWHERE,
        replaces=first.session.id,
    )
    assert [session.id for session in house.sessions.sessions()] == [second.session.id]
    assert house.record.of(SessionEnded)[0].reason is EndReason.REPLACED
    ceremony = house.people.begin_sign_in(SOMEWHERE)
    house.people.finish_sign_in(
        ceremony_id=ceremony.id,
        response=device.get(ceremony.options),
        origin=SOMEWHERE,
        replaces=SessionId("session_of_another_time"),
    )


REFUSALS: dict[str, tuple[SignInRefusal, dict[str, object]]] = {
    "another origin": (SignInRefusal.ORIGIN, {"origin": "https://auth.localhost:8080"}),
    "our page in another's frame": (SignInRefusal.ORIGIN, {"client": {"crossOrigin": True}}),
    "a top origin": (SignInRefusal.ORIGIN, {"client": {"topOrigin": ORIGIN}}),
    "another challenge": (SignInRefusal.CHALLENGE, {"challenge": b"c" * 32}),
    "an enrolment's client data": (SignInRefusal.CEREMONY, {"kind": "webauthn.create"}),
    "another relying party": (SignInRefusal.RELYING_PARTY, {"rp_id": "auth.example.com"}),
    "no user verification": (SignInRefusal.USER_VERIFICATION, {"flags": UP}),
    "no user presence": (SignInRefusal.USER_VERIFICATION, {"flags": UV}),
    "a signature by another key": (SignInRefusal.SIGNATURE, {"bad_signature": True}),
    "a passkey that became eligible for backup": (SignInRefusal.BACKUP_FLAGS, {"backup_eligible": True}),
    "backed up but not eligible": (SignInRefusal.BACKUP_FLAGS, {"backed_up": True}),
    "a count that stands still": (SignInRefusal.SIGN_COUNT, {"sign_count": 1}),
    "a count that went back to nothing": (SignInRefusal.SIGN_COUNT, {"sign_count": 0}),
    "no user handle": (SignInRefusal.MALFORMED, {"user_handle": "absent"}),
    "another person's user handle": (SignInRefusal.USER_HANDLE, {"user_handle": b"person_other"}),
    "client data that is no JSON": (SignInRefusal.MALFORMED, {"client_json": b"\xff"}),
    "a passkey that nobody has": (SignInRefusal.PASSKEY_UNKNOWN, {"credential_id": b"u" * 32}),
}


@pytest.mark.parametrize("defect", REFUSALS)
def test_a_hostile_answer_is_refused_and_recorded(defect: str) -> None:
    expected, change = REFUSALS[defect]
    house = House()
    enrolled, device = house.enrol()
    assert refused(house, lambda options: device.get(options, **change)) is expected  # type: ignore[arg-type]  # a table of them
    (failed,) = house.record.of(SignInFailed)
    assert (failed.reason, failed.actor, failed.origin) == (expected.value, "anonymous", SOMEWHERE)
    if expected not in {SignInRefusal.PASSKEY_UNKNOWN, SignInRefusal.MALFORMED}:
        assert failed.email == "alice@example.com"
    assert [session.id for session in house.sessions.sessions()] == [enrolled.session.id]


def test_a_challenge_is_answered_once_by_whomever() -> None:
    house = House()
    _, device = house.enrol()
    ceremony = house.people.begin_sign_in(SOMEWHERE)
    response = device.get(ceremony.options)
    house.people.finish_sign_in(ceremony_id=ceremony.id, response=response, origin=SOMEWHERE)
    with pytest.raises(SignInRefusedError) as refusal:
        house.people.finish_sign_in(ceremony_id=ceremony.id, response=response, origin=SOMEWHERE)
    assert refusal.value.reason is SignInRefusal.CEREMONY


@pytest.mark.parametrize("ceremony_id", ["", "ceremony_none", "\0", "\ud800", "é"])
def test_a_challenge_that_was_never_given_out_is_refused(ceremony_id: str) -> None:
    house = House()
    with pytest.raises(SignInRefusedError) as refusal:
        house.people.finish_sign_in(ceremony_id=CeremonyId(ceremony_id), response=b"{}", origin=SOMEWHERE)
    assert refusal.value.reason is SignInRefusal.CEREMONY


def test_an_enrolments_challenge_signs_nobody_in_and_none_lives_long() -> None:
    house = House()
    _, device = house.enrol()
    enrolment = house.people.begin_enrolment(house.invite("bob@example.com"), SOMEWHERE)
    late = house.people.begin_sign_in(SOMEWHERE)
    house.clock.advance(timedelta(minutes=5))
    for ceremony in (enrolment, late):
        with pytest.raises(SignInRefusedError) as refusal:
            house.people.finish_sign_in(
                ceremony_id=ceremony.id, response=device.get(ceremony.options), origin=SOMEWHERE
            )
        assert refusal.value.reason is SignInRefusal.CEREMONY


def test_a_cloned_key_is_refused_by_its_count_and_the_original_goes_on() -> None:
    house = House()
    _, device = house.enrol()
    house.sign_in(device)
    assert device.credential is not None
    assert refused(house, lambda options: device.get(options, sign_count=2)) is SignInRefusal.SIGN_COUNT
    house.sign_in(device)


def test_a_key_that_never_counts_is_accepted_as_often_as_it_says_nothing() -> None:
    house = House()
    _, device = house.enrol(device=key(counts=False))
    for _ in range(2):
        house.sign_in(device)


def test_nobody_who_is_disabled_signs_in_and_a_removed_passkey_opens_nothing() -> None:
    house = House()
    result, device = house.enrol()
    house.people.disable(result.person.id, actor="operator", origin=SOMEWHERE)
    assert refused(house, device.get) is SignInRefusal.PERSON_DISABLED
    house.people.enable(result.person.id, actor="operator", origin=SOMEWHERE)
    house.sign_in(device)
    house.clock.advance(timedelta(seconds=1))
    _, other = house.enrol()
    (first, _) = house.people.passkeys(result.person.id)
    house.people.remove_passkey(result.person.id, first.id, actor="operator", origin=SOMEWHERE)
    assert refused(house, device.get) is SignInRefusal.PASSKEY_UNKNOWN
    house.sign_in(other)


def test_one_persons_passkey_does_not_open_with_anothers_handle() -> None:
    house = House()
    _, alice = house.enrol("alice@example.com")
    bob, _ = house.enrol("bob@example.com")
    handle = bob.person.id.encode()
    assert refused(house, lambda options: alice.get(options, user_handle=handle)) is SignInRefusal.USER_HANDLE


def test_a_source_that_fails_is_throttled_others_are_not() -> None:
    house = House()
    _, device = house.enrol()
    stranger = Authenticator(origin=ORIGIN, rp_id="auth.localhost", credential=device.credential)
    for _ in range(20):
        assert refused(house, lambda options: stranger.get(options, bad_signature=True)) is SignInRefusal.SIGNATURE
    ceremony = house.people.begin_sign_in(SOMEWHERE)
    with pytest.raises(ThrottledError):
        house.people.finish_sign_in(ceremony_id=ceremony.id, response=device.get(ceremony.options), origin=SOMEWHERE)
    reasons = [event.reason for event in house.record.of(SignInFailed)]
    assert reasons.count("throttled") == 1
    assert len(reasons) == 21
    elsewhere = Origin(source_ip="2001:db8::1")
    ceremony = house.people.begin_sign_in(elsewhere)
    house.people.finish_sign_in(ceremony_id=ceremony.id, response=device.get(ceremony.options), origin=elsewhere)


def test_a_flood_of_begun_ceremonies_is_throttled_by_source() -> None:
    house = House()
    for _ in range(120):
        house.people.begin_sign_in(SOMEWHERE)
    with pytest.raises(ThrottledError) as throttled:
        house.people.begin_sign_in(SOMEWHERE)
    assert throttled.value.retry_after == timedelta(seconds=0.5)
    house.people.begin_sign_in(Origin(source_ip="198.51.100.2"))


def test_a_refusal_that_cannot_be_recorded_is_still_a_refusal() -> None:
    house = House()
    _, device = house.enrol()
    house.record.full = True
    ceremony = house.people.begin_sign_in(SOMEWHERE)
    with pytest.raises(UnavailableError):
        house.people.finish_sign_in(
            ceremony_id=ceremony.id, response=device.get(ceremony.options, bad_signature=True), origin=SOMEWHERE
        )
    assert len(house.sessions.sessions()) == 1
