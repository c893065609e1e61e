"""An invitation, a passkey, a first session; and everything that must not come of a link."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import cbor2
import pytest

from support.authenticator import AAGUID, BE, UP, UV, Maker, cose, encode, maker, new_key, options_of
from support.people import ORIGIN, SOMEWHERE, START, House, key
from watchword.identity.people import (
    InvitationRefusal,
    InvitationRefusedError,
    RelyingParty,
    SignInRefusal,
    SignInRefusedError,
    ThrottledError,
)
from watchword.identity.people.events import (
    EndReason,
    InvitationRefused,
    InvitationRevoked,
    PasskeyEnrolled,
    PersonInvited,
    SessionEnded,
    SignedIn,
    SignInFailed,
)
from watchword.identity.people.service import People
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from watchword.kernel.events import Origin
from watchword.kernel.ids import InvitationId


def enrol(house: House, token: str, response: Callable[[str], bytes]) -> SignInRefusal:
    """Try, and return why it was refused."""
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    with pytest.raises(SignInRefusedError) as refusal:
        house.people.finish_enrolment(
            ceremony_id=ceremony.id,
            token=token,
            response=response(ceremony.options),
            label="",
            origin=SOMEWHERE,
        )
    return refusal.value.reason


def test_the_first_person_enrols_and_is_signed_in() -> None:
    house = House()
    invitation, token = house.people.invite(
        email=" Alice@Example.com ",
        display_name="Alice Liddell",
        groups=frozenset({"administrators"}),
        actor="operator",
        origin=SOMEWHERE,
    )
    assert house.people.invitation(token, SOMEWHERE)[1].email == "alice@example.com"
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    assert ceremony.person is not None
    result = house.people.finish_enrolment(
        ceremony_id=ceremony.id,
        token=token,
        response=key().create(ceremony.options),
        label="the blue one",
        origin=SOMEWHERE,
    )
    assert result.person.groups == {"administrators"}
    assert result.session.assurance is AssuranceLevel.AAL2
    assert result.session.amr == ("swk", "mfa", "user")
    (passkey,) = house.people.passkeys(result.person.id)
    assert (passkey.label, passkey.hardware, passkey.transports) == ("the blue one", False, ("usb",))
    assert house.record.names() == ["PersonInvited", "PasskeyEnrolled", "SignedIn"]
    assert house.record.of(PersonInvited)[0].invitation_id == invitation.id
    assert house.record.of(SignedIn)[0].actor == "arn:watchword:iam:::person/alice@example.com"
    assert house.people.open_invitations() == ()


def test_no_token_appears_in_any_event() -> None:
    house = House()
    token = house.invite()
    result, _ = house.enrol()
    _, cookie = house.sessions.open_handle(result.session.id, "auth.localhost")
    written = repr(house.record.events)
    assert token not in written
    assert cookie not in written


def test_the_options_ask_for_a_discoverable_verified_attested_credential_and_name_no_stranger() -> None:
    house = House()
    ceremony = house.people.begin_enrolment(house.invite(), SOMEWHERE)
    options = options_of(ceremony.options)
    assert options["rp"] == {"id": "auth.localhost", "name": "Watchword"}
    assert options["attestation"] == "direct"
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert [item["alg"] for item in json.loads(ceremony.options)["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["excludeCredentials"] == []
    assert len(base64.urlsafe_b64decode(str(options["challenge"]) + "=")) == 32


@pytest.mark.parametrize("algorithm", [-7, -8, -257])
def test_each_offered_algorithm_enrols_and_signs_in(algorithm: int) -> None:
    house = House()
    device = key(algorithm=algorithm)
    house.enrol(device=device)
    assert house.sign_in(device).person.email == "alice@example.com"


REFUSALS: dict[str, tuple[SignInRefusal, dict[str, object]]] = {
    "another origin": (SignInRefusal.ORIGIN, {"origin": "http://auth.localhost.evil.example"}),
    "our origin with another port": (SignInRefusal.ORIGIN, {"origin": "http://auth.localhost:8081"}),
    "our page in another's frame": (SignInRefusal.ORIGIN, {"client": {"crossOrigin": True}}),
    "crossOrigin that is no boolean": (SignInRefusal.ORIGIN, {"client": {"crossOrigin": 0}}),
    "a top origin": (SignInRefusal.ORIGIN, {"client": {"topOrigin": ORIGIN}}),
    "another challenge": (SignInRefusal.CHALLENGE, {"challenge": b"x" * 32}),
    "a sign-in's client data": (SignInRefusal.CEREMONY, {"kind": "webauthn.get"}),
    "another relying party": (SignInRefusal.RELYING_PARTY, {"rp_id": "localhost"}),
    "no user verification": (SignInRefusal.USER_VERIFICATION, {"flags": UP}),
    "no user presence": (SignInRefusal.USER_VERIFICATION, {"flags": UV}),
    "backed up but not eligible": (SignInRefusal.BACKUP_FLAGS, {"backed_up": True}),
    "an algorithm that was not offered": (SignInRefusal.ALGORITHM, {"algorithm": -35}),
    "ES256 on another curve": (SignInRefusal.ALGORITHM, {"cose_key": cbor2.dumps(cose(new_key(-35), claimed=-7))}),
    "a short RSA key": (SignInRefusal.ALGORITHM, {"algorithm": -257, "rsa_bits": 1024}),
    "a key that is a number": (SignInRefusal.MALFORMED, {"cose_key": b"\x04"}),
    "a key without coordinates": (SignInRefusal.MALFORMED, {"cose_key": cbor2.dumps({1: 2, 3: -7, -1: 1})}),
    "a point that is not on the curve": (
        SignInRefusal.MALFORMED,
        {"cose_key": cbor2.dumps({1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32})},
    ),
    "an id that is not the credential's": (SignInRefusal.MALFORMED, {"claimed_id": b"i" * 32}),
    "an id that is too short": (SignInRefusal.MALFORMED, {"credential_id": b"short"}),
    "client data that is no JSON": (SignInRefusal.MALFORMED, {"client_json": b"{"}),
    "client data that is a list": (SignInRefusal.MALFORMED, {"client_json": b"[]"}),
    "client data nested without end": (SignInRefusal.MALFORMED, {"client_json": b"[" * 20_000}),
    "client data with a name twice": (
        SignInRefusal.MALFORMED,
        {"client_json": b'{"type":"webauthn.create","origin":"x","origin":"' + ORIGIN.encode() + b'"}'},
    ),
    "a self-attestation by another key": (SignInRefusal.ATTESTATION, {"statement": "self", "bad_signature": True}),
}


@pytest.mark.parametrize("defect", REFUSALS)
def test_a_hostile_answer_is_refused_recorded_and_leaves_the_link_as_it_was(defect: str) -> None:
    expected, change = REFUSALS[defect]
    house = House()
    token = house.invite()
    reason = enrol(house, token, lambda options: key().create(options, **change))  # type: ignore[arg-type]  # a table of them
    assert reason is expected
    (failed,) = house.record.of(SignInFailed)
    assert (failed.reason, failed.email, failed.origin) == (expected.value, "alice@example.com", SOMEWHERE)
    assert not house.people.passkeys(house.person().id)
    assert house.sessions.sessions() == ()
    # The link still works.
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    house.people.finish_enrolment(
        ceremony_id=ceremony.id,
        token=token,
        response=key().create(ceremony.options),
        label="",
        origin=SOMEWHERE,
    )


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b'{"id":"a"}',
        b'{"id":"QUFBQUFBQUFBQUFBQUFBQQ","rawId":"QUFBQUFBQUFBQUFBQUFBQQ","type":"public-key","response":[]}',
        b'{"id":"QUFBQUFBQUFBQUFBQUFBQQ","rawId":"QUFBQUFBQUFBQUFBQUFBQQ","type":"password","response":{}}',
        b'{"id":"QUFBQUFBQUFBQUFBQUFBQR","rawId":"QUFBQUFBQUFBQUFBQUFBQR","type":"public-key","response":{}}',
        b'{"id":"QUFB QUFB","rawId":"QUFB QUFB","type":"public-key"}',
        b"[" * 30_000,
        b" " * 70_000,
    ],
)
def test_what_is_no_answer_at_all_is_malformed(response: bytes) -> None:
    house = House()
    assert enrol(house, house.invite(), lambda _: response) is SignInRefusal.MALFORMED


def test_attestation_objects_of_odd_shapes_are_malformed() -> None:
    for odd in (
        b"",
        b"\xff",
        cbor2.dumps([]),
        cbor2.dumps({"fmt": "none"}),
        cbor2.dumps({"authData": b"", "attStmt": {}}),
    ):
        house = House()

        def answer(options: str, odd: bytes = odd) -> bytes:
            sent = json.loads(key().create(options))
            sent["response"]["attestationObject"] = encode(odd)
            return json.dumps(sent).encode()

        assert enrol(house, house.invite(), answer) is SignInRefusal.MALFORMED


def test_a_challenge_is_answered_once() -> None:
    house = House()
    token = house.invite()
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    refused = key().create(ceremony.options, flags=UP)
    good = key().create(ceremony.options)
    for response, reason in ((refused, SignInRefusal.USER_VERIFICATION), (good, SignInRefusal.CEREMONY)):
        with pytest.raises(SignInRefusedError) as refusal:
            house.people.finish_enrolment(
                ceremony_id=ceremony.id, token=token, response=response, label="", origin=SOMEWHERE
            )
        assert refusal.value.reason is reason


def test_a_challenge_is_for_its_own_link_its_own_use_and_its_own_time() -> None:
    house = House()
    alice, bob = house.invite("alice@example.com"), house.invite("bob@example.com")
    of_bob = house.people.begin_enrolment(bob, SOMEWHERE)
    of_sign_in = house.people.begin_sign_in(SOMEWHERE)
    late = house.people.begin_enrolment(alice, SOMEWHERE)
    answers = [(of_bob, key().create(of_bob.options)), (of_sign_in, b"{}")]
    for ceremony, response in answers:
        with pytest.raises(SignInRefusedError) as refusal:
            house.people.finish_enrolment(
                ceremony_id=ceremony.id, token=alice, response=response, label="", origin=SOMEWHERE
            )
        assert refusal.value.reason is SignInRefusal.CEREMONY
    house.clock.advance(timedelta(minutes=5))
    with pytest.raises(SignInRefusedError) as refusal:
        house.people.finish_enrolment(
            ceremony_id=late.id, token=alice, response=key().create(late.options), label="", origin=SOMEWHERE
        )
    assert refusal.value.reason is SignInRefusal.CEREMONY


def test_one_credential_is_enrolled_once() -> None:
    house = House()
    _, device = house.enrol("alice@example.com")
    assert device.credential is not None
    taken = device.credential.id
    reason = enrol(house, house.invite("bob@example.com"), lambda options: key().create(options, credential_id=taken))
    assert reason is SignInRefusal.PASSKEY_TAKEN
    assert not house.people.passkeys(house.person("bob@example.com").id)


# Links.


def refused(house: House, token: str) -> InvitationRefusal:
    with pytest.raises(InvitationRefusedError) as refusal:
        house.people.invitation(token, SOMEWHERE)
    return refusal.value.reason


def test_a_link_is_good_once() -> None:
    house = House()
    token = house.invite()
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    second = house.people.begin_enrolment(token, SOMEWHERE)
    house.people.finish_enrolment(
        ceremony_id=ceremony.id,
        token=token,
        response=key().create(ceremony.options),
        label="",
        origin=SOMEWHERE,
    )
    assert refused(house, token) is InvitationRefusal.USED
    with pytest.raises(InvitationRefusedError):
        house.people.finish_enrolment(
            ceremony_id=second.id,
            token=token,
            response=key().create(second.options),
            label="",
            origin=SOMEWHERE,
        )
    events = house.record.of(InvitationRefused)
    assert [event.reason for event in events] == ["used", "used"]
    assert events[0].email == "alice@example.com"
    assert len(house.people.passkeys(house.person().id)) == 1


def test_a_link_ends_with_its_time_with_a_newer_one_and_with_the_person() -> None:
    house = House()
    first, second = house.invite(), house.invite()
    assert refused(house, first) is InvitationRefusal.REVOKED
    assert len(house.record.of(InvitationRevoked)) == 1
    house.clock.advance(timedelta(hours=24) - timedelta(microseconds=1))
    assert house.people.invitation(second, SOMEWHERE)
    assert len(house.people.open_invitations()) == 1
    house.clock.advance(timedelta(microseconds=1))
    assert refused(house, second) is InvitationRefusal.EXPIRED
    assert house.people.open_invitations() == ()
    third = house.invite()
    house.people.disable(house.person().id, actor="operator", origin=SOMEWHERE)
    assert refused(house, third) is InvitationRefusal.REVOKED
    with pytest.raises(ConflictError) as conflict:
        house.invite()
    assert conflict.value.code == "person.disabled"


def test_a_link_can_be_revoked_and_that_is_recorded_once() -> None:
    house = House()
    token = house.invite()
    ((invitation, _),) = house.people.open_invitations()
    for _ in range(2):
        house.people.revoke_invitation(invitation.id, actor="operator", origin=SOMEWHERE)
    assert refused(house, token) is InvitationRefusal.REVOKED
    assert len(house.record.of(InvitationRevoked)) == 1
    with pytest.raises(NotFoundError):
        house.people.revoke_invitation(InvitationId("invitation_none"), actor="operator", origin=SOMEWHERE)


@pytest.mark.parametrize("token", ["", "guess", "\ud800", "\0", "A" * 43, "é" * 43])
def test_a_guess_is_refused_and_recorded(token: str) -> None:
    house = House()
    house.invite()
    assert refused(house, token) is InvitationRefusal.UNKNOWN
    (event,) = house.record.of(InvitationRefused)
    assert (event.invitation_id, event.email, event.origin.source_ip) == (None, None, "203.0.113.7")


def test_a_source_that_guesses_is_throttled_and_nobody_else_is() -> None:
    house = House()
    token = house.invite()
    for _ in range(10):
        assert refused(house, "guess") is InvitationRefusal.UNKNOWN
    with pytest.raises(ThrottledError) as throttled:
        house.people.invitation(token, SOMEWHERE)
    assert throttled.value.code == "throttled"
    assert throttled.value.retry_after == timedelta(seconds=6)
    assert [event.reason for event in house.record.of(InvitationRefused)][-1] == "throttled"
    recorded = len(house.record.events)
    with pytest.raises(ThrottledError):
        house.people.invitation("guess", SOMEWHERE)
    assert len(house.record.events) == recorded, "a flood of guesses does not flood the record"
    assert house.people.invitation(token, Origin(source_ip="198.51.100.1"))
    house.clock.advance(timedelta(seconds=6))
    assert house.people.invitation(token, SOMEWHERE)


def test_failing_again_and_again_with_one_link_is_throttled() -> None:
    house = House()
    token = house.invite()
    for _ in range(10):
        enrol(house, token, lambda options: key().create(options, flags=UP))
    ceremony = house.people.begin_enrolment(token, Origin(source_ip="198.51.100.1"))
    with pytest.raises(ThrottledError):
        house.people.finish_enrolment(
            ceremony_id=ceremony.id,
            token=token,
            response=key().create(ceremony.options),
            label="",
            origin=Origin(source_ip="198.51.100.1"),
        )
    house.clock.advance(timedelta(seconds=30))
    house.people.finish_enrolment(
        ceremony_id=ceremony.id,
        token=token,
        response=key().create(ceremony.options),
        label="",
        origin=SOMEWHERE,
    )


def test_a_second_link_is_for_a_further_passkey_and_ends_the_other_sessions() -> None:
    house = House()
    first, blue = house.enrol(groups=frozenset({"staff"}))
    elsewhere = house.sign_in(blue)
    second, green = house.enrol(groups=frozenset({"ignored"}))
    assert second.person.id == first.person.id
    assert second.person.groups == {"staff"}
    assert [session.id for session in house.sessions.sessions()] == [second.session.id]
    ended = house.record.of(SessionEnded)
    assert {event.session_id for event in ended} == {first.session.id, elsewhere.session.id}
    assert {event.reason for event in ended} == {EndReason.CREDENTIALS_CHANGED}
    for device in (blue, green):
        assert house.sign_in(device).person.id == first.person.id
    again = house.people.begin_enrolment(house.invite(), SOMEWHERE)
    assert len(json.loads(again.options)["excludeCredentials"]) == 2


@pytest.mark.parametrize("lifetime", [timedelta(), timedelta(days=8), timedelta(seconds=-1)])
def test_a_link_cannot_live_for_ever_or_not_at_all(lifetime: timedelta) -> None:
    with pytest.raises(InvalidInputError) as invalid:
        House().people.invite(
            email="a@b.example",
            display_name="A",
            groups=frozenset(),
            actor="operator",
            origin=SOMEWHERE,
            lifetime=lifetime,
        )
    assert invalid.value.code == "invitation.lifetime"


# The record does not take it.


def test_an_invitation_that_cannot_be_recorded_is_given_to_nobody() -> None:
    house = House()
    house.record.full = True
    with pytest.raises(UnavailableError):
        house.invite()


def test_a_sign_in_that_cannot_be_recorded_leaves_no_session_behind() -> None:
    house = House()
    _, device = house.enrol()
    (standing,) = house.sessions.sessions()
    house.record.full = True
    with pytest.raises(UnavailableError):
        house.sign_in(device)
    assert [session.id for session in house.sessions.sessions()] == [standing.id]


def test_an_enrolment_that_cannot_be_recorded_is_taken_back_and_the_link_stays_good() -> None:
    house = House()
    token = house.invite()
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    response = key().create(ceremony.options)
    house.record.full = True
    with pytest.raises(UnavailableError):
        house.people.finish_enrolment(
            ceremony_id=ceremony.id, token=token, response=response, label="", origin=SOMEWHERE
        )
    house.record.full = False
    assert not house.people.passkeys(house.person().id)
    assert house.sessions.sessions() == ()
    assert house.people.invitation(token, SOMEWHERE)[0].used_at is None


def test_an_enrolment_that_is_not_recorded_in_time_is_taken_back_and_that_is_recorded_too() -> None:
    house = House()
    token = house.invite()
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    response = key().create(ceremony.options)
    house.record.late = True
    with pytest.raises(UnavailableError):
        house.people.finish_enrolment(
            ceremony_id=ceremony.id, token=token, response=response, label="", origin=SOMEWHERE
        )
    house.record.late = False
    assert not house.people.passkeys(house.person().id)
    assert house.sessions.sessions() == ()
    assert house.people.invitation(token, SOMEWHERE)[0].used_at is None
    house.record.deliver()
    assert house.record.names() == ["PersonInvited", "PasskeyEnrolled", "SignedIn", "PasskeyRemoved", "SessionEnded"]


# Hardware.


def enrolled_hardware(roots: tuple[bytes, ...], made_by: Maker | None, **device: object) -> bool:
    house = House(roots=roots)
    result, _ = house.enrol(device=key(maker=made_by, **device))
    (event,) = house.record.of(PasskeyEnrolled)
    assert event.hardware is result.session.hardware
    assert (result.session.assurance is AssuranceLevel.AAL3) is event.hardware
    return event.hardware


def test_a_key_of_a_pinned_maker_is_hardware_and_gives_aal3() -> None:
    acme = maker()
    house = House(roots=(maker().root_pem, acme.root_pem))
    result, device = house.enrol(device=key(maker=acme))
    assert result.session.assurance is AssuranceLevel.AAL3
    assert result.session.amr == ("hwk", "mfa", "user")
    assert (result.session.idle, result.session.expires_at - START) == (timedelta(minutes=15), timedelta(hours=12))
    assert house.sign_in(device).session.assurance is AssuranceLevel.AAL3


def test_the_attestation_certificate_itself_may_be_pinned() -> None:
    acme = maker()
    from cryptography.hazmat.primitives import serialization

    assert enrolled_hardware((acme.certificate.public_bytes(serialization.Encoding.PEM),), acme)


NOT_HARDWARE: dict[str, Callable[[], tuple[Maker, dict[str, object]]]] = {
    "no AAGUID in the certificate": lambda: (maker(aaguid=None), {}),
    "another AAGUID in the certificate": lambda: (maker(aaguid=UUID(int=7)), {}),
    "the AAGUID of no model": lambda: (maker(aaguid=UUID(int=0)), {"aaguid": UUID(int=0)}),
    "a critical AAGUID extension": lambda: (maker(critical=True), {}),
    "a certificate for something else": lambda: (maker(unit="Web Server"), {}),
    "an authority's certificate": lambda: (maker(authority=True), {}),
    "a certificate that had expired": lambda: (maker(valid_until=START - timedelta(days=1)), {}),
    "a passkey that can be backed up": lambda: (maker(), {"backup_eligible": True}),
}


@pytest.mark.parametrize("defect", NOT_HARDWARE)
def test_a_key_is_enrolled_but_is_no_hardware_with(defect: str) -> None:
    made_by, device = NOT_HARDWARE[defect]()
    assert not enrolled_hardware((made_by.root_pem,), made_by, **device)


def test_a_maker_that_is_not_pinned_vouches_for_nothing() -> None:
    assert not enrolled_hardware((), maker())
    assert not enrolled_hardware((maker().root_pem,), maker())


def test_a_maker_whose_batch_certificate_expires_later_still_vouches_for_older_keys() -> None:
    acme = maker(valid_until=START + timedelta(days=1))
    house = House(roots=(acme.root_pem,))
    _, device = house.enrol(device=key(maker=acme))
    house.clock.advance(timedelta(days=400))
    assert house.sign_in(device).session.hardware


@pytest.mark.parametrize("statement", ["none", "self", "fido-u2f"])
def test_other_attestation_carries_no_weight(statement: str) -> None:
    acme = maker()
    house = House(roots=(acme.root_pem,))
    token = house.invite()
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    response = key().create(ceremony.options, statement=statement)  # type: ignore[arg-type]  # one of three
    result = house.people.finish_enrolment(
        ceremony_id=ceremony.id, token=token, response=response, label="", origin=SOMEWHERE
    )
    assert not result.session.hardware


@pytest.mark.parametrize(
    "change",
    [
        {"bad_signature": True},
        {"x5c": [b"no certificate"]},
        {"x5c": ["text"]},
        {"x5c": [b"1", b"2", b"3", b"4", b"5"]},
        {"statement_algorithm": -65535},
        {"attested_aaguid": UUID(int=0), "bad_signature": True},
    ],
)
def test_a_packed_statement_that_does_not_hold_is_refused(change: dict[str, object]) -> None:
    acme = maker()
    house = House(roots=(acme.root_pem,))
    reason = enrol(house, house.invite(), lambda options: key(maker=acme).create(options, **change))  # type: ignore[arg-type]  # a table of them
    assert reason is SignInRefusal.ATTESTATION


def test_hardware_follows_the_roots_that_are_pinned_now() -> None:
    acme = maker()
    house = House()
    first, device = house.enrol(device=key(maker=acme))
    assert not first.session.hardware
    house.restart(roots=(acme.root_pem,))
    assert house.sign_in(device).session.assurance is AssuranceLevel.AAL3
    assert house.people.passkeys(first.person.id)[0].hardware
    house.restart(roots=())
    assert house.sign_in(device).session.assurance is AssuranceLevel.AAL2
    assert not house.people.passkeys(first.person.id)[0].hardware


def test_a_root_that_cannot_be_read_is_refused_at_once() -> None:
    house = House()
    party = RelyingParty(id="auth.localhost", origin=ORIGIN, name="Watchword", attestation_roots=(b"no PEM",))
    with pytest.raises(InvalidInputError) as invalid:
        People(house.store, house.clock, house.record, party)
    assert invalid.value.code == "relying-party.roots"


def test_a_synced_passkey_enrols_at_aal2() -> None:
    house = House()
    result, _ = house.enrol(device=key(backup_eligible=True, counts=False))
    (passkey,) = house.people.passkeys(result.person.id)
    assert passkey.backup_eligible
    assert result.session.assurance is AssuranceLevel.AAL2
    assert BE  # the flag that the authenticator set
    assert passkey.aaguid == str(AAGUID)
    assert passkey.created_at.tzinfo is UTC
    assert isinstance(passkey.created_at, datetime)
