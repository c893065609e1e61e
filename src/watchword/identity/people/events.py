"""What happens to persons, passkeys and sessions. Published by the services here, recorded by the ledger."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.events import Event, Origin
from watchword.kernel.ids import InvitationId, PasskeyId, PersonId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEvent(Event):
    """`actor` is the ARN or name of whoever did it: a person, or `operator` for the command line on this machine."""

    actor: str
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(PeopleEvent):
    person_id: PersonId
    email: str
    groups: frozenset[str]
    invitation_id: InvitationId
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRefused(PeopleEvent):
    """Someone came with a link that is used, expired, revoked or made up. `invitation_id` is None for the last."""

    invitation_id: InvitationId | None
    email: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRevoked(PeopleEvent):
    invitation_id: InvitationId
    person_id: PersonId
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyEnrolled(PeopleEvent):
    person_id: PersonId
    email: str
    passkey_id: PasskeyId
    aaguid: str
    hardware: bool
    backup_eligible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRemoved(PeopleEvent):
    person_id: PersonId
    email: str
    passkey_id: PasskeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(PeopleEvent):
    person_id: PersonId
    email: str
    session_id: SessionId
    passkey_id: PasskeyId
    assurance: AssuranceLevel
    amr: tuple[str, ...]
    hardware: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(PeopleEvent):
    """`email` and `passkey_id` are what was claimed, where the claim could be read at all."""

    email: str | None
    passkey_id: PasskeyId | None
    reason: str


class EndReason(enum.StrEnum):
    SIGNED_OUT = "signed-out"
    ENDED_BY_OWNER = "ended-by-owner"
    ENDED_BY_ADMINISTRATOR = "ended-by-administrator"
    PERSON_DISABLED = "person-disabled"
    CREDENTIALS_CHANGED = "credentials-changed"
    REPLACED = "replaced"  # by a new sign-in in the same browser
    EXPIRED = "expired"
    RESTORED = "restored-from-backup"  # the database went back in time; what it says of sessions cannot be believed


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(PeopleEvent):
    session_id: SessionId
    person_id: PersonId
    email: str
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDisabled(PeopleEvent):
    person_id: PersonId
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnabled(PeopleEvent):
    person_id: PersonId
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsChanged(PeopleEvent):
    person_id: PersonId
    email: str
    before: frozenset[str]
    after: frozenset[str]
