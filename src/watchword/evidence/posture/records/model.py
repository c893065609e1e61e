"""What is kept of an assessment: a run, what it found and saw, and how that differs from the runs before it.

    run = run_of(done, estate="shop", at=now, version="1.4.0", commit="3f2c…")     # `making`
    summary = store.keep(run, actor="operator")                                    # `ports`

An estate is what is assessed again and again under one name. A finding is followed over runs by its fingerprint: it is
OPEN while the newest run has it, FIXED once a run that could judge it does not, and GONE where it is not seen any more
and nothing proves that it was mended. Nothing here holds a secret: evidence was redacted where it was made.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from watchword.evidence.posture.assessment.roadmap import Effort, Phase
from watchword.evidence.posture.assessment.stages import State
from watchword.evidence.posture.maturity import Function, Pillar, Stage
from watchword.evidence.posture.model import Severity, Verdict
from watchword.kernel.errors import InvalidInputError

# Findings of a run that are kept, the worst first, and assets, what is critical first. While a run is written no other
# writer of an SQLite file writes, and the gateway refuses requests whose record is two seconds late: so many take one.
MOST_FINDINGS: Final = 20_000
MOST_ASSETS: Final = 20_000
# What became of one finding, the newest. One that comes and goes with each run tells nothing new after so many.
MOST_PASSAGES: Final = 50
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is kept of each estate; what is beyond goes, the oldest first."""

    # A run a day for a year, and some by hand. Each is a few kilobytes of counts.
    runs: int = 400
    # Runs with their picture (ways, maturity with its criteria, roadmap): some hundred kilobytes each. Two weeks of
    # daily runs answer what was meant last week; of older ones the counts and the stages are kept.
    pictures: int = 14
    # Findings that are not open any more: one run that mends everything.
    ended: int = 20_000
    # What moved, run by run: five runs that turn everything over. The findings keep their own histories.
    moves: int = 200_000


BOUNDS: Final = Bounds()


class Standing(enum.StrEnum):
    """How a finding stands as of the newest run."""

    OPEN = "open"
    FIXED = "fixed"  # it was judged again, and is not there
    GONE = "gone"  # it is not there, which proves nothing: it was not judged, or had never been known to fail


