"""Persons, their passkeys, and the sessions that result from signing in with one."""

from watchword.identity.people.errors import (
    CodeRefusedError,
    FlowRefusedError,
    InvitationRefusal,
    InvitationRefusedError,
    LastAdministratorError,
    LastPasskeyError,
    SessionRefusal,
    SessionRefused,
    SignInRefusal,
    SignInRefusedError,
    ThrottledError,
)
from watchword.identity.people.index import SessionIndex
from watchword.identity.people.model import (
    Ceremony,
    Flow,
    Handle,
    Invitation,
    LiveSession,
    Passkey,
    Person,
    RelyingParty,
    Session,
    SessionLimits,
    SignInResult,
)
from watchword.identity.people.service import People, Sessions, load_ceremonies

__all__ = [
    "Ceremony",
    "CodeRefusedError",
    "Flow",
    "FlowRefusedError",
    "Handle",
    "Invitation",
    "InvitationRefusal",
    "InvitationRefusedError",
    "LastAdministratorError",
    "LastPasskeyError",
    "LiveSession",
    "Passkey",
    "People",
    "Person",
    "RelyingParty",
    "Session",
    "SessionIndex",
    "SessionLimits",
    "SessionRefusal",
    "SessionRefused",
    "Sessions",
    "SignInRefusal",
    "SignInRefusedError",
    "SignInResult",
    "ThrottledError",
    "load_ceremonies",
]
