"""A remediation set and what became of it. The set itself never changes: its digest is what is approved."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watchword.evidence.posture.model import Severity

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

MOST: Final = 10  # resources of a set
SHARE: Final = 0.05  # of the estate's resources; one is always allowed
LIFETIME: Final = timedelta(hours=24)  # of an approval: who said yes yesterday may not know what is so today


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an API: `s3:PutPublicAccessBlock`, with its parameters as they are sent."""

    operation: str
    region: str
    parameters: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belts:
    """Bounds of a set. `reason` says why they are not the usual ones; without one they cannot be other."""

    most: int = MOST
    share: float = SHARE
    lifetime: timedelta = LIFETIME
    reason: str = ""

    def resources(self, total: int) -> int:
        """How many resources of `total` a set may touch."""
        return max(1, min(self.most, int(total * self.share)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A finding that may be remedied: what it is about, and what is there now. `managed` says where code declares it.

    `untold` is why it cannot be told whether code declares it; empty where it can. `before` is the answer of the
    remedy's look; `look_failed` why there is none.
    """

    check: str
    severity: Severity
    address: str
    fingerprint: str
    critical: bool = False
    managed: str = ""
    untold: str = ""
    before: Json = None
    look_failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One resource, one check: what is looked at, what it was, what is called, and what undoes it."""

    check: str
    severity: Severity
    address: str
    fingerprint: str
    critical: bool
    does: str  # in words
    look: Call
    before: Json
    calls: tuple[Call, ...]
    undo: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A finding that is not in the set, and why."""

    check: str
    address: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedySet:
    """What is to be done, exactly. `pass_id` is the examination that found it."""

    id: str
    estate: str
    account: str
    profile: str
    made: datetime
    made_by: str
    pass_id: str
    belts: Belts
    steps: tuple[Step, ...]
    refused: tuple[Refusal, ...]

    @property
    def resources(self) -> frozenset[str]:
        return frozenset(step.address for step in self.steps)

    @property
    def critical(self) -> bool:
        return any(step.critical for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody said yes to a set by its digest."""

    by: str
    at: datetime
    expires: datetime
    digest: str


class Status(enum.StrEnum):
    PLANNED = "planned"
    APPLIED = "applied"
    PARTLY = "partly applied"  # a step failed, and none after it was begun
    VERIFIED = "verified"
    NOT_VERIFIED = "not verified"
    ROLLED_BACK = "rolled back"
    NOT_ROLLED_BACK = "not rolled back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of a step. `number` counts from 0."""

    number: int
    at: datetime
    succeeded: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A set with its approvals and what was done."""

    set: RemedySet
    digest: str
    approvals: tuple[Approval, ...] = ()
    status: Status = Status.PLANNED
    applied: tuple[Applied, ...] = ()
