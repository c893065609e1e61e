"""What the evidence stage tells the ledger of itself. Here, beside the ledger that records it, because the ledger comes
first in the stage and imports nothing of what follows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
