"""Facts that a stage publishes. Earlier stages never call later ones: they hand events to a sink that `app` connects.

An event is a frozen dataclass that derives from `Event`, is named in the past tense, and is declared in the `events.py`
of the context it happened in. It carries plain values, never a secret: a token appears in no event, not even hashed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from, as far as it is known."""

    source_ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, at an instant (UTC)."""

    at: datetime


EventSink = Callable[[Event], None]
"""Takes an event for the record; raises `UnavailableError` when the record cannot take it: then the use case fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationApplied(Event):
    """The running configuration was replaced. `revision` names the new one, `changes` says in words what differs."""

    actor: str
    revision: str
    previous: str | None
    changes: tuple[str, ...]
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused(Event):
    """A configuration was not accepted, and the previous one keeps serving."""

    actor: str
    problems: tuple[str, ...]
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessChanged(Event):
    """A part of Watchword started, stopped or was found dead."""

    process: str
    change: str
    detail: str
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateExamined(Event):
    """A pass over an estate ended: its checks were asked, or could not be.

    `digest` is the SHA-256 of the pass's record, `content` that of what was found (empty where it failed): whoever has
    the files can show that they are the ones of then. `cause` and `detail` are words.
    """

    estate: str
    pass_id: str
    started: datetime
    trigger: str  # manual, schedule, change
    cause: str
    ended: str  # complete, failed
    digest: str
    content: str
    critical: int
    high: int
    medium: int
    low: int
    unknown: int
    errors: int
    introduced: int
    fixed: int
    detail: str
    actor: str
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceReported(Event):
    """A report over a period was written. `digest` is the SHA-256 of its JSON form."""

    period: str  # daily, weekly
    since: datetime
    until: datetime
    estates: tuple[str, ...]
    digest: str
    files: tuple[str, ...]
    actor: str
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePackSealed(Event):
    """A pack of evidence for a framework was put together. `digest` is the SHA-256 of its manifest."""

    framework: str
    since: datetime
    until: datetime
    estates: tuple[str, ...]
    digest: str
    controls: int
    passes: int
    actor: str
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationStepTaken(Event):
    """A step of a remediation set: planned, approved, refused, applied, verified or rolled back.

    `digest` names the exact set. `resource` and `action` are empty where the step is about the set as a whole.
    """

    set_id: str
    digest: str
    step: str
    succeeded: bool
    estate: str
    resource: str
    action: str
    detail: str
    actor: str
    origin: Origin = field(default_factory=Origin)
