"""What the gateway needs from outside: sessions, a record, decisions, pages, and the measure of risk."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from watchword.decision.engine import Decision, Explanation, Request
from watchword.enforcement.gateway.refusals import Refusal
from watchword.identity.people import LiveSession, Person, Session
from watchword.kernel.events import Event
from watchword.kernel.ids import SessionId


class SessionFinder(Protocol):
    """Sessions in memory (`identity.people.SessionIndex`): nothing here waits for anything."""

    def find(self, digest: bytes, host: str, now: datetime) -> LiveSession:
        """Return the session whose handle has this SHA-256 on this host; raise `SessionRefused`."""
        ...

    def check(self, session_id: SessionId, now: datetime, *, active: bool) -> LiveSession:
        """The same for a stream, which knows its session already; raise `SessionRefused`. What is returned is the same
        object until something about the session or its person differs."""
        ...

    def stale(self, now_monotonic: float) -> bool:
        """Say whether this memory is too old to be believed; then everything is refused."""
        ...


class Ticket(Protocol):
    """A record that was accepted and is on its way to the disk (`evidence.ledger.Ticket`)."""

    def done(self) -> bool:
        """Say whether the record is durable."""
        ...

    def add_done_callback(self, callback: Callable[[object], None]) -> None:
        """Call back once, from any thread, when the record is durable or never will be: look at `done()`."""
        ...


class Recorder(Protocol):
    def append(self, event: Event) -> Ticket:
        """Accept an event without waiting; raise `UnavailableError` where the record cannot take it."""
        ...


class Decider(Protocol):
    """One snapshot of the configured policies (`check.PolicyDecider` over the engine)."""

    @property
    def revision(self) -> str: ...

    def decide(self, request: Request) -> Decision: ...

    def keys(self, request: Request) -> frozenset[str]:
        """Return the condition keys (in lower case) that this decision may depend on: with all else the same, one that
        differs in another key is the same decision."""
        ...

    def explain(self, request: Request) -> Explanation:
        """The slow path, asked on denials alone."""
        ...


class RefusalPages(Protocol):
    """How a browser is told no: the console's pages, or `refusals.PlainPages`."""

    def render(self, refusal: Refusal) -> bytes:
        """Return a whole HTML document (UTF-8)."""
        ...

    @property
    def content_security_policy(self) -> str:
        """The policy to send along: the document's own style by its hash, and nothing else."""
        ...


class RiskSource(Protocol):
    """What detections make of a person and a session at this moment."""

    def risk(self, person: Person, session: Session) -> tuple[str, int]:
        """Return the level (low, medium, high) and the score (0 to 100)."""
        ...
