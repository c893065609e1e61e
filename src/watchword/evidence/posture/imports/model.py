"""What a file of another scanner's results says: findings as plain values, and how many passed.

Nothing here knows of our checks: `merging` brings both together. Texts come from strangers and are bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.model import Severity, Verdict

LONGEST_TEXT: Final = 1_000  # characters of a message or a title; more is a page of documentation
LONGEST_NAME: Final = 400  # characters of an identifier, an address, a file's name

# What most tools call a severity. A form with other words has a table of its own.
SEVERITIES: Final[Mapping[str, Severity]] = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "moderate": Severity.MEDIUM,
    "low": Severity.LOW,
    "info": Severity.LOW,
    "informational": Severity.LOW,
    "trace": Severity.LOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of another tool. `severity` is None where the tool does not say one that we know.

    `verdict` is FAIL, or UNKNOWN where the tool leaves it to a person. `suppressed` is the reason for which somebody
    suppressed it there (which may be empty); None where nobody did. `aliases` are names of other tools' for the same
    check, by the field of `KnownAs`. `path` tells findings of one check on one resource apart.
    """

    tool: str
    id: str
    title: str = ""
    message: str = ""
    severity: Severity | None = None
    file: str = ""
    line: int = 0
    end_line: int = 0
    address: str = ""
    path: str = ""
    remedy: str = ""
    reference: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    verdict: Verdict = Verdict.FAIL
    suppressed: str | None = None

    @property
    def check(self) -> str:
        return f"{self.tool}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file, read. `left_out` are results that say nothing either way: skipped without a finding, not applicable."""

    form: str
    findings: tuple[Finding, ...] = ()
    passed: int = 0
    left_out: int = 0
    warnings: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
