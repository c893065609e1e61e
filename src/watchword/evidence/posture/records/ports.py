"""What keeps assessments: `adapters/sql/posture.py`, `adapters/memory/posture.py`. One suite holds them to this.

    summary = store.keep(run, actor="operator")          # one transaction, the ledger's record with it
    store.findings(FindingQuery(estate="shop", severities=(Severity.CRITICAL,)))
    store.moves("shop", after=summary.number - 1)        # what the newest run changed

Every question is about the newest run of an estate unless it says otherwise, and answers with nothing for an estate
that was never kept. What is returned is bounded: a page, with the number of all that there are.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records.model import (
    Cause,
    CheckWords,
    Counted,
    KeptAsset,
    Passage,
    Picture,
    Run,
    Standing,
    Summary,
    Tracked,
)

MOST_ROWS: Final = 500  # of a page; whoever wants more asks for the next
FIRST_OF_CAUSE: Final = 12  # findings that are told of each cause


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingQuery:
    """Which findings. Nothing named: any. `new_since` and `ended_since` are numbers of runs, that one included.

    `text` is to be in the address, the file or the check's id, in any case.
    """

    estate: str
    standing: Standing | None = Standing.OPEN
    verdicts: tuple[Verdict, ...] = (Verdict.FAIL,)
    severities: tuple[Severity, ...] = ()
    pillar: Pillar | None = None
    check: str = ""
    asset: str = ""
    cause: str = ""
    text: str = ""
    critical: bool = False
    new_since: int = 0
    ended_since: int = 0
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetQuery:
    """Which assets. `owner` and `environment` None is any, "" those of which none is named."""

    estate: str
    kind: str = ""
    provider: str = ""
    owner: str | None = None
    environment: str | None = None
    critical: bool = False
    exposed: bool = False
    doubtful: bool = False  # it cannot be told whether the Internet reaches it
    text: str = ""  # is to be in the address, in any case
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """In the order of severity (worst first), critical assets first, then file, line and fingerprint."""

    findings: tuple[Tracked, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePage:
    """In the order of the worst severity, then of how many. `total` counts causes, `findings` what they hold together.

    What has no cause is in none.
    """

    causes: tuple[Cause, ...]
    total: int
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPage:
    """In the order of their uids, what is critical first."""

    assets: tuple[KeptAsset, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChoices:
    """What assets may be asked for by, each with its number, the most frequent first and no more than a page."""

    kinds: tuple[Counted, ...] = ()
    providers: tuple[Counted, ...] = ()
    owners: tuple[Counted, ...] = ()
    environments: tuple[Counted, ...] = ()
    critical: int = 0
    exposed: int = 0
    doubtful: int = 0


class AssessmentStore(Protocol):
    """Fails with `UnavailableError` where it cannot be reached, and then nothing was kept."""

    def keep(self, run: Run, *, actor: str) -> Summary:
        """Keep a run, whole or not at all, and leave an `AssessmentKept` for the ledger with it.

        Runs take turns, in any number of processes; the later has the greater number. What is beyond the bounds of
        `model` goes: the oldest first.
        """

    def estates(self) -> tuple[Summary, ...]:
        """The newest run of each estate, by name."""

    def newest(self, estate: str) -> Summary | None: ...

    def runs(self, estate: str, *, limit: int = MOST_ROWS) -> tuple[Summary, ...]:
        """Newest first."""

    def picture(self, estate: str, run: int | None = None) -> Picture | None:
        """The newest run's, or that of a run of the estate by its number. None where it is kept in counts alone."""

    def findings(self, query: FindingQuery) -> FindingPage: ...

    def causes(self, query: FindingQuery) -> CausePage:
        """The same findings by what one edit mends; `offset` and `limit` count causes."""

    def finding(self, estate: str, fingerprint: str) -> Tracked | None: ...

    def history(self, estate: str, fingerprint: str) -> tuple[Passage, ...]:
        """What became of one finding, newest first: at most `MOST_PASSAGES`."""

    def moves(self, estate: str, *, after: int, offset: int = 0, limit: int = MOST_ROWS) -> tuple[Passage, ...]:
        """What became of findings in the runs after this number: oldest run first, then by fingerprint."""

    def check_words(self, estate: str) -> tuple[CheckWords, ...]:
        """Of the checks that findings of the estate name, by id."""

    def checks_found(self, estate: str) -> tuple[Counted, ...]:
        """Checks by how many open findings they have, most first."""

    def assets(self, query: AssetQuery) -> AssetPage: ...

    def asset(self, estate: str, uid: str) -> KeptAsset | None: ...

    def asset_choices(self, estate: str) -> AssetChoices: ...
