"""What the evidence stage tells the ledger of itself. Here, beside the ledger that records it, because the ledger comes
first in the stage and imports nothing of what follows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watchword.kernel.events import Event, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentKept(Event):
    """An estate was assessed, and the run was kept. `content` is SHA-256 over the fingerprint, digest and verdict of
    every finding that was kept: whoever has the run can prove that this is it. `at` is when it was assessed."""

    actor: str
    estate: str
    run: int
    version: str
    commit: str
    assets: int
    files: int
    checks: int
    verdicts: Mapping[str, int]
    severities: Mapping[str, int]  # of what fails
    introduced: int
    returned: int
    fixed: int
    gone: int
    functions_assessed: int
    functions_at_target: int
    left_out: int
    content: str
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
