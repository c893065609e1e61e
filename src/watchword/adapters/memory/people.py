"""People and sessions in memory, for tests and trials: every rule of the port is kept but outliving the process."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

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
from watchword.identity.people.ports import Changes, PeopleChange
from watchword.kernel.errors import ConflictError
from watchword.kernel.events import Event
from watchword.kernel.ids import CeremonyId, InvitationId, PasskeyId, PersonId, SessionId


@dataclass(slots=True)
class _Rows:
    version: int = 0
    persons: dict[PersonId, tuple[int, Person]] = field(default_factory=dict)
    passkeys: dict[PasskeyId, Passkey] = field(default_factory=dict)
    invitations: dict[InvitationId, Invitation] = field(default_factory=dict)
    digests: dict[bytes, InvitationId] = field(default_factory=dict)
    sessions: dict[SessionId, tuple[int, Session]] = field(default_factory=dict)
    handles: dict[bytes, tuple[int, Handle]] = field(default_factory=dict)
    codes: dict[bytes, SignInCode] = field(default_factory=dict)
    published: list[Event] = field(default_factory=list)

    def copy(self) -> "_Rows":
        return _Rows(
            version=self.version,
            persons=dict(self.persons),
            passkeys=dict(self.passkeys),
            invitations=dict(self.invitations),
            digests=dict(self.digests),
            sessions=dict(self.sessions),
            handles=dict(self.handles),
            codes=dict(self.codes),
            published=list(self.published),
        )


class _Reads:
    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    def person(self, person_id: PersonId) -> Person | None:
        found = self._rows.persons.get(person_id)
        return found[1] if found else None

    def person_by_email(self, email: str) -> Person | None:
        return next((person for person in self.persons() if person.email == email), None)

    def persons(self) -> Sequence[Person]:
        return sorted((person for _, person in self._rows.persons.values()), key=lambda person: person.email)

    def passkey(self, passkey_id: PasskeyId) -> Passkey | None:
        return self._rows.passkeys.get(passkey_id)

    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]:
        mine = (passkey for passkey in self._rows.passkeys.values() if passkey.person_id == person_id)
        return sorted(mine, key=lambda passkey: (passkey.created_at, passkey.id))

    def able_to_sign_in(self) -> frozenset[PersonId]:
        enrolled = {passkey.person_id for passkey in self._rows.passkeys.values()}
        return frozenset(person.id for person in self.persons() if person.disabled_at is None and person.id in enrolled)

    def invitation(self, invitation_id: InvitationId) -> Invitation | None:
        return self._rows.invitations.get(invitation_id)

    def invitation_by_digest(self, digest: bytes) -> Invitation | None:
        invitation_id = self._rows.digests.get(digest)
        return self._rows.invitations[invitation_id] if invitation_id is not None else None

    def open_invitations(self) -> Sequence[Invitation]:
        still = (i for i in self._rows.invitations.values() if i.used_at is None and i.revoked_at is None)
        return sorted(still, key=lambda invitation: (invitation.created_at, invitation.id))

    def session(self, session_id: SessionId) -> Session | None:
        found = self._rows.sessions.get(session_id)
        return found[1] if found else None

    def sessions(self, person_id: PersonId | None = None) -> Sequence[Session]:
        still = (
            session
            for _, session in self._rows.sessions.values()
            if session.ended_at is None and person_id in {None, session.person_id}
        )
        return sorted(still, key=lambda session: (session.created_at, session.id), reverse=True)


class _Change(_Reads):
    @property
    def version(self) -> int:
        return self._rows.version

    def put_person(self, person: Person) -> None:
        holder = self.person_by_email(person.email)
        if holder is not None and holder.id != person.id:
            raise ConflictError("another person has this e-mail address", code="person.email-taken")
        self._rows.persons[person.id] = (self.version, person)

    def add_invitation(self, invitation: Invitation, digest: bytes) -> None:
        self._rows.invitations[invitation.id] = invitation
        self._rows.digests[digest] = invitation.id

    def update_invitation(self, invitation: Invitation) -> None:
        self._rows.invitations[invitation.id] = invitation

    def add_passkey(self, passkey: Passkey) -> None:
        if passkey.id in self._rows.passkeys:
            raise ConflictError("this passkey is enrolled already", code="passkey.taken")
        self._rows.passkeys[passkey.id] = passkey

    def update_passkey(self, passkey: Passkey) -> None:
        self._rows.passkeys[passkey.id] = passkey

    def remove_passkey(self, passkey_id: PasskeyId) -> None:
        self._rows.passkeys.pop(passkey_id, None)

    def put_session(self, session: Session) -> None:
        self._rows.sessions[session.id] = (self.version, session)

    def add_handle(self, handle: Handle) -> None:
        self._rows.handles[handle.digest] = (self.version, handle)

    def take_code(self, digest: bytes) -> SignInCode | None:
        return self._rows.codes.pop(digest, None)

    def publish(self, event: Event) -> None:
        self._rows.published.append(event)

    def raise_version(self, above: int) -> None:
        self._rows.version = max(self._rows.version, above + 1)


class MemoryPeopleStore(_Reads):
    """A `PeopleStore`. One lock is all its isolation; a change works on the rows and puts a copy back if it fails."""

    def __init__(self) -> None:
        super().__init__(_Rows())
        self._lock = threading.RLock()
        self._ceremonies: dict[CeremonyId, PendingCeremony] = {}
        self._flows: dict[bytes, Flow] = {}

    @contextmanager
    def change(self) -> Iterator[PeopleChange]:
        with self._lock:
            # Worked on apart, so that readers without the lock never see half a change.
            rows = self._rows.copy()
            rows.version += 1
            yield _Change(rows)
            self._rows = rows

    def take_published(self) -> list[Event]:
        """Take what committed changes have published, oldest first."""
        with self._lock:
            rows = self._rows.copy()
            taken, rows.published = rows.published, []
            self._rows = rows
            return taken

    def version(self) -> int:
        return self._rows.version

    def changes(self, since: int) -> Changes:
        rows = self._rows
        return Changes(
            version=rows.version,
            persons=tuple(person for version, person in rows.persons.values() if version > since),
            sessions=tuple(session for version, session in rows.sessions.values() if version > since),
            handles=tuple(handle for version, handle in rows.handles.values() if version > since),
            complete=since == 0,
        )

    def note_activity(self, last_seen: Mapping[SessionId, datetime]) -> None:
        with self.change() as change:
            for session_id, at in last_seen.items():
                session = change.session(session_id)
                if (
                    session is not None
                    and session.ended_at is None
                    and session.last_seen_at < at < session.last_seen_at + session.idle
                ):
                    change.put_session(replace(session, last_seen_at=at))

    def add_ceremony(self, ceremony: PendingCeremony) -> None:
        self._ceremonies[ceremony.id] = ceremony

    def take_ceremony(self, ceremony_id: CeremonyId) -> PendingCeremony | None:
        return self._ceremonies.pop(ceremony_id, None)

    def add_code(self, code: SignInCode) -> None:
        with self._lock:
            rows = self._rows.copy()
            rows.codes[code.digest] = code
            self._rows = rows

    def add_flow(self, digest: bytes, flow: Flow) -> None:
        self._flows[digest] = flow

    def flow(self, digest: bytes) -> Flow | None:
        return self._flows.get(digest)

    def take_flow(self, digest: bytes) -> Flow | None:
        return self._flows.pop(digest, None)

    def prune(self, *, pending_before: datetime, sessions_before: datetime) -> None:
        with self._lock:
            for ceremony in [c for c in self._ceremonies.values() if c.expires_at < pending_before]:
                self._ceremonies.pop(ceremony.id, None)
            for digest in [digest for digest, flow in self._flows.items() if flow.expires_at < pending_before]:
                self._flows.pop(digest, None)
            rows = self._rows.copy()
            rows.codes = {d: code for d, code in rows.codes.items() if code.expires_at >= pending_before}
            rows.sessions = {
                session_id: (version, session)
                for session_id, (version, session) in rows.sessions.items()
                if min(session.expires_at, session.ended_at or session.expires_at) >= sessions_before
            }
            rows.handles = {
                digest: (version, handle)
                for digest, (version, handle) in rows.handles.items()
                if handle.session_id in rows.sessions
            }
            self._rows = rows
