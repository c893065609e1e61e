"""Which findings to show: the same question for the page, its links, and an address that someone sends."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from watchword.console.posture.frame import LONGEST, count_of
from watchword.console.shell.forms import Fields
from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import FindingQuery, Standing

_Member = TypeVar("_Member", bound=enum.StrEnum)
PATH: Final = "/posture/findings"


class Wanted(enum.StrEnum):
    """How findings stand. FAILING is what an address without a word means."""

    FAILING = ""
    UNKNOWN = "unknown"
    WAIVED = "waived"
    FIXED = "fixed"
    GONE = "gone"
    ALL = "all"


LABELS: Final[Mapping[Wanted, str]] = {
    Wanted.FAILING: "Failing",
    Wanted.UNKNOWN: "Not known",
    Wanted.WAIVED: "Waived",
    Wanted.FIXED: "Fixed",
    Wanted.GONE: "Not seen any more",
    Wanted.ALL: "All",
}
_ASKED: Final[Mapping[Wanted, tuple[Standing | None, tuple[Verdict, ...]]]] = {
    Wanted.FAILING: (Standing.OPEN, (Verdict.FAIL,)),
    Wanted.UNKNOWN: (Standing.OPEN, (Verdict.UNKNOWN, Verdict.ERROR)),
    Wanted.WAIVED: (Standing.OPEN, (Verdict.WAIVED,)),
    Wanted.FIXED: (Standing.FIXED, ()),
    Wanted.GONE: (Standing.GONE, ()),
    Wanted.ALL: (None, ()),
}
ENDED: Final = frozenset({Wanted.FIXED, Wanted.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """`since` is the number of a run: what began in it or later, or ended. What is odd in an address means any."""

    state: Wanted = Wanted.FAILING
    severity: Severity | None = None
    pillar: Pillar | None = None
    check: str = ""
    asset: str = ""
    cause: str = ""
    text: str = ""
    critical: bool = False
    since: int = 0
    listed: bool = False
    offset: int = 0

    @classmethod
    def read(cls, fields: Fields) -> "FindingFilter":
        """Raise `InvalidInputError` for a number that is none."""

        def text(name: str) -> str:
            return fields.text(name).strip()[:LONGEST]

        return cls(
            state=_one_of(Wanted, text("state")) or Wanted.FAILING,
            severity=_one_of(Severity, text("severity")),
            pillar=_one_of(Pillar, text("pillar")),
            check=text("check"),
            asset=fields.text("asset"),
            cause=text("cause"),
            text=text("text"),
            critical=fields.text("critical") == "1",
            since=count_of(text("since")),
            listed=fields.text("view") == "list",
            offset=count_of(text("offset")),
        )

    @property
    def grouped(self) -> bool:
        """Whether findings are shown by what one edit mends: only what fails has such a place."""
        return self.state is Wanted.FAILING and not self.listed and not self.cause

    @property
    def active(self) -> bool:
        return replace(self, listed=False, offset=0) != FindingFilter()

    def query(self, estate: str, *, limit: int) -> FindingQuery:
        standing, verdicts = _ASKED[self.state]
        ended = self.state in ENDED
        return FindingQuery(
            estate=estate,
            standing=standing,
            verdicts=verdicts,
            severities=(self.severity,) if self.severity is not None else (),
            pillar=self.pillar,
            check=self.check,
            asset=self.asset,
            cause=self.cause,
            text=self.text,
            critical=self.critical,
            new_since=0 if ended else self.since,
            ended_since=self.since if ended else 0,
            offset=self.offset,
            limit=limit,
        )

    def parameters(self) -> dict[str, str | int]:
        """What an address says of it."""
        return {
            "state": self.state.value,
            "severity": self.severity.value if self.severity is not None else "",
            "pillar": self.pillar.value if self.pillar is not None else "",
            "check": self.check,
            "asset": self.asset,
            "cause": self.cause,
            "text": self.text,
            "critical": "1" if self.critical else "",
            "since": self.since,
            "view": "list" if self.listed else "",
            "offset": self.offset,
        }


def _one_of(form: type[_Member], text: str) -> _Member | None:
    return next((member for member in form if member.value == text), None)
