"""Open streams: what each stands on, and how it is ended when that goes away.

A stream is one long exchange (WebSocket, server-sent events, CONNECT) that the proxy keeps attached to us for as long
as it lives. The transport registers it with a way to cut it; the registry decides when:

- its session ended: at once (`session_ended`, called by whoever refreshed the session index);
- its session reached its limit, or the policies of today would not let it in any more: at the next `sweep`, which looks
  at each session and asks the policies only where something differs that they could depend on (`StandsOn`);
- a person's groups or a configuration changed: `recheck`.

What is cut is published as `StreamCut`, with the time since the revocation was learnt.
"""

import base64
import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from watchword.enforcement.gateway.events import StreamCut
from watchword.kernel.clock import Clock, monotonic
from watchword.kernel.errors import InvalidInputError, UnavailableError
from watchword.kernel.events import EventSink, Origin
from watchword.kernel.ids import PersonId, SessionId

UNAVAILABLE = "unavailable"
# The bound within which a revocation closes a stream: for no longer may it be unknown whether there was one.
_UNKNOWN_WITHIN = 0.75

Cut = Callable[[str], None]
"""Ends the transport of one stream, for a reason. Callable from any thread; returns at once."""


_KEPT_LATENCIES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStream:
    """One stream and what it was let in on. `session_id` is None on public routes alone."""

    request_id: str
    application: str
    route: str
    method: str
    path: str
    session_id: SessionId | None
    person_id: PersonId | None
    email: str | None
    source_ip: str | None
    expires_at: datetime

    def to_header(self) -> bytes:
        """Return it as the value of the header by which the check tells the stream's holder. Clients cannot set that
        header: the proxy removes it from every request before any filter sees it."""
        fields = (
            self.request_id,
            self.application,
            self.route,
            self.method,
            self.path,
            self.session_id,
            self.person_id,
            self.email,
            self.source_ip,
            self.expires_at.timestamp(),
        )
        return base64.urlsafe_b64encode(orjson.dumps(fields))

    @classmethod
    def from_header(cls, value: bytes) -> "OpenStream":
        """Raise `InvalidInputError` (`stream.header`): then the stream must not be held open."""
        try:
            fields = orjson.loads(base64.b64decode(value, altchars=b"-_", validate=True))
            request_id, application, route, method, path, session, person, email, source_ip, expires = fields
            return cls(
                request_id=str(request_id),
                application=str(application),
                route=str(route),
                method=str(method),
                path=str(path),
                session_id=None if session is None else SessionId(session),
                person_id=None if person is None else PersonId(person),
                email=None if email is None else str(email),
                source_ip=None if source_ip is None else str(source_ip),
                expires_at=datetime.fromtimestamp(float(expires), UTC),
            )
        except (ValueError, TypeError) as error:
            raise InvalidInputError("not a stream's description", code="stream.header") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsOn:
    """All that the answer about an open stream depends on beside the stream itself: while this is the same, it is.

    `snapshot` (the configuration and its policies) and `live` (the session and its person) are compared by identity.
    `second` is there where a policy reads the time, `risk` where one reads the risk."""

    snapshot: object
    live: object
    second: int | None
    risk: tuple[str | None, int | None] | None


StillAllowed = Callable[[OpenStream, StandsOn | None], StandsOn | str | None]
"""Decides a stream again (`Check.still_allowed`). Takes what its last answer stood on, and returns that of this one, or
why the stream has to end, as text."""


@dataclass(slots=True, kw_only=True)
class _Held:
    stream: OpenStream
    cut: Cut
    stands_on: StandsOn | None = None


class StreamRegistry:
    """All open streams of this process. Safe for use by several threads.

    `latencies` holds, for the newest cuts, the milliseconds from learning of a revocation to cutting the stream.
    """

    def __init__(self, *, clock: Clock, events: EventSink, still_allowed: StillAllowed) -> None:
        self._clock = clock
        self._events = events
        self._still_allowed = still_allowed
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._held: dict[int, _Held] = {}
        self._of_session: dict[SessionId, set[int]] = {}
        self._unknown_since: float | None = None
        self.cuts = 0
        self.latencies: deque[float] = deque(maxlen=_KEPT_LATENCIES)
        self.unrecorded = 0

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, stream: OpenStream, cut: Cut) -> int | None:
        """Take a stream that is about to open. Return its number, or None where it may not open (any more)."""
        with self._lock:
            number = next(self._numbers)
            held = self._held[number] = _Held(stream=stream, cut=cut)
            if stream.session_id is not None:
                self._of_session.setdefault(stream.session_id, set()).add(number)
        # Asked after it can be found: a revocation between the check and this moment is seen by one of the two.
        answer = self._still_allowed(stream, None)
        if isinstance(answer, str):
            self.release(number)
            return None
        held.stands_on = answer
        return number

    def release(self, number: int) -> None:
        """Forget a stream that is over."""
        with self._lock:
            held = self._held.pop(number, None)
            if held is not None and held.stream.session_id is not None:
                mine = self._of_session.get(held.stream.session_id)
                if mine is not None:
                    mine.discard(number)
                    if not mine:
                        del self._of_session[held.stream.session_id]

    def session_ended(self, session_id: SessionId, reason: str, learnt_at: float) -> None:
        """Cut every stream of a session. `learnt_at` is monotonic. Fits `SessionIndex.on_revoked`."""
        with self._lock:
            numbers = list(self._of_session.get(session_id, ()))
        self._cut([(number, reason) for number in numbers], learnt_at)

    def recheck(self) -> int:
        """Decide every open stream again, after a change of persons, policies or routes; return how many were cut."""
        learnt_at = monotonic()
        with self._lock:
            held = list(self._held.items())
        condemned = []
        unknown = False
        for number, entry in held:
            answer = self._still_allowed(entry.stream, entry.stands_on)
            if not isinstance(answer, str):
                entry.stands_on = answer
                continue
            if answer == UNAVAILABLE:
                unknown = True
                if self._unknown_since is None or learnt_at - self._unknown_since < _UNKNOWN_WITHIN:
                    continue
            condemned.append((number, answer))
        self._unknown_since = (self._unknown_since or learnt_at) if unknown else None
        return self._cut(condemned, learnt_at)

    def sweep(self) -> int:
        """Cut what time has ended: call it every second or so. Return how many were cut."""
        return self.recheck()

    def _cut(self, condemned: list[tuple[int, str]], learnt_at: float) -> int:
        done = 0
        for number, reason in condemned:
            with self._lock:
                held = self._held.get(number)
            if held is None:
                continue
            self.release(number)
            held.cut(reason)
            done += 1
            latency = (monotonic() - learnt_at) * 1000
            self.latencies.append(latency)
            self._publish(held.stream, reason, latency)
        self.cuts += done
        return done

    def _publish(self, stream: OpenStream, reason: str, latency_ms: float) -> None:
        event = StreamCut(
            at=self._clock.now(),
            request_id=stream.request_id,
            application=stream.application,
            route=stream.route,
            person_id=stream.person_id,
            email=stream.email,
            session_id=stream.session_id,
            reason=reason,
            latency_ms=latency_ms,
            origin=Origin(source_ip=stream.source_ip, request_id=stream.request_id),
        )
        try:
            self._events(event)
        except UnavailableError:
            # Cutting is what matters; the record is told as soon as it can be, and the count says that it was not.
            self.unrecorded += 1
