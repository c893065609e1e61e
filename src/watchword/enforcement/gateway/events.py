"""What the gateway decided, for the record."""

from dataclasses import dataclass, field
from datetime import datetime

from watchword.decision.engine import StatementRef
from watchword.kernel.events import Event, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecided(Event):
    """One request that the check service answered.

    `status` is what the client was told where it was refused, and 200 where it was let through. `reason` is a stable
    code: `allowed`, `no-session`, `session-ended`, `session-expired`, `assurance`, `denied` (by policy), `path`,
    `method`, `host`, `credentials`, `unavailable`, … `path` is the canonical path, or what could be shown of a refused
    one; never with its query.

    The last fields are what the policies were asked about and the rest does not tell: with them the same question can
    be put to other policies later. They are None where no policy was asked."""

    request_id: str
    outcome: str  # Allowed, ImplicitlyDenied, ExplicitlyDenied, or Refused where policy was never asked
    status: int
    reason: str
    application: str
    route: str
    host: str
    method: str
    path: str
    person_id: str | None
    email: str | None
    session_id: str | None
    assurance: str | None
    statements: tuple[StatementRef, ...]
    blocking_layer: str | None
    missing_keys: tuple[str, ...]
    policy_revision: str
    configuration_revision: str
    privileged: bool
    duration_us: int
    origin: Origin = field(default_factory=Origin)
    groups: tuple[str, ...] | None = None  # the person's, sorted
    auth_age: int | None = None  # seconds since sign-in
    tls: bool | None = None  # whether the gateway speaks TLS itself
    risk_level: str | None = None  # None as well where nothing measures it
    risk_score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamCut(Event):
    """An open stream was closed because what it stood on went away. `latency_ms` counts from the revocation."""

    request_id: str
    application: str
    route: str
    person_id: str | None
    email: str | None
    session_id: str | None
    reason: str
    latency_ms: float
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAnswered(Event):
    """The proxy answered requests by itself: it could not read them, or could not get them decided or delivered.

    `count` of them since `since`, of one status, reason and source; `host`, `method`, `path` and `origin` are of the
    first. `reason` is the proxy's word; `many` stands for what was counted without being told apart, with status 0."""

    since: datetime
    count: int
    status: int
    reason: str
    detail: str
    host: str
    method: str
    path: str
    origin: Origin = field(default_factory=Origin)
