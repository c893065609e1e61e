"""Which stage each of the 37 functions has reached, by criteria with evidence; never by a sum or an average.

    functions = mature(criteria(checks, results, critical=…, read=…, attestations=…), targets=…)
    functions[0].stage              # Stage.INITIAL; None is NOT ASSESSED
    pillars(functions)[0].stage     # the lowest of its functions that were assessed

A criterion is one check, or a statement that somebody attests. It is

- MET         assessed/in scope >= 95 %, and everything on critical assets passes, and
              passed/(passed + failed + waived) >= 90, 95, 99 % by stage; 100 % for checks of critical severity
- UNMET       there is evidence, and it does not come to that
- NO EVIDENCE nothing was seen that speaks for or against: not met, and never silently unmet
- OUT OF SCOPE there is nothing that it speaks about, for a stated reason: it leaves the count

UNKNOWN and ERROR count against coverage; WAIVED counts as not passed; NOT_APPLICABLE leaves the denominator. An
attestation speaks where no check can see; against what checks have found it counts for nothing.

A stage is reached if each criterion of it and of every stage below it is met. A stage at which no check is in scope has
one criterion, the statement; Optimal always has it, since no declaration shows it. So no stage is reached for want of
questions. A function with no evidence is NOT ASSESSED; so is one of which nothing is known at Initial and nothing
above it fails.
"""

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from watchword.evidence.posture.assessment.settings import Attestation
from watchword.evidence.posture.assessment.statements import statement
from watchword.evidence.posture.maturity import STAGES, Function, Pillar, Stage
from watchword.evidence.posture.model import Check, Result, Severity, Verdict, family
from watchword.inventory import Asset, FrontEnd

COVERAGE: Final = 0.95
PASS: Final[Mapping[Stage, float]] = {Stage.INITIAL: 0.90, Stage.ADVANCED: 0.95, Stage.OPTIMAL: 0.99}
_CLIMB: Final = (Stage.INITIAL, Stage.ADVANCED, Stage.OPTIMAL)
# An estate has one of each; where none was read, the check has not been answered, and is not beside the point.
_EXPECTED: Final = frozenset(
    {
        "account_public_access",
        "configuration_recorder",
        "flow_log",
        "log_trail",
        "password_policy",
        "threat_detector",
        "volume_defaults",
    }
)
_CLUSTER: Final = frozenset({FrontEnd.KUBERNETES})


