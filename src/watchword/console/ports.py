"""What the pages need from the rest: the services of earlier stages as they are, and a few answers that `app` gives.

`PeopleService`, `SessionService` and `SessionFinder` are filled by `identity.people.People`, `Sessions` and
`SessionIndex`, `LedgerReads` and `LedgerFeed` by `evidence.ledger.LedgerReader` and `Ledger`, without an adapter.
`Running`, `Health` and `Verify` are the composition root's.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from watchword.decision.engine import Attachment, PolicySet
from watchword.decision.language import PolicyDocument
from watchword.enforcement.gateway.model import GatewayConfiguration
from watchword.evidence.ledger import InclusionProof, LedgerEntry, LedgerStatus, Record
from watchword.identity.people import (
    Ceremony,
    Flow,
    Handle,
    Invitation,
    LiveSession,
    Passkey,
    Person,
    Session,
    SignInResult,
)
from watchword.identity.people.events import EndReason
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.events import Origin
from watchword.kernel.ids import CeremonyId, InvitationId, PasskeyId, PersonId, SessionId

INVITATION_LIFETIME = timedelta(hours=24)


class PeopleService(Protocol):
    def invite(
        self,
        *,
        email: str,
        display_name: str,
        groups: frozenset[str],
        actor: str,
        origin: Origin,
        lifetime: timedelta = INVITATION_LIFETIME,
    ) -> tuple[Invitation, str]: ...

    def invitation(self, token: str, origin: Origin) -> tuple[Invitation, Person]: ...

    def revoke_invitation(self, invitation_id: InvitationId, *, actor: str, origin: Origin) -> None: ...

    def open_invitations(self) -> Sequence[tuple[Invitation, Person]]: ...

    def persons(self) -> Sequence[Person]: ...

    def person(self, person_id: PersonId) -> Person: ...

    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]: ...

    def disable(self, person_id: PersonId, *, actor: str, origin: Origin) -> Person: ...

    def enable(self, person_id: PersonId, *, actor: str, origin: Origin) -> Person: ...

    def set_groups(self, person_id: PersonId, groups: frozenset[str], *, actor: str, origin: Origin) -> Person: ...

    def remove_passkey(
        self,
        person_id: PersonId,
        passkey_id: PasskeyId,
        *,
        actor: str,
        origin: Origin,
        except_session: SessionId | None = None,
    ) -> None: ...

    def begin_enrolment(self, token: str, origin: Origin) -> Ceremony: ...

    def finish_enrolment(
        self, *, ceremony_id: CeremonyId, token: str, response: bytes, label: str, origin: Origin
    ) -> SignInResult: ...

    def begin_sign_in(self, origin: Origin) -> Ceremony: ...

    def finish_sign_in(
        self, *, ceremony_id: CeremonyId, response: bytes, origin: Origin, replaces: SessionId | None = None
    ) -> SignInResult: ...


class SessionService(Protocol):
    def remember_flow(self, host: str, path: str, nonce_digest: bytes, origin: Origin | None = None) -> str: ...

    def flow(self, flow_id: str) -> Flow: ...

    def take_flow(self, flow_id: str) -> Flow: ...

    def issue_code(self, session_id: SessionId, host: str, nonce_digest: bytes) -> str: ...

    def redeem_code(self, code: str, host: str, nonce: str, origin: Origin | None = None) -> tuple[Handle, str]: ...

    def open_handle(self, session_id: SessionId, host: str) -> tuple[Handle, str]: ...

    def session(self, session_id: SessionId) -> Session: ...

    def sessions(self, person_id: PersonId | None = None) -> Sequence[Session]: ...

    def end(self, session_id: SessionId, *, actor: str, reason: EndReason, origin: Origin) -> Session: ...

    def end_all(
        self,
        person_id: PersonId,
        *,
        actor: str,
        reason: EndReason,
        origin: Origin,
        except_session: SessionId | None = None,
    ) -> int: ...


class SessionFinder(Protocol):
    def find(self, digest: bytes, host: str, now: datetime) -> LiveSession: ...

    def refresh(self) -> None: ...


class LedgerReads(Protocol):
    """Committed records, for reading."""

    def size(self) -> int: ...

    def page(self, before: int | None = None, limit: int = 50) -> Sequence[LedgerEntry]: ...

    def record(self, index: int) -> LedgerEntry: ...

    def checkpoint(self) -> bytes | None: ...

    def inclusion(self, index: int) -> InclusionProof: ...


class LedgerFeed(Protocol):
    def subscribe(self, callback: Callable[[tuple[Record, ...]], None]) -> Callable[[], None]: ...

    def status(self) -> LedgerStatus: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """What verifying the ledger from its first record came to. `problem` names the first bad record; None: all hold."""

    records: int
    finished_at: datetime
    seconds: float
    problem: str | None


Verify = Callable[[], VerificationReport]
"""Verifies the whole ledger now; raises `UnavailableError` where it could not be read to the end."""


class Running(Protocol):
    """The configuration that is being served at this moment."""

    @property
    def gateway(self) -> GatewayConfiguration: ...

    @property
    def policy_set(self) -> PolicySet: ...

    @property
    def policies(self) -> Mapping[str, PolicyDocument]: ...

    @property
    def attachments(self) -> Sequence[Attachment]: ...

    @property
    def guardrails(self) -> Sequence[Sequence[str]]: ...

    @property
    def resource_policies(self) -> Mapping[str, str]: ...

    @property
    def groups(self) -> frozenset[str]: ...

    def policy_text(self, name: str) -> str: ...


RunningNow = Callable[[], Running]


class HealthState(enum.StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """One thing that was looked at. A look that failed is `UNKNOWN`, never good."""

    name: str
    state: HealthState
    detail: str


Health = Callable[[], Sequence[HealthCheck]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is looking, as the gateway's signed assertion has told."""

    person_id: PersonId
    email: str
    session_id: SessionId
    assurance: AssuranceLevel


class Authenticate(Protocol):
    """Verify the gateway's assertion for exactly this request; raise `RefusedError` where there is none that holds."""

    def __call__(self, headers: Mapping[str, str], method: str, path: str) -> Viewer: ...
