"""Trees of JSON texts keep their lines where the text shows them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.inventory import Place, Value
from watchword.inventory.trees import from_plain, json_tree

_TEXT = '{\n  "a": [1,\n    {"b": "x"}],\n  "c": {}, "d": [], "e": null\n}\n'


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (Place("main.tf", 10, 16), (12, 13)),  # a heredoc, from the line after its beginning
        (Place("p.json", 1, 6), (2, 3)),  # a file
        (Place("main.tf", 10, 10), (10, 10)),  # a quoted text
    ],
)
def test_leaves_stand_at_their_lines(place: Place, lines: tuple[int, int]) -> None:
    tree = json_tree(_TEXT, place)
    assert tree.plain() == {"a": [1, {"b": "x"}], "c": {}, "d": []}
    assert (tree.get("a", 0).place.line, tree.get("a", 1, "b").place.line) == lines
    assert tree["a"].place.file == place.file


@pytest.mark.parametrize("text", ["", "{", "[1,]", "{'a': 1}", "[" * 100_000])
def test_what_is_not_json_is_unknown(text: str) -> None:
    assert json_tree(text, Place("a", 1, 1 + text.count("\n"))).is_unknown


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(thing=_JSON)
def test_both_readings_are_the_same(thing: object) -> None:
    def seen(value: Value) -> str:
        return repr(value)

    text = json.dumps(thing, indent=1) + "\n"
    lines = Place("a", 1, 1 + text.count("\n"))
    assert seen(json_tree(text, lines)) == seen(from_plain(thing, lines))
