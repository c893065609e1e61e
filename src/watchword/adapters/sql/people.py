"""People and sessions in SQLite or PostgreSQL.

A change begins by raising the number in `identity_state`, the table's one row. On PostgreSQL that row's lock, and on
SQLite `BEGIN IMMEDIATE`, is held until the commit: so changes take turns over all processes, see everything that was
committed before them, and become visible in the order of their numbers. Rows that the session index wants to hear about
carry the number of the change that last wrote them.

Backups: a restored database has sessions that were ended meanwhile and invitations that were used. `Sessions.recover`
ends and revokes them all; it needs the highest number ever seen (`version()`), so keep that outside of the database.
Persons and passkeys are as the backup has them, and someone has to look through who was disabled since.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Executable,
    ForeignKey,
    LargeBinary,
    RowMapping,
    SmallInteger,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.types import TypeDecorator

from watchword.adapters.sql import outbox
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.tables import Instant, metadata
from watchword.identity.people.model import (
    CeremonyKind,
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
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import ConflictError
from watchword.kernel.events import Event
from watchword.kernel.ids import CeremonyId, HandleId, InvitationId, PasskeyId, PersonId, SessionId

_MICROSECOND = timedelta(microseconds=1)


class Words(TypeDecorator[tuple[str, ...]]):
    """A few words that hold no space, in one text, divided by spaces."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class names it
        if value is None:
            return None
        if any(not word or " " in word for word in value):
            raise ValueError("a word with a space in it would come back as two")
        return " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - the same
        return None if value is None else tuple(value.split())


class Duration(TypeDecorator[timedelta]):
    """A `timedelta` in microseconds, so that it can be added to an `Instant` in a statement."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the same
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:  # noqa: ARG002 - the same
        return None if value is None else timedelta(microseconds=value)


# One row, with id 1, made by the migration.
_state = Table(
    "identity_state",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
)

_person = Table(
    "identity_person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, index=True),
    Column("email", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("groups", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

_passkey = Table(
    "identity_passkey",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey(_person.c.id), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("aaguid", Text, nullable=False),
    Column("backup_eligible", Boolean, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("hardware", Boolean, nullable=False),
    Column("transports", Words, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    # Certificates in base64.
    Column("attestation", Words, nullable=False),
)

_invitation = Table(
    "identity_invitation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("person_id", Text, ForeignKey(_person.c.id), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

_session = Table(
    "identity_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, index=True),
    Column("person_id", Text, ForeignKey(_person.c.id), nullable=False, index=True),
    Column("assurance", SmallInteger, nullable=False),
    Column("amr", Words, nullable=False),
    Column("hardware", Boolean, nullable=False),
    Column("auth_time", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("idle", Duration, nullable=False),
    Column("source_ip", Text),
    Column("user_agent", Text),
    Column("ended_at", Instant),
    Column("end_reason", Text),
)

_handle = Table(
    "identity_handle",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("version", BigInteger, nullable=False, index=True),
    Column("id", Text, nullable=False),
    Column("session_id", Text, ForeignKey(_session.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("host", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

_ceremony = Table(
    "identity_ceremony",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("challenge", LargeBinary, nullable=False),
    Column("invitation_id", Text),
    Column("expires_at", Instant, nullable=False, index=True),
)

_code = Table(
    "identity_code",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("nonce_digest", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

_flow = Table(
    "identity_flow",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("host", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("nonce_digest", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)


def _possible(text: str) -> bool:
    """Say whether a text from outside can be an id or an address of ours at all: PostgreSQL knows no NUL in a text, and
    nothing that is not Unicode."""
    return text.isascii() and "\0" not in text


def _storable(text: str | None) -> str | None:
    """Return what can be kept of a text that describes a client; it decides nothing."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _encoded(certificates: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(base64.b64encode(certificate).decode("ascii") for certificate in certificates)


