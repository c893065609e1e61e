"""The sessions that stand right now, in memory: what every single request asks, so nothing here waits for anything.

- `find` looks at memory alone. What it returns has been checked at that moment: handle, host, end, person, absolute and
  idle limit. Limits are checked when used; no job has to run for a session to be over.
- `refresh` brings in what changed in the store. Use cases call it right after their commit, so that within a process a
  revocation holds before its answer goes out; a poller calls it for what other processes did.
- `stale` says when the memory is too old to be believed. Whoever asks `find` must ask it too, and refuse when it is.
- Activity is noted in memory and written in batches by `flush_activity`, so that idle limits survive a restart. Lost
  activity only ever makes a session end sooner.

Example::

    index = SessionIndex(store, clock, max_age=timedelta(milliseconds=200))
    index.refresh()
    live = index.find(token_digest(cookie), "payroll.example.com", clock.now())
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from watchword.identity.people.errors import SessionRefusal, SessionRefused
from watchword.identity.people.events import EndReason
from watchword.identity.people.model import Handle, LiveSession, Person, Session
from watchword.identity.people.ports import Changes, PeopleStore
from watchword.kernel.clock import Clock, monotonic
from watchword.kernel.errors import UnavailableError
from watchword.kernel.ids import PersonId, SessionId

Revoked = Callable[[SessionId, str, float], None]
"""Takes a session that does not stand any more, why, and the monotonic instant at which this process learnt it."""

PersonsChanged = Callable[[frozenset[PersonId]], None]
"""Takes the persons whose groups or state differ from before, for whoever decided something that still goes on."""

# A request passes on memory that is at most this old, so a revocation by another process holds within 250 ms.
DEFAULT_MAX_AGE = timedelta(milliseconds=240)
# Forgetting walks over all sessions; it frees memory and decides nothing, so it may be rare.
_FORGET_EVERY = 60.0
# What is written of activity may lag this much. It shortens idle limits by as much after a restart, never otherwise.
ACTIVITY_GRANULARITY = timedelta(seconds=15)


class _Standing:
    """One session as the index knows it. `last_seen` is the later of what this process saw and what the store says."""

    __slots__ = ("expires_at", "flushed", "idle", "last_seen", "live", "person", "refusal", "session")

    def __init__(self, session: Session, person: Person) -> None:
        self.session = session
        self.person = person
        self.expires_at = session.expires_at
        self.idle = session.idle
        self.last_seen = session.last_seen_at
        self.flushed = session.last_seen_at
        self.refusal = _refusal(session, person)
        self.live = LiveSession(session=session, person=person, host="")


class _Door:
    """One handle: the session it stands for on one host, and the ready-made answer."""

    __slots__ = ("host", "live", "standing")

    def __init__(self, host: str, standing: _Standing) -> None:
        self.host = host
        self.standing = standing
        self.live = LiveSession(session=standing.session, person=standing.person, host=host)


def _refusal(session: Session, person: Person) -> SessionRefusal | None:
    if person.disabled_at is not None:
        return SessionRefusal.PERSON_DISABLED
    if session.ended_at is not None:
        return SessionRefusal.ENDED
    return None


class SessionIndex:
    """See the module. `find` and `stale` may be called from one thread while another one refreshes or flushes."""

    def __init__(
        self,
        store: PeopleStore,
        clock: Clock,
        *,
        max_age: timedelta = DEFAULT_MAX_AGE,
        monotonic_clock: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._max_age = max_age.total_seconds()
        self._monotonic = monotonic_clock
        self._lock = threading.Lock()
        self._version = -1
        self._refreshed_at: float | None = None
        self._forgot_at = monotonic_clock()
        self._doors: dict[bytes, _Door] = {}
        self._doors_of: dict[SessionId, list[bytes]] = {}
        self._standings: dict[SessionId, _Standing] = {}
        self._sessions_of: dict[PersonId, set[SessionId]] = {}
        self._persons: dict[PersonId, Person] = {}
        self._revoked: list[Revoked] = []
        self._persons_changed: list[PersonsChanged] = []

    # What every request asks.

    def find(self, digest: bytes, host: str, now: datetime) -> LiveSession:
        """Return the session whose handle has this digest (SHA-256) on this host, and note that it was active.

        Raise `SessionRefused`. Not checked: whether the index itself is too old (`stale`), and assurance. Where several
        processes serve, a handle may be a moment younger than this memory: on `unknown`, `refresh()` once (off the
        event loop) and ask again before sending a browser to sign in.
        """
        door = self._doors.get(digest)
        if door is None:
            raise SessionRefused(SessionRefusal.UNKNOWN)
        if door.host != host:
            raise SessionRefused(SessionRefusal.WRONG_HOST)
        standing = door.standing
        if standing.refusal is not None:
            raise SessionRefused(standing.refusal)
        if now >= standing.expires_at:
            raise SessionRefused(SessionRefusal.EXPIRED)
        last_seen = standing.last_seen
        if now - last_seen >= standing.idle:
            raise SessionRefused(SessionRefusal.IDLE)
        if now > last_seen:
            standing.last_seen = now
        return door.live

    def check(self, session_id: SessionId, now: datetime, *, active: bool) -> LiveSession:
        """As `find`, for something open already that knows its session (a stream); `host` of the answer is empty.

        With `active` this counts as activity: bytes went through since the last time. What is returned is the same
        object until something about the session or its person differs.
        """
        standing = self._standings.get(session_id)
        if standing is None:
            raise SessionRefused(SessionRefusal.UNKNOWN)
        if standing.refusal is not None:
            raise SessionRefused(standing.refusal)
        if now >= standing.expires_at:
            raise SessionRefused(SessionRefusal.EXPIRED)
        if now - standing.last_seen >= standing.idle:
            raise SessionRefused(SessionRefusal.IDLE)
        if active and now > standing.last_seen:
            standing.last_seen = now
        return standing.live

    def stale(self, now_monotonic: float) -> bool:
        """Say whether this memory is older than the bound, and so not to be believed. True before the first refresh."""
        return self._refreshed_at is None or now_monotonic - self._refreshed_at > self._max_age

    @property
    def refreshed_at(self) -> float | None:
        """The monotonic instant up to which everything that was committed is known; None before the first refresh."""
        return self._refreshed_at

    @property
    def version(self) -> int:
        return self._version

    # What keeps it true.

    def on_revoked(self, callback: Revoked) -> None:
        """Call back for each session that stood and does not stand any more, from the thread that refreshes."""
        self._revoked.append(callback)

    def on_persons_changed(self, callback: PersonsChanged) -> None:
        self._persons_changed.append(callback)

    def refresh(self) -> None:
        """Bring in what was committed since the last time. Raise `UnavailableError` where the store does not say."""
        with self._lock:
            # The instant *before* asking: whatever is committed later than this may be missing from the answer.
            asked_at = self._monotonic()
            version = self._store.version()
            if version < self._version:
                # Believing it would bring back sessions that were ended. Not refreshed, so soon everything is refused.
                raise UnavailableError(
                    "the store of sessions went back in time",
                    code="people.store.went-back",
                    expected=f"change {self._version} or later",
                    found=f"change {version}",
                    hint="restart Watchword: it ends the sessions that a restored backup brought back",
                )
            revoked: list[tuple[SessionId, str]] = []
            persons: frozenset[PersonId] = frozenset()
            if version != self._version:
                changes = self._store.changes(max(self._version, 0))
                persons, revoked = self._apply(changes)
                self._version = changes.version
            self._refreshed_at = asked_at
            if asked_at - self._forgot_at >= _FORGET_EVERY:
                self._forgot_at = asked_at
                self._forget(self._clock.now())
        learnt_at = self._monotonic()
        for session_id, reason in revoked:
            for tell in self._revoked:
                tell(session_id, reason, learnt_at)
        if persons:
            for tell_persons in self._persons_changed:
                tell_persons(persons)

    def flush_activity(self) -> int:
        """Write the activity seen since the last time, in one change; return of how many sessions. Raise
        `UnavailableError`; then it is all still here for the next time."""
        with self._lock:
            active = {
                session_id: standing.last_seen
                for session_id, standing in list(self._standings.items())
                if standing.refusal is None and standing.last_seen - standing.flushed >= ACTIVITY_GRANULARITY
            }
            if not active:
                return 0
            self._store.note_activity(active)
            for session_id, last_seen in active.items():
                self._standings[session_id].flushed = last_seen
            return len(active)

    def live_sessions(self, now: datetime) -> int:
        """Count the sessions that stand."""
        return sum(
            standing.refusal is None and now < standing.expires_at and now - standing.last_seen < standing.idle
            for standing in list(self._standings.values())
        )

    def _apply(self, changes: Changes) -> tuple[frozenset[PersonId], list[tuple[SessionId, str]]]:
        changed: set[PersonId] = set()
        revoked: list[tuple[SessionId, str]] = []
        touched: set[SessionId] = set()
        for person in changes.persons:
            before = self._persons.get(person.id)
            self._persons[person.id] = person
            if before is not None and before != person:
                changed.add(person.id)
                touched |= self._sessions_of.get(person.id, set())
        arrived = {session.id: session for session in changes.sessions}
        touched |= arrived.keys()
        for session_id in touched:
            self._stand(session_id, arrived.get(session_id), revoked)
        for handle in changes.handles:
            self._open(handle)
        return frozenset(changed), revoked

    def _stand(self, session_id: SessionId, arrived: Session | None, revoked: list[tuple[SessionId, str]]) -> None:
        before = self._standings.get(session_id)
        session = arrived if arrived is not None else (before.session if before is not None else None)
        if session is None:
            return
        person = self._persons.get(session.person_id)
        if person is None:
            # A session of nobody: a store that breaks its own references. It opens nothing.
            return
        after = _Standing(session, person)
        if before is not None:
            # What was seen here may be later than what the store knows yet.
            after.last_seen = max(after.last_seen, before.last_seen)
            after.flushed = max(after.flushed, before.flushed)
            if before.refusal is None and after.refusal is not None:
                revoked.append((session_id, _why(session, after.refusal)))
        self._standings[session_id] = after
        self._sessions_of.setdefault(session.person_id, set()).add(session_id)
        for digest in self._doors_of.get(session_id, ()):
            self._doors[digest] = _Door(self._doors[digest].host, after)

    def _open(self, handle: Handle) -> None:
        standing = self._standings.get(handle.session_id)
        if standing is None:
            return
        if handle.digest not in self._doors:
            self._doors_of.setdefault(handle.session_id, []).append(handle.digest)
        self._doors[handle.digest] = _Door(handle.host, standing)

    def _forget(self, now: datetime) -> None:
        """Drop what is past its absolute limit: nothing can bring it back."""
        for session_id in [s for s, standing in self._standings.items() if now >= standing.expires_at]:
            standing = self._standings.pop(session_id)
            for digest in self._doors_of.pop(session_id, ()):
                self._doors.pop(digest, None)
            mine = self._sessions_of.get(standing.session.person_id)
            if mine is not None:
                mine.discard(session_id)
                if not mine:
                    del self._sessions_of[standing.session.person_id]


def _why(session: Session, refusal: SessionRefusal) -> str:
    if refusal is SessionRefusal.PERSON_DISABLED:
        return EndReason.PERSON_DISABLED.value
    return session.end_reason or refusal.value
