"""Enrolling a passkey (WebAuthn, 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import cbor2
import webauthn
from webauthn.helpers import options_to_json
from webauthn.helpers.cose import COSECRV, COSEKTY, COSEAlgorithmIdentifier, COSEKey
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialType,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from watchword.identity.people._webauthn.attestation import counts_as_hardware
from watchword.identity.people._webauthn.parsing import (
    ALGORITHMS,
    FOREIGN_ERRORS,
    check_client_data,
    check_header,
    credential_id,
    encode,
    field_bytes,
    field_object,
    malformed,
    parse_object,
    refused,
)
from watchword.identity.people.errors import SignInRefusal
from watchword.identity.people.model import Passkey, Person, RelyingParty

_TRANSPORTS = frozenset(transport.value for transport in AuthenticatorTransport)
# Leaf and two intermediates are the most that makers use.
_CERTIFICATES_LIMIT = 4
# NIST SP 800-131A rev. 2, section 3.
_RSA_BITS_MIN = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRegistration:
    """A credential that answered our challenge on our page, with the person verified."""

    credential_id: str  # unpadded base64url
    public_key: bytes  # COSE
    sign_count: int
    aaguid: str
    backup_eligible: bool
    backed_up: bool
    hardware: bool
    attestation: tuple[bytes, ...]
    transports: tuple[str, ...]


def registration_options(
    relying_party: RelyingParty, person: Person, enrolled: Sequence[Passkey], challenge: bytes, timeout: timedelta
) -> str:
    """Return the JSON text of PublicKeyCredentialCreationOptionsJSON. The user handle is the person's id."""
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=relying_party.id,
            rp_name=relying_party.name,
            user_id=person.id.encode("ascii"),
            user_name=person.email,
            user_display_name=person.display_name,
            challenge=challenge,
            timeout=int(timeout.total_seconds() * 1000),
            attestation=AttestationConveyancePreference.DIRECT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(
                    id=webauthn.base64url_to_bytes(passkey.id),
                    transports=[AuthenticatorTransport(transport) for transport in passkey.transports],
                )
                for passkey in enrolled
            ],
            supported_pub_key_algs=list(ALGORITHMS),
        )
    )


