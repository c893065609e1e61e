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
