"""A pass over an estate, and what it found, as they are kept.

A *pass* is small: when, why, how it ended, and the SHA-256 of its *content*. The content holds every outcome that is
not good, counts of all, the maturity and what people attested. Passes that found the same share one content.

A finding keeps the instant at which it was first seen as long as it is not gone, also through passes that could not
judge it: an outage does not make a finding young.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from watchword.evidence.posture.model import Severity, Verdict


class Trigger(enum.StrEnum):
    """Why a pass was made."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    CHANGE = "change"


class Ended(enum.StrEnum):
    COMPLETE = "complete"
    FAILED = "failed"  # nothing of it counts: what was found before stays, and grows stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One examination of an estate. `content` is the SHA-256 of what was found; empty where the pass failed.

    `cause` says in words what made it necessary; `error` and `code` why it failed. `commits` are the revisions of git
    that the paths were at.
    """

    id: str
    estate: str
    started: datetime
    finished: datetime
    trigger: Trigger
    cause: str
    ended: Ended
    content: str
    revision: str  # of the configuration
    version: str  # of Watchword
    commits: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[Severity, int] = field(default_factory=dict)
    unknown: int = 0
    errors: int = 0
    introduced: int = 0
    fixed: int = 0
    error: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedBy:
    owner: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A result that is not good: FAIL, WAIVED, UNKNOWN or ERROR.

    `since` is when its finding was first seen. UNKNOWN and ERROR have it too where a finding stood at their place
    before: it is not known to be gone.
    """

    fingerprint: str
    digest: str
    check: str
    severity: Severity
    verdict: Verdict
    address: str
    file: str
    line: int
    words: str
    kind: str = ""  # of the asset; empty where it is about a file
    since: datetime | None = None
    waiver: WaivedBy | None = None
    sources: tuple[str, ...] = ()  # other tools that found it

    @property
    def subject(self) -> tuple[str, str]:
        return self.check, self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCount:
    """What a check came to over the whole estate."""

    check: str
    severity: Severity
    passed: int = 0
    failed: int = 0
    waived: int = 0
    unknown: int = 0
    error: int = 0
    not_applicable: int = 0

    @property
    def held(self) -> bool:
        """It spoke, and nothing is other than good. What is not known does not hold."""
        return self.passed > 0 and not (self.failed or self.waived or self.unknown or self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What somebody vouched for at the time, and the artefact's SHA-256."""

    function: str
    stage: str
    artifact: str
    sha256: str
    signer: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file of another tool's results that was taken in."""

    file: str
    form: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedThing:
    """One thing that is not as declared: how (changed, missing, unmanaged, unused), and by which paths."""

    kind: str
    address: str
    identity: str
    paths: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.address, self.identity


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound:
    """What differed between what is declared and what is there. `left_out` are things beyond the bound of the list."""

    things: tuple[DriftedThing, ...]
    compared: int
    cannot_tell: int
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a pass found. `maturity` gives each function's stage, None where it was not assessed.

    `asked` are the checks that were asked, also those that found nothing to speak about; `tool:` stands for all checks
    of another tool whose results were taken in. `scope` names what was looked at: paths, accounts with their regions.
    """

    outcomes: tuple[Outcome, ...]
    counts: tuple[CheckCount, ...]
    asked: frozenset[str] = frozenset()
    scope: tuple[str, ...] = ()
    maturity: Mapping[str, str | None] = field(default_factory=dict)
    attestations: tuple[Attested, ...] = ()
    critical: tuple[str, ...] = ()  # addresses of critical assets
    assets: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    warnings: tuple[str, ...] = ()
    imports: tuple[Taken, ...] = ()
    drift: DriftFound | None = None  # None: there was nothing to compare with
    stacks: Mapping[str, str] = field(default_factory=dict)  # live things that a stack of CloudFormation made, by ARN

    def of(self, *verdicts: Verdict) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes if o.verdict in verdicts)

    @property
    def findings(self) -> tuple[Outcome, ...]:
        return self.of(Verdict.FAIL)

    @property
    def undecided(self) -> tuple[Outcome, ...]:
        return self.of(Verdict.UNKNOWN, Verdict.ERROR)

    def was_asked(self, check: str) -> bool:
        tool, colon, _ = check.partition(":")
        return check in self.asked or (bool(colon) and f"{tool}:" in self.asked)

    def severities(self) -> dict[Severity, int]:
        """Findings by severity, the worst first."""
        counts = dict.fromkeys(reversed(Severity), 0)
        for outcome in self.findings:
            counts[outcome.severity] += 1
        return counts
