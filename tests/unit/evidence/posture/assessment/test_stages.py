"""The rules by which a function reaches a stage, each at its edge."""

from collections.abc import Collection
from datetime import date

import pytest

from unit.evidence.posture.estates import check, declared, inventory
from watchword.evidence.posture import STAGES, Check, Function, Result, Severity, Stage, Verdict
from watchword.evidence.posture.assessment.sampling import wilson
from watchword.evidence.posture.assessment.settings import Attestation
from watchword.evidence.posture.assessment.stages import (
    Criterion,
    FunctionMaturity,
    State,
    criteria,
    evidence_mix,
    mature,
    pillars,
)
from watchword.evidence.posture.assessment.statements import statement
from watchword.inventory import Asset, FrontEnd, Place

_F = Function.DATA_AVAILABILITY


def results(of: Check, verdicts: dict[Verdict, int]) -> tuple[Result, ...]:
    wanted = [verdict for verdict, count in verdicts.items() for _ in range(count)]
    there = inventory(*(declared(address=f"bucket.b{n}") for n in range(len(wanted))))
    return tuple(
        Result(check=of, verdict=verdict, root=".", address=asset.address, place=asset.place, asset=asset)
        for verdict, asset in zip(wanted, there.assets.values(), strict=True)
    )


def attested(function: Function = _F, stage: Stage = Stage.INITIAL, *, sample: int = 0, good: int = 0) -> Attestation:
    return Attestation(
        function=function,
        stage=stage,
        sha256="0" * 64,
        signer="ciso@example.com",
        expires=date(2027, 1, 1),
        place=Place("watchword-assess.yaml", 2, 2),
        sample=sample,
        good=good,
    )


def judged(
    found: dict[Verdict, int],
    *attestations: Attestation,
    of: Check | None = None,
    critical: Collection[Asset] = (),
    given: tuple[Result, ...] | None = None,
    read: tuple[FrontEnd, ...] = (FrontEnd.TERRAFORM,),
) -> FunctionMaturity:
    one = of or check()
    done = mature(
        criteria(
            [one],
            results(one, found) if given is None else given,
            critical=critical,
            read=read,
            attestations=attestations,
        ),
        targets={},
    )
    return next(function for function in done if function.function is _F)


def state(function: FunctionMaturity) -> State:
    return next(c for c in function.criteria if c.check is not None).state


def test_nothing_seen_is_not_assessed() -> None:
    assert judged({}).stage is None
    assert judged({Verdict.UNKNOWN: 5}).stage is None
    assert judged({Verdict.NOT_APPLICABLE: 5}).stage is None


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({Verdict.PASS: 1}, State.MET),
        ({Verdict.PASS: 9, Verdict.FAIL: 1}, State.MET),  # 90 % at Initial
        ({Verdict.PASS: 8, Verdict.FAIL: 1}, State.UNMET),
        ({Verdict.PASS: 9, Verdict.WAIVED: 1}, State.MET),
        ({Verdict.PASS: 8, Verdict.WAIVED: 1}, State.UNMET),  # waived is not passed
        ({Verdict.PASS: 19, Verdict.UNKNOWN: 1}, State.MET),  # 95 % of what is in scope
        ({Verdict.PASS: 18, Verdict.UNKNOWN: 1}, State.UNMET),
        ({Verdict.PASS: 18, Verdict.ERROR: 1}, State.UNMET),  # what crashed is not known
        ({Verdict.PASS: 1, Verdict.NOT_APPLICABLE: 9}, State.MET),
        ({Verdict.UNKNOWN: 3}, State.NO_EVIDENCE),
        ({Verdict.NOT_APPLICABLE: 3}, State.OUT_OF_SCOPE),
    ],
)
def test_a_criterion_is_met_by_coverage_and_share(verdicts: dict[Verdict, int], expected: State) -> None:
    assert state(judged(verdicts)) is expected


def test_the_share_that_must_pass_rises_with_the_stage_and_the_severity() -> None:
    nineteen = {Verdict.PASS: 19, Verdict.FAIL: 1}
    assert state(judged(nineteen, of=check(stage=Stage.ADVANCED))) is State.MET
    assert state(judged(nineteen, of=check(stage=Stage.OPTIMAL))) is State.UNMET
    assert state(judged(nineteen, of=check(severity=Severity.CRITICAL))) is State.UNMET


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.WAIVED, Verdict.UNKNOWN, Verdict.ERROR])
def test_everything_on_critical_assets_passes(verdict: Verdict) -> None:
    one = check()
    given = results(one, {Verdict.PASS: 99, verdict: 1})
    asset = given[-1].asset
    assert asset is not None
    assert state(judged({}, of=one, given=given)) is State.MET
    assert state(judged({}, of=one, given=given, critical={asset})) is State.UNMET


