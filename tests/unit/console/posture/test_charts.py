"""Bars over runs: whole numbers, nothing higher than the picture, nothing that is there invisible."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from support.assessments import finding, run
from watchword.adapters.memory.posture import MemoryAssessmentStore
from watchword.console.posture.charts import HEIGHT, MOST_BARS, WIDTH, Key, Row, stacked
from watchword.console.posture.trends import burn_down, stages_over_runs
from watchword.evidence.posture.model import Severity, Verdict

KEYS = (Key(kind="a", label="A"), Key(kind="b", label="B"), Key(kind="c", label="C"))


@given(st.lists(st.tuples(*[st.integers(0, 50_000)] * 3), max_size=90))
def test_every_bar_stays_in_the_picture_and_shows_whatever_is_there(counts: list[tuple[int, int, int]]) -> None:
    chart = stacked(KEYS, [Row(label=str(n), counts=row) for n, row in enumerate(counts)])
    assert len(chart.rows) == len(chart.bars) == min(len(counts), MOST_BARS)
    for bar, row in zip(chart.bars, counts[-MOST_BARS:], strict=True):
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert [part.kind for part in bar.parts] == [k.kind for k, n in zip(KEYS, row, strict=True) if n]
        base = HEIGHT
        for part in bar.parts:
            assert part.y + part.height == base
            base = part.y
        assert base >= 0


def test_bars_do_not_stand_on_each_other() -> None:
    for number in (1, 3, 14, 15, 59, 60, 200):
        bars = stacked(KEYS, [Row(label=str(n), counts=(n, 1, 0)) for n in range(number)]).bars
        assert all(left.x + left.width <= right.x for left, right in itertools.pairwise(bars))


def test_a_bar_says_its_numbers() -> None:
    (bar,) = stacked(KEYS, [Row(label="Run 1", counts=(1, 0, 7))]).bars
    assert bar.label == "Run 1, 1 a, 0 b, 7 c"


def test_nothing_at_all_is_no_bar_of_no_height() -> None:
    assert stacked(KEYS, []).bars == ()
    (bar,) = stacked(KEYS, [Row(label="", counts=(0, 0, 0))]).bars
    assert bar.parts == ()


def test_trends_are_oldest_first_and_what_is_not_known_is_apart() -> None:
    store = MemoryAssessmentStore()
    unknown = finding("u", verdict=Verdict.UNKNOWN)
    error = finding("e", verdict=Verdict.ERROR)
    store.keep(run([finding("a", severity=Severity.CRITICAL), finding("b")]), actor="operator")
    store.keep(run([finding("b"), unknown, error], hour=1), actor="operator")
    chart = burn_down(store.runs("shop"))
    assert [key.kind for key in chart.keys] == ["critical", "high", "medium", "low", "unknown"]
    assert [row.counts for row in chart.rows] == [(1, 1, 0, 0, 0), (0, 1, 0, 0, 2)]
    stages = stages_over_runs(store.runs("shop"))
    assert [key.label for key in stages.keys] == ["Optimal", "Advanced", "Initial", "Traditional", "Not assessed"]
    assert [row.counts for row in stages.rows] == [(0, 0, 1, 1, 35)] * 2
    assert {row.total for row in stages.rows} == {37}