class Move(enum.StrEnum):
    """What became of a finding in a run."""

    INTRODUCED = "introduced"
    CHANGED = "changed"  # something else was found, or another verdict
    RETURNED = "returned"  # it had been fixed or gone
    FIXED = "fixed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something stands: `file` is relative to what was assessed, lines count from 1 (0: not known)."""

    file: str
    line: int = 0
    end_line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value that a finding rests on, as it may be shown: a secret is not in it."""

    path: str
    value: str
    spot: Spot
    written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBy:
    """Another tool that found the same."""

    tool: str
    id: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWords:
    """What a check says of itself, kept for the findings that name it."""

    id: str
    title: str
    severity: Severity
    pillar: Pillar
    function: Function
    why: str
    remedy: str
    references: tuple[str, ...] = ()
    known_as: tuple[str, ...] = ()  # "Checkov CKV_AWS_20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A result that is not good: FAIL, UNKNOWN, ERROR or WAIVED. What passes is counted alone.

    `fingerprint` names it across edits elsewhere, `digest` changes with what was found. `asset` is the uid of an asset,
    empty where it is about a file. `cause` is the same for the findings that one edit mends, empty for none.
    """

    fingerprint: str
    digest: str
    check: str
    severity: Severity
    pillar: Pillar
    verdict: Verdict
    root: str
    address: str
    asset: str
    kind: str
    spot: Spot
    words: str
    cause: str = ""
    cause_spot: Spot | None = None
    evidence: tuple[Shown, ...] = ()
    calls: tuple[str, ...] = ()  # of modules, outermost first
    also_found_by: tuple[FoundBy, ...] = ()
    fix: str = ""  # in words, where a safe one is written already
    waived_until: str = ""  # ISO 8601 day
    waived_by: str = ""
    waived_because: str = ""
    critical: bool = False
    owner: str = ""
    environment: str = ""
    instances: int = 1  # results that go by this fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAsset:
    """`uid` is `<root>#<address>`, the root as findings name it. `reasons` say why it is critical; none: it is not."""

    uid: str
    kind: str
    provider: str
    native_type: str
    front_end: str
    root: str
    address: str
    name: str
    spot: Spot
    owner: str = ""
    environment: str = ""
    reasons: tuple[str, ...] = ()
    tier: str = ""  # of `Tier`, where it is in one
    exposed: str = ""  # how the Internet reaches it, where it does
    doubt: str = ""  # why it cannot be told whether the Internet does

    @property
    def critical(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One hop on a way: an asset, and how one gets there from the step before."""

    asset: str  # uid
    address: str
    kind: str
    how: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From the Internet to something critical, entry first."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFlow:
    """What rules let through between two tiers."""

    source: str
    target: str
    ports: tuple[str, ...]
    rules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionState:
    id: str
    stage: Stage
    statement: str
    state: State
    source: str  # checks, attestation, none
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionState:
    """`stage` None is NOT ASSESSED. `coverage` None: nothing is in scope of its checks. `mix` counts by evidence."""

    function: Function
    stage: Stage | None
    target: Stage
    coverage: float | None
    meets_target: bool
    mix: Mapping[str, int]
    held_back_by: tuple[str, ...]  # ids of criteria
    criteria: tuple[CriterionState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """An item of the roadmap, in the order in which it is to be done."""

    id: str
    phase: Phase
    heading: str
    gain: str
    goal: str
    why: str
    remedy: str
    effort: Effort
    edits: int
    closes: int
    paths: int
    on_critical: int
    unlocks: tuple[str, ...]
    needs: tuple[str, ...]
    severity: Severity | None
    checks: tuple[str, ...]
    functions: tuple[Function, ...]
    spots: tuple[Spot, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a run makes of all it saw. Kept whole for the newest runs."""

    ways: tuple[Way, ...] = ()
    flows: tuple[TierFlow, ...] = ()
    functions: tuple[FunctionState, ...] = ()
    items: tuple[PlannedItem, ...] = ()
    first: tuple[str, ...] = ()  # ids of the items to begin with
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One assessment of an estate, to be kept. `judged` are the checks that were asked, `tools` those imported from.

    Raises `InvalidInputError` for a name that cannot be an estate's, and for two findings or assets of one name.
    """

    estate: str
    at: datetime
    version: str
    commit: str = ""
    paths: tuple[str, ...]
    front_ends: tuple[str, ...]
    files: int
    checks: int
    verdicts: Mapping[Verdict, int]
    severities: Mapping[Severity, int]  # of what fails
    kinds: Mapping[str, int]
    owned: int
    ownable: int
    findings: tuple[Finding, ...]
    assets: tuple[KeptAsset, ...]
    check_words: tuple[CheckWords, ...]
    picture: Picture
    judged: frozenset[str]
    tools: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()  # addresses of modules whose source was not there
    left_out: int = 0  # findings beyond `MOST_FINDINGS`: counted above, and not kept
    assets_left_out: int = 0

    def __post_init__(self) -> None:
        estate_name(self.estate)
        if len({f.fingerprint for f in self.findings}) != len(self.findings):
            raise InvalidInputError("two findings have one fingerprint", code="posture.run")
        if len({a.uid for a in self.assets}) != len(self.assets):
            raise InvalidInputError("two assets have one uid", code="posture.run")
        if len(self.findings) > MOST_FINDINGS or len(self.assets) > MOST_ASSETS:
            raise InvalidInputError(
                "a run is larger than what is kept",
                code="posture.run",
                expected=f"at most {MOST_FINDINGS} findings and {MOST_ASSETS} assets",
            )


def estate_name(text: str) -> str:
    """Return a name that an estate may have. Raises `InvalidInputError` for any other."""
    if not text.strip() or text != text.strip() or len(text) > _LONGEST_NAME or not text.isprintable():
        raise InvalidInputError(
            "this cannot be the name of an estate",
            code="posture.estate",
            expected=f"1 to {_LONGEST_NAME} printable characters, no space around them",
            found=ascii(text[: _LONGEST_NAME + 1]),
            hint="name it with --estate NAME",
        )
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A kept run in counts. `number` counts over all estates; `content` names all of its findings (`content_of`)."""

    number: int
    estate: str
    at: datetime
    version: str
    commit: str
    paths: tuple[str, ...]
    front_ends: tuple[str, ...]
    files: int
    checks: int
    verdicts: Mapping[Verdict, int]
    severities: Mapping[Severity, int]
    kinds: Mapping[str, int]
    owned: int
    ownable: int
    critical: int
    ways: int
    stages: Mapping[Function, Stage]  # a function that is not here was not assessed
    at_target: int
    moves: Mapping[Move, int]  # of what fails
    content: str
    left_out: int = 0
    assets_left_out: int = 0
    whole: bool = True  # whether its picture is still kept

    @property
    def assets(self) -> int:
        return sum(self.kinds.values())

    @property
    def failing(self) -> int:
        return self.verdicts.get(Verdict.FAIL, 0)

    @property
    def not_known(self) -> int:
        """What was asked and has no answer."""
        return self.verdicts.get(Verdict.UNKNOWN, 0) + self.verdicts.get(Verdict.ERROR, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A finding as it was last seen, and when that was. `since` is when it last began: later than `first_seen` if it
    returned. `ended` is None while it is open."""

    finding: Finding
    standing: Standing
    first_seen: datetime
    since: datetime
    last_seen: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What became of one finding in one run."""

    run: int
    at: datetime
    fingerprint: str
    move: Move
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many go by a name: for a filter's choices."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Findings that one edit mends: how many there are, the worst severity, and the first of them."""

    cause: str
    count: int
    worst: Severity
    first: tuple[Tracked, ...] = field(default=())