class State(enum.StrEnum):
    MET = "met"
    UNMET = "unmet"
    NO_EVIDENCE = "no evidence"
    OUT_OF_SCOPE = "out of scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a check came to. `on_critical` counts what is in scope on critical assets and does not pass."""

    passed: int = 0
    failed: int = 0
    waived: int = 0
    unknown: int = 0  # with what crashed or could not be read
    not_applicable: int = 0
    on_critical: int = 0

    @property
    def assessed(self) -> int:
        return self.passed + self.failed + self.waived

    @property
    def in_scope(self) -> int:
        return self.assessed + self.unknown

    @property
    def coverage(self) -> float:
        return self.assessed / self.in_scope if self.in_scope else 0.0

    @property
    def pass_rate(self) -> float:
        return self.passed / self.assessed if self.assessed else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that a stage takes of a function. `check` is None where it is attested alone."""

    id: str
    function: Function
    stage: Stage
    statement: str
    check: Check | None = None
    tally: Tally = field(default_factory=Tally)
    attestation: Attestation | None = None
    aside: str = ""  # why it is out of scope, or why there is no evidence
    expected: bool = False  # in scope although nothing was seen of it

    @property
    def pass_min(self) -> float:
        return 1.0 if self.check is not None and self.check.severity is Severity.CRITICAL else PASS[self.stage]

    @property
    def state(self) -> State:
        tally = self.tally
        if tally.assessed:
            met = tally.coverage >= COVERAGE and not tally.on_critical and tally.pass_rate >= self.pass_min
            return State.MET if met else State.UNMET
        if tally.in_scope == 0 and self.check is not None and not self.expected:
            return State.OUT_OF_SCOPE
        if self.attestation is not None:
            return State.MET if self.attestation.holds_for(self.pass_min) else State.UNMET
        return State.NO_EVIDENCE

    @property
    def source(self) -> str:
        """Where its evidence is from: checks, attestation, none."""
        if self.tally.assessed:
            return "checks"
        return "attestation" if self.attestation is not None and self.state is not State.OUT_OF_SCOPE else "none"

    @property
    def words(self) -> str:
        """Its state in words: what keeps it from being met."""
        tally = self.tally
        if tally.assessed == 0:
            if self.source == "attestation" and self.attestation is not None:
                return self.attestation.words
            return f"{tally.unknown} not known" if tally.unknown else self.aside
        if self.state is State.MET:
            return f"{tally.passed} of {tally.assessed} pass"
        parts = []
        if tally.failed:
            parts.append(f"{tally.failed} of {tally.assessed} fail")
        if tally.waived:
            parts.append(f"{tally.waived} waived")
        if tally.coverage < COVERAGE:
            parts.append(f"{tally.unknown} of {tally.in_scope} not known")
        if tally.on_critical:
            parts.append(f"{tally.on_critical} on critical assets")
        return ", ".join(parts)

    def closing(self, fails: int, on_critical: int) -> "Criterion":
        """The same, if so many of its findings were mended."""
        tally = self.tally
        closed = min(fails, tally.failed)
        mended = replace(
            tally,
            passed=tally.passed + closed,
            failed=tally.failed - closed,
            on_critical=max(0, tally.on_critical - on_critical),
        )
        return replace(self, tally=mended)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionMaturity:
    """A function's stage with all that it rests on. `stage` None: NOT ASSESSED."""

    function: Function
    stage: Stage | None
    target: Stage
    criteria: tuple[Criterion, ...]

    @property
    def held_back_by(self) -> tuple[Criterion, ...]:
        """What is not met at the next stage."""
        reached = STAGES.index(self.stage) if self.stage is not None else 0
        following = STAGES[min(reached + 1, len(STAGES) - 1)]
        return tuple(c for c in self.criteria if c.stage is following and c.state in {State.UNMET, State.NO_EVIDENCE})

    @property
    def coverage(self) -> float | None:
        """Of what is in scope of its checks, how much could be answered; None where nothing is."""
        scope = sum(c.tally.in_scope for c in self.criteria)
        return sum(c.tally.assessed for c in self.criteria) / scope if scope else None

    @property
    def meets_target(self) -> bool:
        return self.stage is not None and STAGES.index(self.stage) >= STAGES.index(self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarMaturity:
    """The lowest of a pillar's functions that were assessed. Where some were not, it is at most that."""

    pillar: Pillar
    functions: tuple[FunctionMaturity, ...]

    @property
    def assessed(self) -> tuple[FunctionMaturity, ...]:
        return tuple(f for f in self.functions if f.stage is not None)

    @property
    def stage(self) -> Stage | None:
        return min((f.stage for f in self.assessed if f.stage is not None), key=STAGES.index, default=None)

    @property
    def is_bound(self) -> bool:
        """Whether the stage is only an upper bound: what was not assessed may be lower."""
        return self.stage not in {None, Stage.TRADITIONAL} and len(self.assessed) < len(self.functions)

    @property
    def words(self) -> str:
        if self.stage is None:
            return "NOT ASSESSED"
        return f"at most {self.stage.value.capitalize()}" if self.is_bound else self.stage.value.capitalize()


def criteria(
    checks: Iterable[Check],
    results: Iterable[Result],
    *,
    critical: Collection[Asset],
    read: Collection[FrontEnd],
    providers: Collection[str] = (),
    attestations: Iterable[Attestation] = (),
) -> tuple[Criterion, ...]:
    """Return every criterion with its evidence. `read` are the front-ends that read something, `providers` theirs."""
    attested = {(a.function, a.stage): a for a in attestations}
    tallies = _tallies(results, critical)
    found: list[Criterion] = []
    for check in checks:
        tally = tallies.get(check.id, Tally())
        expected, aside = (True, "") if tally.in_scope else _absence(check, tally, read, providers)
        for function in dict.fromkeys((check.function, *check.supports)):
            attestation = attested.get((function, check.stage)) if not tally.assessed else None
            found.append(
                Criterion(
                    id=f"{function.value}:{check.stage.value}:{check.id}",
                    function=function,
                    stage=check.stage,
                    statement=check.title,
                    check=check,
                    tally=tally,
                    attestation=attestation,
                    expected=expected,
                    aside=aside,
                )
            )
    asked = {(c.function, c.stage) for c in found if c.state is not State.OUT_OF_SCOPE}
    for function in Function:
        for stage in _CLIMB:
            if stage is Stage.OPTIMAL or (function, stage) not in asked:
                attestation = attested.get((function, stage))
                found.append(
                    Criterion(
                        id=f"{function.value}:{stage.value}:attested",
                        function=function,
                        stage=stage,
                        statement=statement(function, stage),
                        attestation=attestation,
                        aside="" if attestation else "nobody attests it",
                    )
                )
    return tuple(found)


def mature(found: Iterable[Criterion], *, targets: Mapping[Function, Stage]) -> tuple[FunctionMaturity, ...]:
    """Return the 37 functions, in the model's order."""
    by_function: dict[Function, list[Criterion]] = {function: [] for function in Function}
    for criterion in found:
        by_function[criterion.function].append(criterion)
    return tuple(
        FunctionMaturity(
            function=function,
            stage=stage_of(own),
            target=targets.get(function, Stage.ADVANCED),
            criteria=tuple(sorted(own, key=lambda c: (STAGES.index(c.stage), c.id))),
        )
        for function, own in by_function.items()
    )


def stage_of(found: Sequence[Criterion]) -> Stage | None:
    """The highest stage of which, and below which, every criterion is met. A stage with no criterion is not reached."""
    reached: Stage | None = None
    for stage in _CLIMB:
        asked = [c for c in found if c.stage is stage and c.state is not State.OUT_OF_SCOPE]
        if not asked or any(c.state is not State.MET for c in asked):
            break
        reached = stage
    if reached is not None:
        return reached
    unmet = any(c.state is State.UNMET for c in found)
    begun = any(c.stage is Stage.INITIAL and c.state is State.MET for c in found)
    return Stage.TRADITIONAL if unmet or begun else None


def pillars(functions: Iterable[FunctionMaturity]) -> tuple[PillarMaturity, ...]:
    functions = tuple(functions)
    return tuple(
        PillarMaturity(pillar=pillar, functions=tuple(f for f in functions if f.function.pillar is pillar))
        for pillar in Pillar
    )


def evidence_mix(found: Iterable[Criterion]) -> dict[str, int]:
    """How many criteria rest on checks, on attestations, on nothing."""
    mix = {"checks": 0, "attestation": 0, "none": 0}
    for criterion in found:
        if criterion.state is not State.OUT_OF_SCOPE:
            mix[criterion.source] += 1
    return mix


def _tallies(results: Iterable[Result], critical: Collection[Asset]) -> dict[str, Tally]:
    counts: dict[str, dict[str, int]] = {}
    field_of = {
        Verdict.PASS: "passed",
        Verdict.FAIL: "failed",
        Verdict.WAIVED: "waived",
        Verdict.UNKNOWN: "unknown",
        Verdict.ERROR: "unknown",
        Verdict.NOT_APPLICABLE: "not_applicable",
    }
    for result in results:
        count = counts.setdefault(result.check.id, dict.fromkeys((*field_of.values(), "on_critical"), 0))
        count[field_of[result.verdict]] += 1
        if result.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE} and result.asset in critical:
            count["on_critical"] += 1
    return {check: Tally(**count) for check, count in counts.items()}


def _absence(check: Check, tally: Tally, read: Collection[FrontEnd], providers: Collection[str]) -> tuple[bool, str]:
    """Whether a check with nothing in scope still wants an answer, and why there is none."""
    asked = set(check.front_ends)
    here = {family(front_end) for front_end in read}
    if not asked:
        return False, "a check of the scan itself, which found nothing"
    if tally.not_applicable:
        return False, f"does not apply to any of {tally.not_applicable}"
    foreign = check.providers and providers and not set(check.providers) & set(providers)
    if foreign or (asked <= _CLUSTER and not here & _CLUSTER) or (here and here <= _CLUSTER and not asked & _CLUSTER):
        return False, "nothing of its platform was read"
    if not asked & here:
        return True, f"to be seen in {', '.join(sorted(f.value for f in asked))} alone"
    if set(check.kinds) & _EXPECTED:
        return True, f"no {' or '.join(sorted(check.kinds)).replace('_', ' ')} is declared here"
    return False, f"no {' or '.join(sorted(check.kinds)).replace('_', ' ')} is declared here"
