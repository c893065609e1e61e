"""What a sign-in opens, and for how long: handles on hosts, one-time codes between hosts, and the end of sessions.

- A session has one handle for each host and browser; its token is in that host's cookie alone. From the sign-in host to
  another host it travels as a *code*: 256 bits, once, one minute, for that host and that browser (`nonce`).
- A change that takes something away is committed together with what is to be recorded of it, then seen by
  this process's index (`committed`), then waited for until it is in the record.
  So the answer to "end this session" goes out when the session is over; `UnavailableError` means: not known to be over.
- Nothing here brings back a session that was ended.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from watchword.identity.people._naming import digest_of
from watchword.identity.people._throttle import Throttle, source
from watchword.identity.people.errors import CodeRefusedError, FlowRefusedError, SessionRefusal, SessionRefused
from watchword.identity.people.events import EndReason, SignInFailed
from watchword.identity.people.model import Flow, Handle, Person, Session, SignInCode
from watchword.identity.people.ports import PeopleChange, PeopleStore, Record
from watchword.identity.people.service._ending import ANONYMOUS, SYSTEM, end_each, revoke, see_through
from watchword.kernel.clock import Clock
from watchword.kernel.errors import InvalidInputError, NotFoundError
from watchword.kernel.events import Origin
from watchword.kernel.ids import HandleId, PersonId, SessionId, new_id, new_token, token_digest

# One redirect's worth. RFC 6749, 4.1.2 allows ten minutes at most for such codes.
CODE_LIFETIME = timedelta(seconds=60)
# Time enough to find a key; the nonce cookie lives as long.
FLOW_LIFETIME = timedelta(minutes=10)
# Longer than any absolute limit may be, so that an index that was away never misses an end.
SESSION_RETENTION = timedelta(days=30)
# Longer than what the gateway lets through as a request target.
_PATH_LIMIT = 8192


def _nothing() -> None:
    return None


def refusal_of(session: Session, person: Person | None, now: datetime) -> SessionRefusal | None:
    """Return why a session does not stand at `now`, going by the store alone; None where it stands."""
    if person is None:
        return SessionRefusal.UNKNOWN
    if person.disabled_at is not None:
        return SessionRefusal.PERSON_DISABLED
    if session.ended_at is not None:
        return SessionRefusal.ENDED
    if now >= session.expires_at:
        return SessionRefusal.EXPIRED
    if now - session.last_seen_at >= session.idle:
        return SessionRefusal.IDLE
    return None


class Sessions:
    """See the module. Every method raises `UnavailableError` where the store or the record does not take it."""

    def __init__(
        self, store: PeopleStore, clock: Clock, record: Record, *, committed: Callable[[], None] = _nothing
    ) -> None:
        """`committed` is called after each commit and before anything is answered: the index's `refresh`."""
        self._store = store
        self._clock = clock
        self._record = record
        self._committed = committed
        # A browser starts a flow when a page is opened without a session; a bot starts one with every request.
        self._flows_of_source = Throttle(clock, burst=120, refill=timedelta(seconds=0.5))
        self._flows_of_all = Throttle(clock, burst=2000, refill=timedelta(milliseconds=10))
        self._guesses = Throttle(clock, burst=20, refill=timedelta(seconds=6))

    # Where someone was going.

    def remember_flow(self, host: str, path: str, nonce_digest: bytes, origin: Origin | None = None) -> str:
        """Keep a return address for ten minutes; return its opaque id. Of `path` only
        length and characters are checked (`InvalidInputError`): validate it when it is used."""
        if len(path) > _PATH_LIMIT or not path.isascii() or not path.isprintable():
            raise InvalidInputError(
                "not an address to come back to",
                code="flow.path",
                expected=f"at most {_PATH_LIMIT} printable ASCII characters",
            )
        self._flows_of_source.spend(source(origin or Origin()))
        self._flows_of_all.spend("")
        token = new_token()
        flow = Flow(host=host, path=path, nonce_digest=nonce_digest, expires_at=self._clock.now() + FLOW_LIFETIME)
        self._store.add_flow(token_digest(token), flow)
        return token

    def flow(self, flow_id: str) -> Flow:
        """Look at a return address and leave it there. Raise `FlowRefusedError`."""
        return self._in_time(self._store.flow(digest_of(flow_id)))

    def take_flow(self, flow_id: str) -> Flow:
        """Take a return address: it is gone then. Raise `FlowRefusedError`. Not checked: the nonce; the code's is."""
        return self._in_time(self._store.take_flow(digest_of(flow_id)))

    def _in_time(self, flow: Flow | None) -> Flow:
        if flow is None or self._clock.now() >= flow.expires_at:
            raise FlowRefusedError
        return flow

    # Handles.

    def issue_code(self, session_id: SessionId, host: str, nonce_digest: bytes) -> str:
        """Return a code that opens `host` once, within a minute, for the browser that holds the nonce. Raise
        `SessionRefused` where the session does not stand."""
        self._standing(session_id)
        code = new_token()
        self._store.add_code(
            SignInCode(
                digest=token_digest(code),
                session_id=session_id,
                host=host,
                nonce_digest=nonce_digest,
                expires_at=self._clock.now() + CODE_LIFETIME,
            )
        )
        return code

    def redeem_code(self, code: str, host: str, nonce: str, origin: Origin | None = None) -> tuple[Handle, str]:
        """Return the handle of the session on `host` and the token for its cookie.

        Raise `CodeRefusedError` where the code is not known, used, too old, or for another host or browser, after which
        it is gone in every case; `SessionRefused` where the session has ended meanwhile; `ThrottledError`.
        """
        origin = origin or Origin()
        guesser = source(origin)
        self._guesses.check(guesser)
        now = self._clock.now()
        opened: tuple[Handle, str] | None = None
        refusal: SessionRefused | None = None
        with self._store.change() as change:
            # Taken in a change that commits whatever follows: a code shown in the wrong place is burnt.
            taken = change.take_code(digest_of(code))
            if (
                taken is not None
                and now < taken.expires_at
                and taken.host == host
                and hmac.compare_digest(taken.nonce_digest, digest_of(nonce))
            ):
                try:
                    opened = self._open(change, taken.session_id, host, now)
                except SessionRefused as refused:
                    refusal = refused
        if refusal is not None:
            raise refusal
        if opened is None:
            self._guesses.fail(guesser)
            self._record.record(
                SignInFailed(at=now, actor=ANONYMOUS, origin=origin, email=None, passkey_id=None, reason="code")
            )
            raise CodeRefusedError
        self._committed()
        return opened

    def open_handle(self, session_id: SessionId, host: str) -> tuple[Handle, str]:
        """Return a handle and its token for the sign-in host itself, right after signing in there. Raise
        `SessionRefused`."""
        with self._store.change() as change:
            opened = self._open(change, session_id, host, self._clock.now())
        self._committed()
        return opened

    def _open(self, change: PeopleChange, session_id: SessionId, host: str, now: datetime) -> tuple[Handle, str]:
        session = change.session(session_id)
        if session is None:
            raise SessionRefused(SessionRefusal.UNKNOWN)
        refusal = refusal_of(session, change.person(session.person_id), now)
        if refusal is not None:
            raise SessionRefused(refusal)
        token = new_token()
        handle = Handle(
            id=HandleId(new_id("handle")),
            session_id=session_id,
            host=host,
            digest=token_digest(token),
            created_at=now,
        )
        change.add_handle(handle)
        return handle, token

    def _standing(self, session_id: SessionId) -> Session:
        session = self._store.session(session_id)
        if session is None:
            raise SessionRefused(SessionRefusal.UNKNOWN)
        refusal = refusal_of(session, self._store.person(session.person_id), self._clock.now())
        if refusal is not None:
            raise SessionRefused(refusal)
        return session

    # Looking.

    def session(self, session_id: SessionId) -> Session:
        """Return a session, standing or not. Raise `NotFoundError`."""
        session = self._store.session(session_id)
        if session is None:
            raise _no_session(session_id)
        return session

    def sessions(self, person_id: PersonId | None = None) -> tuple[Session, ...]:
        """Return the sessions that stand, newest first; of one person, or of all."""
        now = self._clock.now()
        persons: Mapping[PersonId, Person] = {person.id: person for person in self._store.persons()}
        return tuple(
            session
            for session in self._store.sessions(person_id)
            if refusal_of(session, persons.get(session.person_id), now) is None
        )

    def touch(self, session_id: SessionId, at: datetime) -> None:
        """Note activity of one session at once. The index does this in batches (`SessionIndex.flush_activity`)."""
        self._store.note_activity({session_id: at})
        self._committed()

    # Ending.

    def end(self, session_id: SessionId, *, actor: str, reason: EndReason, origin: Origin) -> Session:
        """End one session and return it; one that was ended before is returned as it is. Raise `NotFoundError`."""
        now = self._clock.now()
        with self._store.change() as change:
            session = change.session(session_id)
            if session is None:
                raise _no_session(session_id)
            ended = end_each(change, [session], reason=reason, at=now, actor=actor, origin=origin)
        self._tell(ended)
        return replace(session, ended_at=now, end_reason=reason.value) if ended else session

    def end_all(
        self,
        person_id: PersonId,
        *,
        actor: str,
        reason: EndReason,
        origin: Origin,
        except_session: SessionId | None = None,
    ) -> int:
        """End all sessions of a person but one; return how many. Raise `NotFoundError`."""
        now = self._clock.now()
        with self._store.change() as change:
            if change.person(person_id) is None:
                raise NotFoundError("there is no such person", code="person.unknown", found=person_id)
            ended = end_each(
                change,
                change.sessions(person_id),
                reason=reason,
                at=now,
                actor=actor,
                origin=origin,
                keep=except_session,
            )
        self._tell(ended)
        return ended

    def expire(self) -> int:
        """Write down the end of sessions whose time is up, for the record; return how many.

        For a worker, after `SessionIndex.flush_activity`. It decides nothing: such sessions are refused already.
        """
        now = self._clock.now()
        over = {SessionRefusal.EXPIRED, SessionRefusal.IDLE}
        persons: Mapping[PersonId, Person] = {person.id: person for person in self._store.persons()}
        if not any(refusal_of(s, persons.get(s.person_id), now) in over for s in self._store.sessions()):
            return 0
        with self._store.change() as change:
            up = [s for s in change.sessions() if refusal_of(s, change.person(s.person_id), now) in over]
            ended = end_each(change, up, reason=EndReason.EXPIRED, at=now, actor=SYSTEM, origin=Origin())
        self._tell(ended)
        return ended

    def prune(self) -> None:
        """Forget what is long over: pending things at once when their time is up, sessions after thirty days."""
        now = self._clock.now()
        self._store.prune(pending_before=now, sessions_before=now - SESSION_RETENTION)

    def recover(self, known_version: int) -> int:
        """Deal with a database that went back in time: a backup was restored. Return how many sessions were ended.

        `known_version` is the highest number of a change that was ever seen (`PeopleStore.version`), kept
        outside of the database. Where the store is behind it, sessions that were ended and invitations that
        were used are open again, so all sessions are ended, all open invitations revoked, and changes counted
        on from `known_version`. Persons and passkeys are as the backup has them: whoever was disabled and
        whatever was removed since is back, and has to be looked through by a person. Does nothing where
        the store is not behind, so call it before anything else changes the store.
        """
        if self._store.version() >= known_version:
            return 0
        now = self._clock.now()
        with self._store.change() as change:
            change.raise_version(known_version)
            for invitation in change.open_invitations():
                revoke(change, invitation, at=now, actor=SYSTEM, origin=Origin())
            ended = end_each(
                change, change.sessions(), reason=EndReason.RESTORED, at=now, actor=SYSTEM, origin=Origin()
            )
        see_through(self._committed, self._record)
        return ended

    def _tell(self, ended: int) -> None:
        if ended:
            see_through(self._committed, self._record)
        else:
            self._committed()


def _no_session(session_id: SessionId) -> NotFoundError:
    return NotFoundError("there is no such session", code="session.not-found", found=session_id)
