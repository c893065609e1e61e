"""Reading what a browser sent: strictly, bounded, and into values of ours. Everything odd is `malformed`."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException

from watchword.identity.people.errors import SignInRefusal, SignInRefusedError

# Larger than any attestation a browser sends (a TPM's has about 6 KB), small enough to parse without a thought.
_RESPONSE_LIMIT = 64 * 1024
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
# WebAuthn, 4: a credential id has at least 16 bytes and at most 1023.
_CREDENTIAL_ID_MIN = 16
_CREDENTIAL_ID_MAX = 1023

# WebAuthn, 6.1: rpIdHash (32), flags (1), signCount (4).
_HEADER_SIZE = 37
_USER_PRESENT = 0x01
_USER_VERIFIED = 0x04
_BACKUP_ELIGIBLE = 0x08
_BACKED_UP = 0x10

# What platforms offer without exception: ES256, EdDSA, RS256 (WebAuthn, 5.4).
ALGORITHMS = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)

FOREIGN_ERRORS = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    cbor2.CBORError,
    # What `webauthn` and what it stands on let through for input that is not as they expect it.
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What reading a stranger's bytes may raise. Each means the same: refused."""


def refused(reason: SignInRefusal) -> SignInRefusedError:
    return SignInRefusedError(reason)


def malformed() -> SignInRefusedError:
    return SignInRefusedError(SignInRefusal.MALFORMED)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers of such an object may see two different things.
        raise malformed()
    return found


def parse_object(text: bytes) -> dict[str, object]:
    """Read one JSON object, UTF-8, without duplicate names."""
    if len(text) > _RESPONSE_LIMIT:
        raise malformed()
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise malformed() from None
    if not isinstance(value, dict):
        raise malformed()
    return value


def field_object(of: dict[str, object], name: str) -> dict[str, object]:
    value = of.get(name)
    if not isinstance(value, dict):
        raise malformed()
    return value


def field_text(of: dict[str, object], name: str) -> str:
    value = of.get(name)
    if not isinstance(value, str):
        raise malformed()
    return value


def field_bytes(of: dict[str, object], name: str) -> bytes:
    """Read unpadded base64url (RFC 4648, 5), in its one canonical form."""
    text = field_text(of, name)
    if not _BASE64URL.fullmatch(text):
        raise malformed()
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise malformed() from None
    if encode(value) != text:
        raise malformed()
    return value


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def credential_id(of: dict[str, object]) -> bytes:
    """Read `id`, `rawId` and `type` of a PublicKeyCredential, which have to agree (WebAuthn, 5.1)."""
    raw = field_bytes(of, "rawId")
    if field_text(of, "id") != encode(raw) or field_text(of, "type") != "public-key":
        raise malformed()
    if not _CREDENTIAL_ID_MIN <= len(raw) <= _CREDENTIAL_ID_MAX:
        raise malformed()
    return raw


def check_client_data(raw: bytes, *, kind: str, challenge: bytes, origin: str) -> None:
    """WebAuthn, 7.1 steps 7 to 11 and 7.2 steps 11 to 15: for this ceremony, this challenge, on our own page alone."""
    data = parse_object(raw)
    if field_text(data, "type") != kind:
        raise refused(SignInRefusal.CEREMONY)
    if not hmac.compare_digest(field_bytes(data, "challenge"), challenge):
        raise refused(SignInRefusal.CHALLENGE)
    if field_text(data, "origin") != origin:
        raise refused(SignInRefusal.ORIGIN)
    # Our page inside another's may be dressed up as anything. Absent and false are the same; all else is refused.
    if data.get("crossOrigin", False) is not False or "topOrigin" in data:
        raise refused(SignInRefusal.ORIGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorHeader:
    """The fixed part of authenticator data (WebAuthn, 6.1), whose claims were checked as far as they stand alone."""

    sign_count: int
    backup_eligible: bool
    backed_up: bool


def check_header(authenticator_data: bytes, *, relying_party_id: str) -> AuthenticatorHeader:
    """WebAuthn, 7.1 steps 14 to 17 and 7.2 steps 16 to 19: our id, person present and verified, flags that agree."""
    if len(authenticator_data) < _HEADER_SIZE:
        raise malformed()
    expected = hashlib.sha256(relying_party_id.encode("utf-8")).digest()
    if not hmac.compare_digest(authenticator_data[:32], expected):
        raise refused(SignInRefusal.RELYING_PARTY)
    flags = authenticator_data[32]
    if not flags & _USER_PRESENT or not flags & _USER_VERIFIED:
        raise refused(SignInRefusal.USER_VERIFICATION)
    backup_eligible = bool(flags & _BACKUP_ELIGIBLE)
    backed_up = bool(flags & _BACKED_UP)
    if backed_up and not backup_eligible:
        raise refused(SignInRefusal.BACKUP_FLAGS)
    return AuthenticatorHeader(
        sign_count=int.from_bytes(authenticator_data[33:_HEADER_SIZE], "big"),
        backup_eligible=backup_eligible,
        backed_up=backed_up,
    )
