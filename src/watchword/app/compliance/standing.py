"""How the estates of a state directory stand, and whether the worker is at its work: for `status` and `doctor`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watchword.app.compliance.record import estates_of, pass_store
from watchword.app.configuration import Configuration
from watchword.app.settings import Settings
from watchword.app.state import StateDirectory
from watchword.evidence.posture.compliance.standing import Standing, standing_of
from watchword.evidence.posture.model import Severity
from watchword.kernel.errors import WatchwordError

STATUS_FILE: Final = "worker.json"
# `worker.json` older than this is of a worker that is stuck or gone; it writes every few seconds.
SILENT_AFTER: Final = timedelta(seconds=60)


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


def standings(
    settings: Settings, configuration: Configuration, now: datetime, *, name: str | None = None
) -> tuple[EstateStanding, ...]:
    """Raises `InvalidInputError` for an estate that is not configured, and for a pass that cannot be read."""
    if not configuration.posture.estates and name is None:
        return ()
    passes = pass_store(settings)
    worker = worker_standing(settings.state, now)
    found: list[EstateStanding] = []
    for estate in estates_of(configuration, name):
        standing = standing_of(passes.recent(estate.name), now=now, stale_after=estate.stale_after)
        good = standing.good
        found.append(
            EstateStanding(
                estate=estate.name,
                standing=standing,
                severities={s: good.findings.get(s, 0) if good else None for s in reversed(Severity)},
                unknown=good.unknown + good.errors if good else None,
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


def described(settings: Settings, configuration: Configuration, now: datetime) -> Mapping[str, object] | None:
    """The same as JSON, for the figures of a control plane; None where no estate is configured."""
    if not configuration.posture.estates:
        return None
    worker = worker_standing(settings.state, now)
    try:
        found = standings(settings, configuration, now)
    except WatchwordError as error:
        return {"trouble": str(error)}
    return {
        "worker": None if worker is None else {"pid": worker.pid, "at": worker.at.isoformat(), "silent": worker.silent},
        "estates": {
            one.estate: {
                "state": one.standing.state.value,
                "examined": one.standing.good.started.isoformat() if one.standing.good else None,
                "findings": {severity.value: count for severity, count in one.severities.items()},
                "unknown": one.unknown,
                "failures": one.standing.failures,
                "why": one.standing.why or None,
                "next": one.next,
            }
            for one in found
        },
    }
