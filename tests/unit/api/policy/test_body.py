"""A body that knows where everything in it stands."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.api.policy.body import Node, read_body
from watchword.kernel.errors import InvalidInputError

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def rebuilt(node: Node) -> Any:
    match node.kind:
        case "object":
            return {name: rebuilt(value) for _, name, value in node.members()}
        case "list":
            return [rebuilt(item) for item in node.items()]
        case "text":
            return node.string()
        case _:
            return json.loads(node.raw)


@given(_JSON, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_what_is_taken_apart_is_what_json_reads(value: Any, indent: int | str | None, escaped: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps(value, indent=indent, ensure_ascii=escaped).encode("utf-8", "backslashreplace")
    assert rebuilt(read_body(b" \n" + text + b"\n")) == value


@given(st.binary(max_size=40))
def test_what_is_no_json_is_refused_and_nothing_else(raw: bytes) -> None:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        expected = json.loads(raw.decode("utf-8"), parse_constant=refuse)
    except ValueError:
        with pytest.raises(InvalidInputError) as refused:
            read_body(raw)
        assert refused.value.code.startswith("body.")
    else:
        assert rebuilt(read_body(raw)) == expected


def test_places_and_pointers() -> None:
    body = read_body(b'{\n  "a/b~c": [1,\n {"d":\ttrue}]}')
    ((key, name, value),) = body.members()
    assert (key.line, key.column, name) == (2, 3, "a/b~c")
    items = list(value.items())
    assert [item.pointer for item in items] == ["/a~1b~0c/0", "/a~1b~0c/1"]
    ((_, _, inner),) = items[1].members()
    assert (inner.pointer, inner.line, inner.column, inner.raw) == ("/a~1b~0c/1/d", 3, 8, "true")


def test_a_key_that_stands_twice_comes_twice() -> None:
    assert [name for _, name, _ in read_body(b'{"a": 1, "a": 2}').members()] == ["a", "a"]


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [(b'{"a": "NaN", "b":\n NaN}', 2, 2), (b'["\\"NaN", -Infinity]', 1, 11), (b'{"a" 1}', 1, 6), (b"[1]\n\n x", 3, 2)],
)
def test_where_it_stops_being_json(raw: bytes, line: int, column: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_body(raw)
    place = refused.value.place
    assert place is not None
    assert (place.line, place.column) == (line, column)


@pytest.mark.parametrize("raw", [b"[" * 200_000, b'{"a":' * 200_000])
def test_depth_is_bounded(raw: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_body(raw)
    assert refused.value.code == "body.depth"


@pytest.mark.parametrize("raw", [b"1" * 1_000_000, b"-" + b"9" * 5_000 + b".5e99"])
def test_a_number_is_not_converted_before_somebody_wants_it(raw: bytes) -> None:
    assert read_body(raw).raw == raw.decode()
