"""Laws of maturity and of the roadmap: nothing flatters, nothing is lost, nothing stands before what it needs."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from unit.evidence.posture.assessment.test_roadmap import item
from unit.evidence.posture.assessment.test_stages import attested, results
from unit.evidence.posture.estates import check
from watchword.evidence.posture import STAGES, Check, Function, Result, Severity, Stage, Verdict
from watchword.evidence.posture.assessment.roadmap import Item, Phase, ordered
from watchword.evidence.posture.assessment.sampling import wilson
from watchword.evidence.posture.assessment.stages import FunctionMaturity, criteria, mature, pillars
from watchword.inventory import Asset, FrontEnd

_F = Function.DATA_AVAILABILITY
_CHECKS = tuple(
    check(id=f"{stage.value}-{severity.value}", stage=stage, severity=severity)
    for stage in (Stage.INITIAL, Stage.ADVANCED, Stage.OPTIMAL)
    for severity in (Severity.MEDIUM, Severity.CRITICAL)
)
_counts = st.dictionaries(st.sampled_from(list(Verdict)), st.integers(0, 25), max_size=6)
_found = st.lists(_counts, min_size=len(_CHECKS), max_size=len(_CHECKS)).map(
    lambda counts: [r for one, found in zip(_CHECKS, counts, strict=True) for r in results(one, found)]
)
_attested = st.sets(st.sampled_from([Stage.INITIAL, Stage.ADVANCED, Stage.OPTIMAL]))
_one = st.sampled_from(_CHECKS)


def _judged(found: list[Result], stages: set[Stage], critical: frozenset[Asset] = frozenset()) -> FunctionMaturity:
    made = criteria(
        _CHECKS,
        found,
        critical=critical,
        read=(FrontEnd.TERRAFORM,),
        attestations=[attested(stage=stage) for stage in stages],
    )
    return next(f for f in mature(made, targets={}) if f.function is _F)


def _rank(stage: Stage | None) -> int:
    return -1 if stage is None else STAGES.index(stage)


def _more(of: Check, verdict: Verdict) -> tuple[Result, Asset]:
    (result,) = results(of, {verdict: 1})
    assert result.asset is not None
    return result, result.asset


def _not_raised(before: Stage | None, after: Stage | None) -> bool:
    # What was not assessed may turn out Traditional: that is no stage higher, it is the first answer.
    return _rank(after) <= max(_rank(before), _rank(Stage.TRADITIONAL))


@given(_found, _attested, _one)
def test_one_more_failure_never_raises_a_stage(found: list[Result], stages: set[Stage], of: Check) -> None:
    before = _judged(found, stages)
    result, asset = _more(of, Verdict.FAIL)
    after = _judged([*found, result], stages)
    assert _not_raised(before.stage, after.stage)
    on_critical = _judged([*found, result], stages, frozenset({asset}))
    assert _not_raised(after.stage, on_critical.stage)
    assert _rank(on_critical.stage) < STAGES.index(of.stage)


@given(_found, _attested, _one, st.sampled_from([Verdict.UNKNOWN, Verdict.ERROR]))
def test_one_more_answer_that_is_not_known_never_raises_a_stage(
    found: list[Result], stages: set[Stage], of: Check, verdict: Verdict
) -> None:
    result, _ = _more(of, verdict)
    assert _not_raised(_judged(found, stages).stage, _judged([*found, result], stages).stage)


@given(_found, _attested, st.data())
def test_to_waive_a_failure_changes_no_stage(found: list[Result], stages: set[Stage], data: st.DataObject) -> None:
    failing = [n for n, r in enumerate(found) if r.verdict is Verdict.FAIL]
    waived = data.draw(st.sets(st.sampled_from(failing))) if failing else set()
    after = [replace(r, verdict=Verdict.WAIVED) if n in waived else r for n, r in enumerate(found)]
    assert _judged(found, stages).stage is _judged(after, stages).stage


@given(_found, _attested, st.data())
def test_to_call_assets_critical_never_raises_a_stage(
    found: list[Result], stages: set[Stage], data: st.DataObject
) -> None:
    assets = [r.asset for r in found if r.asset is not None]
    critical = frozenset(data.draw(st.lists(st.sampled_from(assets), max_size=5)) if assets else ())
    assert _not_raised(_judged(found, stages).stage, _judged(found, stages, critical).stage)


@given(_found, _attested)
def test_nothing_seen_and_nothing_attested_is_no_stage(found: list[Result], stages: set[Stage]) -> None:
    function = _judged(found, stages)
    answered = any(r.verdict in {Verdict.PASS, Verdict.FAIL, Verdict.WAIVED} for r in found)
    if not answered and not stages:
        assert function.stage is None
    if function.stage is Stage.OPTIMAL:
        assert Stage.OPTIMAL in stages  # no declaration shows it
    if function.coverage is not None:
        known = sum(r.verdict in {Verdict.PASS, Verdict.FAIL, Verdict.WAIVED} for r in found)
        scope = sum(r.verdict is not Verdict.NOT_APPLICABLE for r in found)
        assert function.coverage == known / scope


@given(st.lists(st.sampled_from([None, *STAGES]), min_size=8, max_size=8))
def test_a_pillar_is_never_above_one_of_its_functions(stages: list[Stage | None]) -> None:
    own = [f for f in Function if f.value.startswith("data.")]
    made = [
        FunctionMaturity(function=f, stage=s, target=Stage.ADVANCED, criteria=())
        for f, s in zip(own, stages, strict=True)
    ]
    pillar = pillars(made)[-1]
    assert all(_rank(pillar.stage) <= _rank(stage) for stage in stages if stage is not None)
    assert (pillar.stage is None) == all(stage is None for stage in stages)
    assert pillar.is_bound == (None in stages and pillar.stage not in {None, Stage.TRADITIONAL})


_items = st.lists(
    st.tuples(
        st.sampled_from(list(Phase)),
        st.sampled_from(list(Severity)),
        st.integers(0, 5),
        st.sets(st.integers(0, 9), max_size=3),
    ),
    max_size=10,
).map(
    lambda rows: [
        item(str(n), phase=phase, severity=severity, paths=paths, needs=tuple(sorted(str(i) for i in needs if i != n)))
        for n, (phase, severity, paths, needs) in enumerate(rows)
    ]
)


@given(_items)
def test_a_roadmap_loses_nothing_and_keeps_phases_and_needs(items: list[Item]) -> None:
    found = ordered(items)
    assert sorted(i.id for i in found) == sorted(i.id for i in items)
    phases = [list(Phase).index(i.phase) for i in found]
    assert phases == sorted(phases)
    by_id = {i.id: i for i in items}
    at = {i.id: n for n, i in enumerate(found)}

    for one in items:
        for need in one.needs:
            if need in by_id and by_id[need].phase is one.phase and not _in_circle(by_id, one.phase):
                assert at[need] < at[one.id]


def _in_circle(by_id: dict[str, Item], phase: Phase) -> bool:
    """Whether the needs of a phase run in a circle somewhere: no order satisfies them then."""
    here = {name: item for name, item in by_id.items() if item.phase is phase}
    left = {name: {n for n in item.needs if n in here} for name, item in here.items()}
    while True:
        free = {name for name, needs in left.items() if not needs & set(left)}
        if not free:
            return bool(left)
        left = {name: needs for name, needs in left.items() if name not in free}


@given(_items, st.randoms())
def test_a_roadmap_hangs_on_what_is_in_it_alone(items: list[Item], random: Random) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert [i.id for i in ordered(items)] == [i.id for i in ordered(shuffled)]


@given(st.integers(1, 5000), st.data())
def test_an_interval_holds_the_share_and_narrows(size: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, size))
    low, high = wilson(met, size)
    assert 0 <= low <= met / size + 1e-12
    assert met / size - 1e-12 <= high <= 1
    wider = wilson(met * 2, size * 2)
    assert wider[1] - wider[0] <= high - low + 1e-12
