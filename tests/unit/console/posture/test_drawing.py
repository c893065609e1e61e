"""Pictures of ways: each asset once, nothing outside, an arrow for each step; on a phone as narrow as a phone."""

from hypothesis import given
from hypothesis import strategies as st

from support.assessments import HOSTILE
from watchword.console.posture.exposure.drawing import MOST_ASSETS, MOST_ROWS, Graph, as_tree, short, side_by_side
from watchword.evidence.posture.records import Spot, Step, Way

HERE = Spot(file="main.tf", line=1)


def way(*assets: str) -> Way:
    return Way(
        steps=tuple(
            Step(asset=asset, address=f"aws_thing.{asset}", kind="instance", how=f"to {asset}", spot=HERE)
            for asset in assets
        )
    )


WAYS = st.lists(
    st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=6, unique=True).map(lambda names: way(*names)),
    min_size=1,
    max_size=20,
)


def inside(graph: Graph) -> bool:
    return all(
        node.x >= 0 and node.y >= 0 and node.x + node.width <= graph.width and node.y + node.height <= graph.height
        for node in graph.nodes
    )


def apart(graph: Graph) -> bool:
    return not any(
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
        for number, one in enumerate(graph.nodes)
        for other in graph.nodes[:number]
    )


@given(WAYS)
def test_side_by_side(ways: list[Way]) -> None:
    graph = side_by_side(ways)
    assert graph is not None
    drawn = {step.asset for one in ways for step in one.steps}
    assert sorted(node.title for node in graph.nodes[1:]) == sorted(f"aws_thing.{asset}" for asset in drawn)
    assert inside(graph)
    assert apart(graph)
    assert graph.left_out == 0
    steps = {(b, a.asset) for one in ways for b, a in zip(("", *[s.asset for s in one.steps]), one.steps)}  # noqa: B905 - one longer on purpose
    assert len(graph.arrows) == len(steps)


@given(WAYS)
def test_as_a_tree(ways: list[Way]) -> None:
    graph = as_tree(ways)
    assert graph is not None
    every = {step.asset for one in ways for step in one.steps}
    assert len(graph.nodes) - 1 + graph.left_out == len(every)
    assert len({node.title for node in graph.nodes}) == len(graph.nodes)
    assert inside(graph)
    assert apart(graph)
    assert graph.width <= 360
    assert len(graph.arrows) == len(graph.nodes) - 1


def test_a_way_that_does_not_fit_is_counted_and_one_behind_it_that_does_is_drawn() -> None:
    wide = [way("a", f"b{n}") for n in range(MOST_ASSETS + 5)]
    graph = side_by_side([*wide, way("a", "b3")])
    assert graph is not None
    assert len(graph.nodes) == MOST_ASSETS + 1
    assert graph.left_out == 6
    assert inside(graph)


def test_no_way_is_no_picture() -> None:
    assert side_by_side([]) is None
    assert as_tree([]) is None


def test_entries_and_goals_are_marked_in_words_too() -> None:
    for graph in (side_by_side([way("a", "b", "c")]), as_tree([way("a", "b", "c")])):
        assert graph is not None
        assert [(node.tone, node.line) for node in graph.nodes[1:]] == [
            ("entry", "instance, entry"),
            ("", "instance"),
            ("critical", "instance, critical"),
        ]


def test_a_store_that_the_internet_reaches_itself_is_both() -> None:
    graph = side_by_side([way("a")])
    assert graph is not None
    assert (graph.nodes[1].tone, graph.nodes[1].line) == ("critical", "instance, critical, entry")


def test_a_tree_tells_of_a_step_to_what_stands_elsewhere() -> None:
    graph = as_tree([way("a", "m", "z"), way("b", "m", "z")])
    assert graph is not None
    assert [(node.name, node.line) for node in graph.nodes[1:]] == [
        ("a", "instance, entry"),
        ("m", "instance"),
        ("z", "instance, critical"),
        ("b", "instance, entry, on to m"),
    ]


def test_a_deep_way_stays_within_a_phone() -> None:
    graph = as_tree([way(*(f"a{n}" for n in range(8)))])
    assert graph is not None
    assert inside(graph)
    assert min(node.width for node in graph.nodes) > 90


def test_of_many_assets_the_first_are_drawn_and_the_rest_counted() -> None:
    graph = as_tree([way(f"a{n}") for n in range(200)])
    assert graph is not None
    assert len(graph.nodes) == MOST_ROWS + 1
    assert graph.left_out == 200 - MOST_ROWS


def test_long_and_hostile_names_are_cut_in_the_middle() -> None:
    assert short("abcdefghij", 10) == "abcdefghij"
    assert short("abcdefghijk", 9) == "abcd…hijk"
    step = Step(asset="x", address=HOSTILE * 9, kind="instance", how=HOSTILE, spot=HERE)
    graph = as_tree([Way(steps=(step,))])
    assert graph is not None
    assert len(graph.nodes[1].name) <= 44
