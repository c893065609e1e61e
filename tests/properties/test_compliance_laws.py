"""Laws of what becomes of findings over passes."""

from hypothesis import given
from hypothesis import strategies as st

from support.passes import at, content, finding, unknown, waived
from watchword.evidence.posture.compliance.carrying import moves
from watchword.evidence.posture.compliance.model import Content, Outcome
from watchword.evidence.posture.compliance.records import read_content, write_content
from watchword.evidence.posture.model import Verdict

_NAMES = st.sampled_from("abcdef")


@st.composite
def _contents(draw: st.DrawFn, *, unknowns: bool = True) -> Content:
    """What a pass may find: each thing fails, is waived, is not known (having failed before, or not), or is good."""
    kinds = ["fail", "fail2", "waived", "good", *(("unknown", "hidden") if unknowns else ())]
    outcomes: list[Outcome] = []
    for name in draw(st.sets(_NAMES)):
        kind = draw(st.sampled_from(kinds))
        if kind == "fail":
            outcomes.append(finding(name))
        elif kind == "fail2":
            outcomes.append(finding(name, digest="d2"))
        elif kind == "waived":
            outcomes.append(waived(name))
        elif kind == "unknown":
            outcomes.append(unknown(name))
        elif kind == "hidden":
            outcomes.append(unknown(name, since=at(-1)))
    return content(*outcomes)


def _failing(one: Content) -> set[str]:
    return {o.fingerprint for o in one.outcomes if o.verdict is Verdict.FAIL}


@given(_contents())
def test_nothing_moves_between_the_same(one: Content) -> None:
    differs = moves(one, one)
    assert (differs.introduced, differs.changed, differs.fixed, differs.waived) == ((), (), (), ())


@given(_contents(), _contents())
def test_nothing_is_fixed_that_fails_or_is_not_known_now(before: Content, after: Content) -> None:
    differs = moves(before, after)
    now = {o.subject for o in after.outcomes}
    assert not {o.subject for o in differs.fixed} & now
    assert {o.fingerprint for o in differs.introduced} <= _failing(after)
    assert not {o.fingerprint for o in differs.introduced} & {o.fingerprint for o in differs.changed}


@given(_contents(), _contents())
def test_what_failed_and_is_judged_good_is_fixed(before: Content, after: Content) -> None:
    gone = {o.subject for o in before.findings} - {o.subject for o in after.outcomes}
    assert gone <= {o.subject for o in moves(before, after).fixed}


@given(st.lists(_contents(unknowns=False), min_size=1, max_size=6))
def test_what_fails_at_the_end_is_what_came_and_did_not_go(steps: list[Content]) -> None:
    failing: set[str] = set()
    previous: Content | None = None
    for step in steps:
        differs = moves(previous, step)
        failing |= {o.fingerprint for o in differs.introduced}
        failing -= {o.fingerprint for o in (*differs.fixed, *differs.waived)}
        previous = step
    assert failing == _failing(steps[-1])


@given(_contents())
def test_a_content_comes_back(one: Content) -> None:
    assert read_content(write_content(one), name="x") == one
