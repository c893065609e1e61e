"""Persons, what they sign in with, and the sessions that result. Frozen values and their invariants, nothing else.

Two secrets travel: an invitation token in a link, and a handle token in a cookie. Each has 256 random bits and is
stored as its SHA-256 alone. A *session* is one sign-in; a *handle* is that session's cookie on one host, so that a
cookie taken from one application opens no other.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.ids import CeremonyId, HandleId, InvitationId, PasskeyId, PersonId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: PersonId
    email: str  # lower case; unique
    display_name: str
    groups: frozenset[str]
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A one-time link. A failed enrolment leaves it as it was; a finished one sets `used_at` in one transaction."""

    id: InvitationId
    person_id: PersonId
    created_at: datetime
    expires_at: datetime
    created_by: str
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A credential (W3C WebAuthn level 3). `hardware` is true only for a key whose attestation chain was verified to a
    pinned root and which is not eligible for backup."""

    id: PasskeyId  # the credential id, unpadded base64url
    person_id: PersonId
    public_key: bytes  # COSE
    sign_count: int
    aaguid: str
    backup_eligible: bool
    backed_up: bool
    hardware: bool
    transports: tuple[str, ...]
    label: str
    created_at: datetime
    last_used_at: datetime | None = None
    # The certificates (DER, leaf first) of a packed statement whose signature was verified at enrolment, so that
    # `hardware` follows the roots that are pinned *now*, not those of the day of enrolment.
    attestation: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lives (NIST SP 800-63B-4, 2.2.3 and 2.3.3)."""

    idle: timedelta
    absolute: timedelta


AAL2_LIMITS = SessionLimits(idle=timedelta(hours=1), absolute=timedelta(hours=24))
AAL3_LIMITS = SessionLimits(idle=timedelta(minutes=15), absolute=timedelta(hours=12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: SessionId
    person_id: PersonId
    assurance: AssuranceLevel
    amr: tuple[str, ...]  # RFC 8176: "hwk" or "swk", "user", "mfa"
    hardware: bool
    auth_time: datetime
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime  # the absolute limit
    idle: timedelta
    source_ip: str | None
    user_agent: str | None
    ended_at: datetime | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    id: HandleId
    session_id: SessionId
    host: str
    digest: bytes  # SHA-256 of the token in the cookie
    created_at: datetime


class CeremonyKind(enum.StrEnum):
    ENROLMENT = "enrolment"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCeremony:
    """A challenge that was handed out and not yet answered. It is taken once, whatever the answer is worth."""

    id: CeremonyId
    kind: CeremonyKind
    challenge: bytes
    invitation_id: InvitationId | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """What the browser needs: `options` is the JSON text for `PublicKeyCredential.parseCreationOptionsFromJSON` or
    `parseRequestOptionsFromJSON`. `person` is who enrols; None at sign-in, where the passkey will tell."""

    id: CeremonyId
    options: str
    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInResult:
    session: Session
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCode:
    """Carries a sign-in from the sign-in host to one other host, once. `digest` is the SHA-256 of the code."""

    digest: bytes
    session_id: SessionId
    host: str
    nonce_digest: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Where someone was going when they were sent to sign in. `path` is as it was given: validate it when using it."""

    host: str
    path: str
    nonce_digest: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """Us, as authenticators know us: `id` is the sign-in host's name, `origin` its web origin exactly as browsers write
    it. `attestation_roots` are PEM certificates of the makers whose keys count as hardware; none: no key does."""

    id: str
    origin: str
    name: str
    attestation_roots: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """What a decision needs of a session that stands: handed out only by `SessionIndex.find`, which has checked it."""

    session: Session
    person: Person
    host: str