def test_a_stage_is_reached_with_every_stage_below_it() -> None:
    assert judged({Verdict.PASS: 1}).stage is Stage.INITIAL
    assert judged({Verdict.FAIL: 1}).stage is Stage.TRADITIONAL
    advanced = check(stage=Stage.ADVANCED)
    assert judged({Verdict.PASS: 1}, of=advanced).stage is None  # nothing shows Initial, and nothing fails
    assert judged({Verdict.FAIL: 1}, of=advanced).stage is Stage.TRADITIONAL
    assert judged({Verdict.PASS: 1}, attested(), of=advanced).stage is Stage.ADVANCED
    assert judged({Verdict.PASS: 1}, attested(stage=Stage.OPTIMAL)).stage is Stage.INITIAL  # Advanced is between


def test_optimal_is_never_reached_by_checks_alone() -> None:
    ways = (attested(), attested(stage=Stage.ADVANCED))
    assert judged({Verdict.PASS: 9}, *ways, of=check(stage=Stage.OPTIMAL)).stage is Stage.ADVANCED
    optimal = attested(stage=Stage.OPTIMAL)
    assert judged({Verdict.PASS: 9}, *ways, optimal, of=check(stage=Stage.OPTIMAL)).stage is Stage.OPTIMAL


def test_an_attestation_counts_for_nothing_against_what_was_found() -> None:
    assert judged({Verdict.FAIL: 1}, attested()).stage is Stage.TRADITIONAL
    assert judged({Verdict.UNKNOWN: 1}, attested()).stage is Stage.INITIAL


def test_a_sample_counts_by_the_lower_end_of_its_interval() -> None:
    assert judged({}, attested(sample=45, good=45)).stage is Stage.INITIAL
    assert judged({}, attested(sample=10, good=10)).stage is Stage.TRADITIONAL
    words = {c.words for c in judged({}, attested(sample=10, good=10)).criteria}
    assert "attested by ciso@example.com: 10 of 10 in a sample, so 72% to 100% of all" in words
    low, high = wilson(45, 45)
    assert 0.92 < low < 0.93
    assert high == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_what_cannot_be_seen_here_is_no_evidence_and_what_is_beside_the_point_is_out_of_scope() -> None:
    live = judged({}, of=check(front_ends=(FrontEnd.AWS,)))
    assert state(live) is State.NO_EVIDENCE
    assert "aws" in next(c.words for c in live.criteria if c.check)
    cluster = judged({}, of=check(front_ends=(FrontEnd.KUBERNETES,)))
    assert state(cluster) is State.OUT_OF_SCOPE
    trail = judged({}, of=check(kinds=("log_trail",)))
    assert state(trail) is State.NO_EVIDENCE  # an account has one: not to have read it is not to have none
    bucket = judged({})
    assert state(bucket) is State.OUT_OF_SCOPE
    assert "no object store is declared here" in next(c.words for c in bucket.criteria if c.check)


def test_a_pillar_is_the_lowest_of_what_was_assessed_and_says_where_that_is_a_bound() -> None:
    def at(*stages: Stage | None) -> tuple[FunctionMaturity, ...]:
        own = [f for f in Function if f.value.startswith("data.")]
        given = dict(zip(own, stages, strict=False))
        return tuple(
            FunctionMaturity(function=f, stage=given.get(f), target=Stage.ADVANCED, criteria=()) for f in Function
        )

    def words(*stages: Stage | None) -> str:
        return pillars(at(*stages))[-1].words

    assert words() == "NOT ASSESSED"
    assert words(Stage.ADVANCED, Stage.INITIAL) == "at most Initial"
    assert words(Stage.ADVANCED, Stage.TRADITIONAL) == "Traditional"
    assert words(*[Stage.ADVANCED] * 8) == "Advanced"
    assert [len(pillar.functions) for pillar in pillars(at())] == [7, 7, 7, 8, 8]


def test_every_function_has_a_statement_at_each_stage_but_the_first() -> None:
    told = {statement(function, stage) for function in Function for stage in STAGES[1:]}
    assert len(told) == 37 * 3
    with pytest.raises(ValueError, match="traditional"):
        statement(_F, Stage.TRADITIONAL)


def test_where_evidence_is_from_is_counted() -> None:
    found: tuple[Criterion, ...] = judged({Verdict.PASS: 1}, attested(stage=Stage.ADVANCED)).criteria
    assert evidence_mix(found) == {"checks": 1, "attestation": 1, "none": 1}
