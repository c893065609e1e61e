"""How the estates of a state directory stand, and whether the worker is at its work: for `status` and `doctor`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchword.app.compliance.record import estates_of, pass_store
from watchword.app.compliance.worker import SILENT_AFTER, STATUS_FILE
from watchword.app.runtime import read_applied
from watchword.app.settings import Settings
from watchword.app.state import StateDirectory
from watchword.evidence.posture.compliance.standing import Standing, standing_of
from watchword.evidence.posture.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateStanding:
    """`severities` and `unknown` are of the last good pass, None where there is none. `next` is in words."""

    estate: str
    standing: Standing
    severities: Mapping[Severity, int | None]
    unknown: int | None
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStanding:
    """What the worker said last. `silent` where it has not said anything for too long."""

    pid: int
    at: datetime
    silent: bool
    running: str | None
    estates: Mapping[str, Mapping[str, object]]


def standings(settings: Settings, now: datetime, *, name: str | None = None) -> tuple[EstateStanding, ...]:
    """Raises `InvalidInputError` for an estate that is not configured, and for a record that was altered."""
    configuration = read_applied(settings)
    if not configuration.posture.estates and name is None:
        return ()
    passes = pass_store(settings)
    worker = worker_standing(settings.state, now)
    found: list[EstateStanding] = []
    for estate in estates_of(configuration, name):
        standing = standing_of(passes.recent(estate.name), now=now, stale_after=estate.stale_after)
        content = None if standing.good is None else passes.content(standing.good)
        found.append(
            EstateStanding(
                estate=estate.name,
                standing=standing,
                severities=content.severities() if content else dict.fromkeys(reversed(Severity), None),
                unknown=len(content.undecided) if content else None,
                next=_next(estate.name, worker, by_itself=estate.by_itself),
            )
        )
    return tuple(found)


def worker_standing(state: StateDirectory, now: datetime) -> WorkerStanding | None:
    """What the worker said last; None where none has ever worked here, or what it said is not readable."""
    try:
        said = json.loads((state.compliance / STATUS_FILE).read_bytes())
        at = datetime.fromisoformat(said["at"])
        return WorkerStanding(
            pid=int(said["pid"]),
            at=at,
            silent=now - at > SILENT_AFTER,
            running=said["running"],
            estates=dict(said["estates"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _next(name: str, worker: WorkerStanding | None, *, by_itself: bool) -> str:
    if not by_itself:
        return "when asked"
    if worker is None or worker.silent:
        return "no worker runs"
    if worker.running == name:
        return "under way"
    due = worker.estates.get(name, {}).get("due")
    if not isinstance(due, str):
        return "on a change"
    at = datetime.fromisoformat(due)
    return "now" if at <= worker.at else at.strftime("%Y-%m-%dT%H:%M:%SZ")