def _person_from(row: RowMapping) -> Person:
    return Person(
        id=PersonId(row["id"]),
        email=row["email"],
        display_name=row["display_name"],
        groups=frozenset(row["groups"]),
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
    )


def _passkey_from(row: RowMapping) -> Passkey:
    return Passkey(
        id=PasskeyId(row["id"]),
        person_id=PersonId(row["person_id"]),
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        aaguid=row["aaguid"],
        backup_eligible=row["backup_eligible"],
        backed_up=row["backed_up"],
        hardware=row["hardware"],
        transports=row["transports"],
        label=row["label"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        attestation=tuple(base64.b64decode(word) for word in row["attestation"]),
    )


def _invitation_from(row: RowMapping) -> Invitation:
    return Invitation(
        id=InvitationId(row["id"]),
        person_id=PersonId(row["person_id"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        created_by=row["created_by"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
    )


def _session_from(row: RowMapping) -> Session:
    return Session(
        id=SessionId(row["id"]),
        person_id=PersonId(row["person_id"]),
        assurance=AssuranceLevel(row["assurance"]),
        amr=row["amr"],
        hardware=row["hardware"],
        auth_time=row["auth_time"],
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        expires_at=row["expires_at"],
        idle=row["idle"],
        source_ip=row["source_ip"],
        user_agent=row["user_agent"],
        ended_at=row["ended_at"],
        end_reason=row["end_reason"],
    )


def _handle_from(row: RowMapping) -> Handle:
    return Handle(
        id=HandleId(row["id"]),
        session_id=SessionId(row["session_id"]),
        host=row["host"],
        digest=row["digest"],
        created_at=row["created_at"],
    )


def _ceremony_from(row: RowMapping) -> PendingCeremony:
    invitation_id = row["invitation_id"]
    return PendingCeremony(
        id=CeremonyId(row["id"]),
        kind=CeremonyKind(row["kind"]),
        challenge=row["challenge"],
        invitation_id=InvitationId(invitation_id) if invitation_id is not None else None,
        expires_at=row["expires_at"],
    )


def _code_from(row: RowMapping) -> SignInCode:
    return SignInCode(
        digest=row["digest"],
        session_id=SessionId(row["session_id"]),
        host=row["host"],
        nonce_digest=row["nonce_digest"],
        expires_at=row["expires_at"],
    )


def _flow_from(row: RowMapping) -> Flow:
    return Flow(host=row["host"], path=row["path"], nonce_digest=row["nonce_digest"], expires_at=row["expires_at"])


class _Reads:
    """The questions, on an open connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _one(self, statement: Executable) -> RowMapping | None:
        return self._connection.execute(statement).mappings().one_or_none()

    def _all(self, statement: Executable) -> Sequence[RowMapping]:
        return self._connection.execute(statement).mappings().all()

    def person(self, person_id: PersonId) -> Person | None:
        row = self._one(select(_person).where(_person.c.id == person_id)) if _possible(person_id) else None
        return _person_from(row) if row is not None else None

    def person_by_email(self, email: str) -> Person | None:
        row = self._one(select(_person).where(_person.c.email == email)) if _possible(email) else None
        return _person_from(row) if row is not None else None

    def persons(self) -> Sequence[Person]:
        # Sorted here: the databases' collations differ.
        return sorted((_person_from(row) for row in self._all(select(_person))), key=lambda person: person.email)

    def passkey(self, passkey_id: PasskeyId) -> Passkey | None:
        row = self._one(select(_passkey).where(_passkey.c.id == passkey_id)) if _possible(passkey_id) else None
        return _passkey_from(row) if row is not None else None

    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]:
        if not _possible(person_id):
            return ()
        rows = self._all(select(_passkey).where(_passkey.c.person_id == person_id))
        return sorted(map(_passkey_from, rows), key=lambda passkey: (passkey.created_at, passkey.id))

    def able_to_sign_in(self) -> frozenset[PersonId]:
        enrolled = exists().where(_passkey.c.person_id == _person.c.id)
        rows = self._all(select(_person.c.id).where(_person.c.disabled_at.is_(None), enrolled))
        return frozenset(PersonId(row["id"]) for row in rows)

    def invitation(self, invitation_id: InvitationId) -> Invitation | None:
        if not _possible(invitation_id):
            return None
        row = self._one(select(_invitation).where(_invitation.c.id == invitation_id))
        return _invitation_from(row) if row is not None else None

    def invitation_by_digest(self, digest: bytes) -> Invitation | None:
        row = self._one(select(_invitation).where(_invitation.c.digest == digest))
        return _invitation_from(row) if row is not None else None

    def open_invitations(self) -> Sequence[Invitation]:
        still = select(_invitation).where(_invitation.c.used_at.is_(None), _invitation.c.revoked_at.is_(None))
        rows = self._all(still)
        return sorted(map(_invitation_from, rows), key=lambda invitation: (invitation.created_at, invitation.id))

    def session(self, session_id: SessionId) -> Session | None:
        row = self._one(select(_session).where(_session.c.id == session_id)) if _possible(session_id) else None
        return _session_from(row) if row is not None else None

    def sessions(self, person_id: PersonId | None = None) -> Sequence[Session]:
        if person_id is not None and not _possible(person_id):
            return ()
        statement = select(_session).where(_session.c.ended_at.is_(None))
        if person_id is not None:
            statement = statement.where(_session.c.person_id == person_id)
        rows = self._all(statement)
        return sorted(map(_session_from, rows), key=lambda session: (session.created_at, session.id), reverse=True)


class _Change(_Reads):
    """The one open change."""

    def __init__(self, connection: Connection, version: int, encode: Callable[[Event], bytes]) -> None:
        super().__init__(connection)
        self._version = version
        self._encode = encode

    @property
    def version(self) -> int:
        return self._version

    def _insert(self, table: Table, **values: object) -> None:
        self._connection.execute(insert(table).values(values))

    def _update(self, table: Table, row_id: str, **values: object) -> bool:
        done = self._connection.execute(update(table).where(table.c.id == row_id).values(values))
        return bool(done.rowcount)

    def put_person(self, person: Person) -> None:
        holder = self.person_by_email(person.email)
        if holder is not None and holder.id != person.id:
            raise ConflictError("another person has this e-mail address", code="person.email-taken")
        values = {
            "version": self._version,
            "email": person.email,
            "display_name": person.display_name,
            "groups": tuple(sorted(person.groups)),
            "created_at": person.created_at,
            "disabled_at": person.disabled_at,
        }
        if not self._update(_person, person.id, **values):
            self._insert(_person, id=person.id, **values)

    def add_invitation(self, invitation: Invitation, digest: bytes) -> None:
        self._insert(
            _invitation,
            id=invitation.id,
            digest=digest,
            person_id=invitation.person_id,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
            created_by=invitation.created_by,
            used_at=invitation.used_at,
            revoked_at=invitation.revoked_at,
        )

    def update_invitation(self, invitation: Invitation) -> None:
        self._update(
            _invitation,
            invitation.id,
            expires_at=invitation.expires_at,
            used_at=invitation.used_at,
            revoked_at=invitation.revoked_at,
        )

    def add_passkey(self, passkey: Passkey) -> None:
        if self.passkey(passkey.id) is not None:
            raise ConflictError("this passkey is enrolled already", code="passkey.taken")
        self._insert(
            _passkey,
            id=passkey.id,
            person_id=passkey.person_id,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            aaguid=passkey.aaguid,
            backup_eligible=passkey.backup_eligible,
            backed_up=passkey.backed_up,
            hardware=passkey.hardware,
            transports=passkey.transports,
            label=passkey.label,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
            attestation=_encoded(passkey.attestation),
        )

    def update_passkey(self, passkey: Passkey) -> None:
        # The key, its person and its eligibility for backup are what was enrolled: they never change.
        self._update(
            _passkey,
            passkey.id,
            sign_count=passkey.sign_count,
            backed_up=passkey.backed_up,
            hardware=passkey.hardware,
            label=passkey.label,
            last_used_at=passkey.last_used_at,
        )

    def remove_passkey(self, passkey_id: PasskeyId) -> None:
        self._connection.execute(delete(_passkey).where(_passkey.c.id == passkey_id))

    def put_session(self, session: Session) -> None:
        values = {
            "version": self._version,
            "person_id": session.person_id,
            "assurance": int(session.assurance),
            "amr": session.amr,
            "hardware": session.hardware,
            "auth_time": session.auth_time,
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
            "expires_at": session.expires_at,
            "idle": session.idle,
            "source_ip": _storable(session.source_ip),
            "user_agent": _storable(session.user_agent),
            "ended_at": session.ended_at,
            "end_reason": session.end_reason,
        }
        if not self._update(_session, session.id, **values):
            self._insert(_session, id=session.id, **values)

    def add_handle(self, handle: Handle) -> None:
        self._insert(
            _handle,
            digest=handle.digest,
            version=self._version,
            id=handle.id,
            session_id=handle.session_id,
            host=handle.host,
            created_at=handle.created_at,
        )

    def take_code(self, digest: bytes) -> SignInCode | None:
        row = self._one(delete(_code).where(_code.c.digest == digest).returning(*_code.c))
        return _code_from(row) if row is not None else None

    def publish(self, event: Event) -> None:
        outbox.leave(self._connection, self._encode(event))

    def raise_version(self, above: int) -> None:
        self._version = max(self._version, above + 1)
        self._connection.execute(update(_state).values(version=self._version))

    def prune(self, before: datetime) -> None:
        # Handles go with their sessions.
        self._connection.execute(
            delete(_session).where(or_(_session.c.expires_at < before, _session.c.ended_at < before))
        )

    def note_activity(self, last_seen: Mapping[SessionId, datetime]) -> None:
        at = bindparam("at", type_=Instant)
        self._connection.execute(
            update(_session)
            .where(
                _session.c.id == bindparam("of"),
                _session.c.ended_at.is_(None),
                _session.c.last_seen_at < at,
                # Both are integers of microseconds in the database.
                at < _session.c.last_seen_at + _session.c.idle,
            )
            .values(last_seen_at=at, version=self._version),
            [{"of": session_id, "at": moment} for session_id, moment in last_seen.items()],
        )


class SqlPeopleStore:
    """A `PeopleStore` on a migrated database. `encode` makes the body of a record from what a change publishes."""

    def __init__(self, database: Database, encode: Callable[[Event], bytes]) -> None:
        self._database = database
        self._encode = encode

    @contextmanager
    def change(self) -> Iterator[PeopleChange]:
        with self._changing() as change:
            yield change

    @contextmanager
    def _changing(self) -> Iterator[_Change]:
        with self._database.write() as connection:
            # First of all: the lock under which everything else is read and written.
            version = connection.execute(
                update(_state).values(version=_state.c.version + 1).returning(_state.c.version)
            ).scalar_one()
            yield _Change(connection, version, self._encode)

    @contextmanager
    def _reading(self) -> Iterator[_Reads]:
        with self._database.read() as connection:
            yield _Reads(connection)

    def version(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute(select(_state.c.version)).scalar_one())

    def changes(self, since: int) -> Changes:
        # One snapshot: the number and the rows belong together.
        with self._database.read() as connection:
            version = int(connection.execute(select(_state.c.version)).scalar_one())
            persons = connection.execute(select(_person).where(_person.c.version > since)).mappings().all()
            sessions = connection.execute(select(_session).where(_session.c.version > since)).mappings().all()
            handles = connection.execute(select(_handle).where(_handle.c.version > since)).mappings().all()
        return Changes(
            version=version,
            persons=tuple(map(_person_from, persons)),
            sessions=tuple(map(_session_from, sessions)),
            handles=tuple(map(_handle_from, handles)),
            complete=since == 0,
        )

    def note_activity(self, last_seen: Mapping[SessionId, datetime]) -> None:
        if last_seen:
            with self._changing() as change:
                change.note_activity(last_seen)

    # What is pending between two requests: of no interest to the index, so it takes no number and no lock.

    def add_ceremony(self, ceremony: PendingCeremony) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(_ceremony).values(
                    id=ceremony.id,
                    kind=ceremony.kind.value,
                    challenge=ceremony.challenge,
                    invitation_id=ceremony.invitation_id,
                    expires_at=ceremony.expires_at,
                )
            )

    def take_ceremony(self, ceremony_id: CeremonyId) -> PendingCeremony | None:
        if not _possible(ceremony_id):
            return None
        row = self._take(delete(_ceremony).where(_ceremony.c.id == ceremony_id).returning(*_ceremony.c))
        return _ceremony_from(row) if row is not None else None

    def add_code(self, code: SignInCode) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(_code).values(
                    digest=code.digest,
                    session_id=code.session_id,
                    host=code.host,
                    nonce_digest=code.nonce_digest,
                    expires_at=code.expires_at,
                )
            )

    def add_flow(self, digest: bytes, flow: Flow) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(_flow).values(
                    digest=digest,
                    host=flow.host,
                    path=flow.path,
                    nonce_digest=flow.nonce_digest,
                    expires_at=flow.expires_at,
                )
            )

    def flow(self, digest: bytes) -> Flow | None:
        with self._database.read() as connection:
            row = connection.execute(select(_flow).where(_flow.c.digest == digest)).mappings().one_or_none()
        return _flow_from(row) if row is not None else None

    def take_flow(self, digest: bytes) -> Flow | None:
        row = self._take(delete(_flow).where(_flow.c.digest == digest).returning(*_flow.c))
        return _flow_from(row) if row is not None else None

    def _take(self, statement: Executable) -> RowMapping | None:
        with self._database.write() as connection:
            return connection.execute(statement).mappings().one_or_none()

    def prune(self, *, pending_before: datetime, sessions_before: datetime) -> None:
        with self._database.write() as connection:
            for table in (_ceremony, _code, _flow):
                connection.execute(delete(table).where(table.c.expires_at < pending_before))
        with self._changing() as change:
            change.prune(sessions_before)

    # Questions outside of a change.

    def person(self, person_id: PersonId) -> Person | None:
        with self._reading() as reads:
            return reads.person(person_id)

    def person_by_email(self, email: str) -> Person | None:
        with self._reading() as reads:
            return reads.person_by_email(email)

    def persons(self) -> Sequence[Person]:
        with self._reading() as reads:
            return reads.persons()

    def passkey(self, passkey_id: PasskeyId) -> Passkey | None:
        with self._reading() as reads:
            return reads.passkey(passkey_id)

    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]:
        with self._reading() as reads:
            return reads.passkeys(person_id)

    def able_to_sign_in(self) -> frozenset[PersonId]:
        with self._reading() as reads:
            return reads.able_to_sign_in()

    def invitation(self, invitation_id: InvitationId) -> Invitation | None:
        with self._reading() as reads:
            return reads.invitation(invitation_id)

    def invitation_by_digest(self, digest: bytes) -> Invitation | None:
        with self._reading() as reads:
            return reads.invitation_by_digest(digest)

    def open_invitations(self) -> Sequence[Invitation]:
        with self._reading() as reads:
            return reads.open_invitations()

    def session(self, session_id: SessionId) -> Session | None:
        with self._reading() as reads:
            return reads.session(session_id)

    def sessions(self, person_id: PersonId | None = None) -> Sequence[Session]:
        with self._reading() as reads:
            return reads.sessions(person_id)
