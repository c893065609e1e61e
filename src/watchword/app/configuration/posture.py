"""What `posture:` of `watchword.yaml` says: which estates are examined by themselves, and when reports are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from watchword.evidence.posture.compliance.schedule import Moment
from watchword.evidence.posture.model import Severity
from watchword.response.remediation.model import Belts

# How long a finding may stand before a report says that it is overdue.
SLA: Final[Mapping[Severity, timedelta]] = {
    Severity.CRITICAL: timedelta(days=7),
    Severity.HIGH: timedelta(days=30),
    Severity.MEDIUM: timedelta(days=90),
    Severity.LOW: timedelta(days=180),
}
KEEP: Final = timedelta(days=400)  # a year of evidence, and time to put the pack together
FORMS: Final = ("markdown", "html", "json")
# Without a schedule, what was found a day ago is not called current.
STALE_AFTER: Final = timedelta(days=1)
TIMEOUT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """An AWS account that is read live: by a profile of the SDK's (empty: the environment's), in these regions."""

    profile: str = ""
    regions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.profile or 'default'} ({', '.join(self.regions) or 'its regions'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationSettings:
    """How live findings are mended. `automatic` are checks whose remedies are approved by the configuration itself, for
    what is neither critical nor declared. `undeclared` says why nothing of the estate is declared by code, where no
    state tells what is. `profile` has the rights to change; empty: that of the account."""

    belts: Belts = field(default_factory=Belts)
    automatic: tuple[str, ...] = ()
    undeclared: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateSettings:
    """One estate. `paths` may be relative to the configuration directory; `imports` may be globs."""

    name: str
    paths: tuple[Path, ...] = ()
    imports: tuple[str, ...] = ()
    check_directories: tuple[Path, ...] = ()
    waivers: Path | None = None
    settings: Path | None = None
    aws: tuple[AccountSettings, ...] = ()
    states: tuple[Path, ...] = ()  # of Terraform: what code declares of what is live
    remediation: RemediationSettings = field(default_factory=RemediationSettings)
    every: timedelta | None = None
    watch_files: bool = False
    queue: str = ""  # of SQS: changes that a cloud tells of
    stale: timedelta | None = None
    timeout: timedelta = TIMEOUT

    @property
    def stale_after(self) -> timedelta:
        """Twice its schedule, so that one slow pass is no alarm."""
        if self.stale is not None:
            return self.stale
        return self.every * 2 if self.every else STALE_AFTER

    @property
    def by_itself(self) -> bool:
        """Whether something other than a person makes it be examined."""
        return self.every is not None or self.watch_files or bool(self.queue)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """When reports are written by themselves. `directory` None: `reports` in the state directory."""

    directory: Path | None = None
    daily: Moment | None = None
    weekly: Moment | None = None
    forms: tuple[str, ...] = ("markdown", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureSettings:
    estates: Mapping[str, EstateSettings] = field(default_factory=dict)
    reports: ReportSettings = field(default_factory=ReportSettings)
    sla: Mapping[Severity, timedelta] = field(default_factory=lambda: dict(SLA))
    keep: timedelta = KEEP

    @property
    def by_itself(self) -> bool:
        """Whether a worker has anything to do."""
        reports = self.reports.daily is not None or self.reports.weekly is not None
        return bool(self.estates) and (reports or any(estate.by_itself for estate in self.estates.values()))
