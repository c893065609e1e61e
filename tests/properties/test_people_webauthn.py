"""Whatever a browser sends, it is refused in our own words or proves what it has to: nothing else ever comes of it."""

import json
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from support.authenticator import decode, encode, maker
from support.people import SOMEWHERE, House, key
from watchword.identity.people import SignInRefusedError, SignInResult, ThrottledError
from watchword.kernel.events import Origin

ACME = maker()
PARTS = st.sampled_from(["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def attempt(house: House, kind: str, change: Callable[[bytes], bytes]) -> SignInResult | None:
    """Enrol, or sign in, with an answer that was valid before it was changed."""
    origin = SOMEWHERE
    try:
        if kind == "enrol":
            token = house.invite()
            ceremony = house.people.begin_enrolment(token, origin)
            response = change(key(maker=ACME).create(ceremony.options))
            return house.people.finish_enrolment(
                ceremony_id=ceremony.id, token=token, response=response, label="", origin=origin
            )
        _, device = house.enrol()
        ceremony = house.people.begin_sign_in(origin)
        response = change(device.get(ceremony.options))
        return house.people.finish_sign_in(ceremony_id=ceremony.id, response=response, origin=origin)
    except (SignInRefusedError, ThrottledError):
        return None


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["enrol", "sign in"]), noise=st.binary(max_size=400))
def test_noise_is_refused(kind: str, noise: bytes) -> None:
    assert attempt(House(), kind, lambda _: noise) is None


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["enrol", "sign in"]), value=JSON)
def test_any_json_is_refused(kind: str, value: object) -> None:
    assert attempt(House(), kind, lambda _: json.dumps(value).encode()) is None


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(["enrol", "sign in"]), part=PARTS, value=JSON)
def test_a_part_that_is_something_else_is_refused(kind: str, part: str, value: object) -> None:
    def change(response: bytes) -> bytes:
        sent = json.loads(response)
        if part not in sent["response"]:
            return b"{}"
        sent["response"][part] = value
        return json.dumps(sent).encode()

    assert attempt(House(), kind, change) is None


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from(["enrol", "sign in"]),
    part=PARTS,
    at=st.floats(min_value=0, max_value=1, exclude_max=True),
    flip=st.integers(min_value=1, max_value=255),
    change_of=st.sampled_from(["flip", "cut"]),
)
def test_a_flipped_or_missing_byte_anywhere_gains_nothing(
    kind: str, part: str, at: float, flip: int, change_of: str
) -> None:
    def change(response: bytes) -> bytes:
        sent = json.loads(response)
        if part not in sent["response"]:
            return b"{}"
        raw = bytearray(decode(sent["response"][part]))
        where = int(at * len(raw))
        if change_of == "cut":
            del raw[where:]
        else:
            raw[where] ^= flip
        sent["response"][part] = encode(bytes(raw))
        return json.dumps(sent).encode()

    house = House(roots=(ACME.root_pem,))
    result = attempt(house, kind, change)
    # A byte of an attestation object that no signature covers, such as a certificate's, may change and still enrol: then
    # the passkey is the person's own, as it would be without any attestation. At sign-in every byte counts.
    if result is not None:
        assert (kind, part) == ("enrol", "attestationObject")
        passkeys = house.people.passkeys(result.person.id)
        assert [passkey.person_id for passkey in passkeys] == [result.person.id]
        assert not result.session.hardware or passkeys[0].attestation == ACME.chain
    assert len(house.people.invitation(house.invite("bob@example.com"), Origin())) == 2