def verify_registration(
    response: bytes, *, relying_party: RelyingParty, challenge: bytes, at: datetime
) -> VerifiedRegistration:
    """Verify the JSON text of a RegistrationResponseJSON.

    1. The response parses, strictly.
    2. Client data: `webauthn.create`, our challenge, our origin, not embedded.
    3. Authenticator data: our relying-party id, user present and verified, backup flags that agree.
    4. The public key is of an allowed algorithm, whole and of one shape.
    5. A packed attestation statement's signature holds. Other formats carry no weight here and are set aside, as a
       client may do for us (WebAuthn, 5.4.7, `none`).
    6. `hardware`: see `attestation`.

    Raise `SignInRefusedError`. Left to the caller: that the challenge is single-use and belongs to this person, and
    that the credential id is not enrolled yet (7.1 step 26).
    """
    credential = parse_object(response)
    claimed_id = credential_id(credential)
    answer = field_object(credential, "response")
    client_data = field_bytes(answer, "clientDataJSON")
    attestation_object = field_bytes(answer, "attestationObject")
    check_client_data(client_data, kind="webauthn.create", challenge=challenge, origin=relying_party.origin)
    statement = _parse_attestation(attestation_object)
    header = check_header(statement.authenticator_data, relying_party_id=relying_party.id)
    _check_public_key(_public_key(statement.authenticator_data))
    try:
        verified = webauthn.verify_registration_response(
            credential=RegistrationCredential(
                id=encode(claimed_id),
                raw_id=claimed_id,
                response=AuthenticatorAttestationResponse(
                    client_data_json=client_data, attestation_object=statement.to_verify
                ),
                type=PublicKeyCredentialType.PUBLIC_KEY,
            ),
            expected_challenge=challenge,
            expected_rp_id=relying_party.id,
            expected_origin=relying_party.origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except FOREIGN_ERRORS:
        raise refused(SignInRefusal.ATTESTATION if statement.packed else SignInRefusal.MALFORMED) from None
    if verified.credential_id != claimed_id:
        raise malformed()
    return VerifiedRegistration(
        credential_id=encode(claimed_id),
        public_key=verified.credential_public_key,
        sign_count=header.sign_count,
        aaguid=verified.aaguid,
        backup_eligible=header.backup_eligible,
        backed_up=header.backed_up,
        hardware=counts_as_hardware(
            statement.certificates,
            aaguid=verified.aaguid,
            backup_eligible=header.backup_eligible,
            roots=relying_party.attestation_roots,
            enrolled_at=at,
        ),
        attestation=statement.certificates,
        transports=_transports(answer),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    authenticator_data: bytes
    to_verify: bytes  # the attestation object as `webauthn` is to see it
    certificates: tuple[bytes, ...]
    packed: bool


def _parse_attestation(attestation_object: bytes) -> _Statement:
    """WebAuthn, 6.5.4: the map of format, statement and authenticator data."""
    try:
        value = cbor2.loads(attestation_object, allow_duplicate_keys=False)
    except FOREIGN_ERRORS:
        raise malformed() from None
    if not isinstance(value, dict):
        raise malformed()
    authenticator_data, statement = value.get("authData"), value.get("attStmt")
    if not isinstance(authenticator_data, bytes) or not isinstance(statement, dict):
        raise malformed()
    if value.get("fmt") != "packed":
        unattested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": authenticator_data})
        return _Statement(authenticator_data=authenticator_data, to_verify=unattested, certificates=(), packed=False)
    certificates = statement.get("x5c", [])
    if (
        not isinstance(certificates, list)
        or len(certificates) > _CERTIFICATES_LIMIT
        or not all(isinstance(certificate, bytes) for certificate in certificates)
        or statement.get("alg") not in ALGORITHMS
    ):
        raise refused(SignInRefusal.ATTESTATION)
    return _Statement(
        authenticator_data=authenticator_data,
        to_verify=attestation_object,
        certificates=tuple(certificates),
        packed=True,
    )


def _public_key(authenticator_data: bytes) -> bytes:
    try:
        parsed = webauthn.helpers.parse_authenticator_data(authenticator_data)
    except FOREIGN_ERRORS:
        raise malformed() from None
    if parsed.attested_credential_data is None:
        raise malformed()
    return parsed.attested_credential_data.credential_public_key


def _check_public_key(encoded: bytes) -> None:
    """RFC 9053, 7: the key's type and curve are the algorithm's. A key of another shape verifies something else."""
    key: object = cbor2.loads(encoded, allow_duplicate_keys=False)
    if not isinstance(key, dict):
        raise malformed()
    match key.get(COSEKey.ALG):
        case COSEAlgorithmIdentifier.ECDSA_SHA_256:
            sound = key.get(COSEKey.KTY) == COSEKTY.EC2 and key.get(COSEKey.CRV) == COSECRV.P256
        case COSEAlgorithmIdentifier.EDDSA:
            sound = key.get(COSEKey.KTY) == COSEKTY.OKP and key.get(COSEKey.CRV) == COSECRV.ED25519
        case COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256:
            modulus = key.get(COSEKey.N)
            sound = (
                key.get(COSEKey.KTY) == COSEKTY.RSA
                and isinstance(modulus, bytes)
                and int.from_bytes(modulus, "big").bit_length() >= _RSA_BITS_MIN
            )
        case _:
            sound = False
    if not sound:
        raise refused(SignInRefusal.ALGORITHM)
    try:
        # Only this tells whether the numbers are a key at all: a point on the curve, a modulus that is one.
        webauthn.helpers.decoded_public_key_to_cryptography(webauthn.helpers.decode_credential_public_key(encoded))
    except FOREIGN_ERRORS:
        raise malformed() from None


def _transports(answer: dict[str, object]) -> tuple[str, ...]:
    """Hints for the browser's dialogue. Nothing rests on them, so unknown ones are left out (WebAuthn, 5.8.4)."""
    given = answer.get("transports")
    if not isinstance(given, list):
        return ()
    return tuple(sorted({item for item in given if isinstance(item, str) and item in _TRANSPORTS}))
