"""Signing in with a passkey (WebAuthn, 7.2), with a discoverable credential: the passkey says who is there."""

from dataclasses import dataclass
from datetime import timedelta

import webauthn
from webauthn.helpers import options_to_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    PublicKeyCredentialType,
    UserVerificationRequirement,
)

from watchword.identity.people._webauthn.parsing import (
    FOREIGN_ERRORS,
    check_client_data,
    check_header,
    credential_id,
    encode,
    field_bytes,
    field_object,
    parse_object,
    refused,
)
from watchword.identity.people.errors import SignInRefusal
from watchword.identity.people.model import Passkey, RelyingParty


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationResponse:
    """What a browser sent, parsed and *not* verified: it may name any passkey."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes

    @property
    def passkey_id(self) -> str:
        return encode(self.credential_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedAuthentication:
    """The holder of the passkey answered our challenge on our page, and was verified by the authenticator."""

    sign_count: int
    backup_eligible: bool
    backed_up: bool


def authentication_options(relying_party: RelyingParty, challenge: bytes, timeout: timedelta) -> str:
    """Return the JSON text of PublicKeyCredentialRequestOptionsJSON, for whichever passkey the person picks."""
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=relying_party.id,
            challenge=challenge,
            timeout=int(timeout.total_seconds() * 1000),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def parse_authentication(response: bytes) -> AuthenticationResponse:
    """Parse the JSON text of an AuthenticationResponseJSON. The user handle must be there: no name was given before
    (WebAuthn, 7.2 step 6)."""
    credential = parse_object(response)
    answer = field_object(credential, "response")
    return AuthenticationResponse(
        credential_id=credential_id(credential),
        client_data=field_bytes(answer, "clientDataJSON"),
        authenticator_data=field_bytes(answer, "authenticatorData"),
        signature=field_bytes(answer, "signature"),
        user_handle=field_bytes(answer, "userHandle"),
    )


def verify_authentication(
    response: AuthenticationResponse, *, passkey: Passkey, relying_party: RelyingParty, challenge: bytes
) -> VerifiedAuthentication:
    """Verify that the holder of `passkey` gave this response.

    1. The response is about this passkey, and its user handle is the passkey's person.
    2. Client data: `webauthn.get`, our challenge, our origin, not embedded.
    3. Authenticator data: our relying-party id, user present and verified, backup flags that agree with each other
       and with the day of enrolment (eligibility never changes: WebAuthn, 7.2 step 19).
    4. The signature.

    Raise `SignInRefusedError`. Left to the caller, in one transaction: that the challenge is single-use, that the
    person is enabled, and that the sign count grew (7.2 step 22).
    """
    if response.passkey_id != passkey.id or response.user_handle != passkey.person_id.encode("ascii"):
        raise refused(SignInRefusal.USER_HANDLE)
    check_client_data(response.client_data, kind="webauthn.get", challenge=challenge, origin=relying_party.origin)
    header = check_header(response.authenticator_data, relying_party_id=relying_party.id)
    try:
        webauthn.verify_authentication_response(
            credential=AuthenticationCredential(
                id=response.passkey_id,
                raw_id=response.credential_id,
                response=AuthenticatorAssertionResponse(
                    client_data_json=response.client_data,
                    authenticator_data=response.authenticator_data,
                    signature=response.signature,
                    user_handle=response.user_handle,
                ),
                type=PublicKeyCredentialType.PUBLIC_KEY,
            ),
            expected_challenge=challenge,
            expected_rp_id=relying_party.id,
            expected_origin=relying_party.origin,
            credential_public_key=passkey.public_key,
            # The count is compared by the caller, who sees the stored one under a lock.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except FOREIGN_ERRORS:
        raise refused(SignInRefusal.SIGNATURE) from None
    # After the signature, so that it is the passkey's holder, and no passer-by, whom the record names.
    if header.backup_eligible != passkey.backup_eligible:
        raise refused(SignInRefusal.BACKUP_FLAGS)
    return VerifiedAuthentication(
        sign_count=header.sign_count, backup_eligible=header.backup_eligible, backed_up=header.backed_up
    )
