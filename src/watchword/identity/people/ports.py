"""What people and sessions need from outside: one store, whose changes take turns, and a record.

The rules that every adapter keeps (`tests/contracts/test_people_store.py`):

1. `change()` is one transaction, and there is never more than one open, over all processes. What was read inside it is
   still true when it commits, so a use case may look, decide and write without a race. It commits when the block ends
   and leaves no trace when the block raises.
2. Each change has a number, greater than those of all changes that were ever committed before it, and a change becomes
   visible only after all with lower numbers. So whoever reads "everything after N" misses nothing, ever.
3. What is taken (`take_…`) is gone: of any number of takers at most one gets it.
4. `UnavailableError` when the storage does not answer: then nothing of the change was kept, except that an error while
   committing leaves open whether it was.
5. What a change publishes is left for the record in the change's own transaction: it will be recorded, once, if the
   change is committed, and never if it is not, whatever is killed when. `Record.deliver` waits until it is.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchword.identity.people.model import (
    Flow,
    Handle,
    Invitation,
    Passkey,
    PendingCeremony,
    Person,
    Session,
    SignInCode,
)
from watchword.kernel.events import Event
from watchword.kernel.ids import CeremonyId, InvitationId, PasskeyId, PersonId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything that differs after change `version` from what was so after the number asked about. `complete`: this is
    all there is, not only what differs."""

    version: int
    persons: tuple[Person, ...]
    sessions: tuple[Session, ...]
    handles: tuple[Handle, ...]
    complete: bool


class PeopleReads(Protocol):
    """Questions. Outside of a change each answer is true for the moment it was read in, and no longer."""

    def person(self, person_id: PersonId) -> Person | None: ...

    def person_by_email(self, email: str) -> Person | None: ...

    def persons(self) -> Sequence[Person]:
        """Return everybody, by email."""
        ...

    def passkey(self, passkey_id: PasskeyId) -> Passkey | None: ...

    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]:
        """Return a person's passkeys, oldest first."""
        ...

    def able_to_sign_in(self) -> frozenset[PersonId]:
        """Return who is enabled and has at least one passkey."""
        ...

    def invitation(self, invitation_id: InvitationId) -> Invitation | None: ...

    def invitation_by_digest(self, digest: bytes) -> Invitation | None: ...

    def open_invitations(self) -> Sequence[Invitation]:
        """Return invitations neither used nor revoked, whether or not they have expired, oldest first."""
        ...

    def session(self, session_id: SessionId) -> Session | None: ...

    def sessions(self, person_id: PersonId | None = None) -> Sequence[Session]:
        """Return sessions that were not ended, whether or not their time is up, newest first."""
        ...


class PeopleChange(PeopleReads, Protocol):
    """One open transaction. Not to be used after its block has ended, nor by another thread."""

    @property
    def version(self) -> int: ...

    def put_person(self, person: Person) -> None:
        """Insert or replace. `ConflictError` (`person.email-taken`) where another person has that email."""
        ...

    def add_invitation(self, invitation: Invitation, digest: bytes) -> None: ...

    def update_invitation(self, invitation: Invitation) -> None: ...

    def add_passkey(self, passkey: Passkey) -> None:
        """Raise `ConflictError` (`passkey.taken`) where that credential is enrolled, for whomever."""
        ...

    def update_passkey(self, passkey: Passkey) -> None: ...

    def remove_passkey(self, passkey_id: PasskeyId) -> None: ...

    def put_session(self, session: Session) -> None: ...

    def add_handle(self, handle: Handle) -> None: ...

    def take_code(self, digest: bytes) -> SignInCode | None: ...

    def publish(self, event: Event) -> None:
        """Leave an event to be recorded. Raise `DefectError` where it has no place in the record: then the change must
        not be."""
        ...

    def raise_version(self, above: int) -> None:
        """Give this change a number greater than `above`; for a store that went back in time."""
        ...


class PeopleStore(PeopleReads, Protocol):
    def change(self) -> AbstractContextManager[PeopleChange]: ...

    def version(self) -> int:
        """Return the number of the last committed change; 0 before the first. One indexed row: asked many times a
        second."""
        ...

    def changes(self, since: int) -> Changes:
        """Return what changed after `since`. With 0: all persons, and all sessions and handles kept."""
        ...

    def note_activity(self, last_seen: Mapping[SessionId, datetime]) -> None:
        """Move `last_seen_at` forward, as one change. Never backward, never for a session that was ended, and never
        across a gap as long as the session's idle limit: an idle session does not come back."""
        ...

    def add_ceremony(self, ceremony: PendingCeremony) -> None: ...

    def take_ceremony(self, ceremony_id: CeremonyId) -> PendingCeremony | None: ...

    def add_code(self, code: SignInCode) -> None: ...

    def add_flow(self, digest: bytes, flow: Flow) -> None: ...

    def flow(self, digest: bytes) -> Flow | None: ...

    def take_flow(self, digest: bytes) -> Flow | None: ...

    def prune(self, *, pending_before: datetime, sessions_before: datetime) -> None:
        """Forget ceremonies, codes and flows that expired before the first instant, and sessions (with their handles)
        that expired or ended before the second."""
        ...


class Record(Protocol):
    """Where it is written down what happened. Every method raises `UnavailableError` where that cannot be done now."""

    def admit(self) -> None:
        """Return where the record takes events just now: asked before something is given to anybody."""
        ...

    def record(self, event: Event) -> None:
        """Take an event that no change goes with, and return when it is durable."""
        ...

    def deliver(self) -> None:
        """Return when all that committed changes have published is durable. It is recorded even where this raises:
        later."""
        ...
