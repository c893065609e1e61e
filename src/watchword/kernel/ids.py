"""Names of things: random, typed by prefix, safe in URLs, file names and logs.

An id is an address, never a proof: knowing one opens nothing. What proves something is a token (`new_token`), which is
only ever stored as its SHA-256 (`token_digest`).
"""

import base64
import hashlib
import secrets
from typing import NewType

PersonId = NewType("PersonId", str)
GroupName = NewType("GroupName", str)
InvitationId = NewType("InvitationId", str)
PasskeyId = NewType("PasskeyId", str)
SessionId = NewType("SessionId", str)
HandleId = NewType("HandleId", str)
CeremonyId = NewType("CeremonyId", str)
RequestId = NewType("RequestId", str)
RouteId = NewType("RouteId", str)
ApplicationName = NewType("ApplicationName", str)

# 120 bits make a collision out of reach for any number of rows a database can hold, and encode to 24 characters.
_ID_BYTES = 15
# OWASP ASVS 5.0 asks for at least 128 bits in a session token; we use 256.
_TOKEN_BYTES = 32
TOKEN_LENGTH = 43


def new_id(prefix: str) -> str:
    """Return `<prefix>_<24 lower-case base32 characters>`."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode('ascii').lower()}"


def new_token() -> str:
    """Return 256 random bits as 43 characters of unpadded base64url."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_TOKEN_BYTES)).rstrip(b"=").decode("ascii")


def token_digest(token: str | bytes) -> bytes:
    """SHA-256 of a token: the only form in which one is stored. Tokens have 256 bits, so no salt or stretching."""
    return hashlib.sha256(token if isinstance(token, bytes) else token.encode("utf-8")).digest()
