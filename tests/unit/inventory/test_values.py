"""Values: known, unknown, absent, and trees of them. What cannot be told raises, and only where the answer hangs on it."""

import pytest

from watchword.inventory import (
    UNKNOWN_NAME,
    Absent,
    AbsentValueError,
    Block,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    UnknownValueError,
    Value,
    both,
    either,
    every,
    leaves,
    some,
)

_PLACE = Place("main.tf", 3, 3, 5)
_WHY = (Reason(ReasonKind.VARIABLE, "var.x has no default", Place("variables.tf", 1, 1)),)
_MADE = (Reason(ReasonKind.AFTER_APPLY, "known after apply", _PLACE),)


def _unknown() -> Unknown:
    return Unknown(_WHY, _PLACE)


def test_a_known_value_compares_with_plain_python() -> None:
    assert Known("public-read") == "public-read"
    assert Known("a") in ("a", "b")
    assert Known(3) == 3
    assert Known("true") == True  # noqa: E712 - the comparison is what is tested
    assert Known("443") == Known(443)
    assert Known("a") != "b"


def test_a_value_is_no_dictionary_key() -> None:
    with pytest.raises(TypeError):
        hash(Known("a"))


@pytest.mark.parametrize(
    "ask",
    [
        bool,
        lambda value: value == "a",
        lambda value: value != "a",
        lambda value: value.text(),
        lambda value: value.text(default="x"),
        lambda value: value.number(default=1),
        lambda value: value.boolean(default=False),
        lambda value: value.matches("a"),
        lambda value: value.is_absent,
        lambda value: value.plain(),
        lambda value: bool(value["a"][0]),
        lambda value: [bool(element) for element in value.each()],
        lambda value: {name: bool(child) for name, child in value.items()},
    ],
)
def test_an_unknown_value_answers_nothing(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(UnknownValueError) as raised:
        ask(_unknown())
    assert raised.value.reasons == _WHY
    assert "var.x has no default (variables.tf:1)" in str(raised.value)


def test_an_unknown_text_with_known_parts_is_told_apart_from_what_it_cannot_be() -> None:
    objects = Unknown(_MADE, _PLACE, parts=(Reference("#aws_s3_bucket.a", "arn"), "/*"))
    assert (objects == "*") is False
    assert objects != "/*"
    assert objects.sketch() == "${aws_s3_bucket.a.arn}/*"
    with pytest.raises(UnknownValueError):
        assert objects == "arn:aws:s3:::a/*"


def test_what_a_provider_makes_is_not_absent() -> None:
    assert not Unknown(_MADE, _PLACE).is_absent


def test_absent_gives_defaults_and_refuses_without_one() -> None:
    absent = Absent(_PLACE)
    assert absent.is_absent
    assert absent.text("private") == "private"
    assert absent.number(7) == 7
    assert absent.boolean(default=True)
    assert not absent
    assert absent != "a"
    assert list(absent.each()) == []
    assert absent["a"][0].is_absent
    with pytest.raises(AbsentValueError):
        absent.text()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Known("x").number(),
        lambda: Known("x").boolean(),
        lambda: Known(True).number(),
        lambda: Block({}).text(),
        lambda: Elements([]).boolean(default=True),
        lambda: bool(Known("x")["y"]),
    ],
)
def test_the_wrong_type_is_unknown_and_says_so(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(UnknownValueError) as raised:
        ask()
    assert raised.value.reasons[0].kind is ReasonKind.INVALID


def test_texts_that_spell_booleans_and_numbers_are_read() -> None:
    assert Known("TRUE").boolean()
    assert Known("10").number() == 10
    assert Known(10).text() == "10"
    assert Known(False).text() == "false"


def test_a_name_asked_of_a_list_of_one_is_asked_of_its_element() -> None:
    tree = Block({"rule": Elements([Block({"algorithm": Known("AES256")})])})
    assert tree.get("rule", "algorithm") == "AES256"
    assert tree.get("rule", 0, "algorithm") == "AES256"
    assert tree.get("rule", 1, "algorithm").is_absent
    several = Elements([Block({"a": Known(1)}), Block({"a": Known(2)})])
    with pytest.raises(UnknownValueError, match="several were found"):
        assert several["a"] == 1


def test_children_are_made_once_and_only_when_asked() -> None:
    made: list[str] = []

    def make() -> Value:
        made.append("x")
        return Known(1)

    block = Block({"a": make, "b": Known(2)})
    elements = Elements([make])
    assert block["b"] == 2
    assert made == []
    assert block["a"] == 1
    assert block["a"] == 1
    assert elements[0] == 1
    assert elements[0] == 1
    assert made == ["x", "x"]


def test_an_open_list_yields_an_unknown_element() -> None:
    elements = Elements([Known("10.0.0.0/8")], _PLACE, open_because=_WHY)
    assert [value.is_unknown for value in elements.each()] == [False, True]
    assert some(elements.each(), lambda value: value == "10.0.0.0/8")
    assert "10.0.0.0/8" in elements
    assert elements
    with pytest.raises(UnknownValueError):
        assert "0.0.0.0/0" in elements
    with pytest.raises(UnknownValueError):
        len(elements)
    with pytest.raises(UnknownValueError):
        bool(Elements([], open_because=_WHY))
    assert elements[1].is_unknown


def test_an_open_block_does_not_say_absent() -> None:
    block = Block({"a": Known(1)}, _PLACE, open_because=_WHY)
    assert block["a"] == 1
    assert "a" in block
    assert block["b"].is_unknown
    with pytest.raises(UnknownValueError):
        assert "b" in block
    assert [name for name, _ in block.items()] == ["a", UNKNOWN_NAME]


def test_going_through_a_value_ends() -> None:
    assert list(Elements([Known(1), Known(2)])) == [Known(1), Known(2)]
    assert list(Absent()) == []
    assert [value.is_unknown for value in _unknown()] == [True]
    assert list(Known("a")) == ["a"]


def test_leaves_are_everything_with_its_path() -> None:
    tree = Block({"a": Elements([Known(1), Block({"b": Known(2), "c": Absent()})]), "d": _unknown()}, open_because=_WHY)
    assert [(path, value.is_unknown) for path, value in leaves(tree)] == [
        ("a[0]", False),
        ("a[1].b", False),
        ("d", True),
        (UNKNOWN_NAME, True),
    ]


def test_a_tree_whose_parts_are_shared_is_bounded() -> None:
    tree: Value = Known(1)
    for _ in range(60):
        tree = Elements([tree, tree])
    with pytest.raises(UnknownValueError, match="parts"):
        tree.plain()
    *_, (_, last) = leaves(tree)
    assert last.is_unknown
    assert len(repr(tree)) < 100_000


def test_a_child_that_asks_for_itself_is_a_cycle() -> None:
    block: Block = Block({"a": lambda: block["a"]})
    assert block["a"].is_unknown
    elements: Elements = Elements([lambda: elements[0]])
    assert elements[0].is_unknown


def test_null_is_no_name_of_a_block() -> None:
    block = Block({"a": Absent(), "b": Known(1)})
    assert [name for name, _ in block.items()] == ["b"]
    assert "a" not in block
    assert not Block({"a": Absent()})


@pytest.mark.parametrize("first", [True, False])
def test_one_that_surely_holds_decides_wherever_it_stands(*, first: bool) -> None:
    values = [Known("0.0.0.0/0"), _unknown()] if first else [_unknown(), Known("0.0.0.0/0")]
    assert some(values, lambda value: value == "0.0.0.0/0")
    assert not every(values, lambda value: value != "0.0.0.0/0")
    with pytest.raises(UnknownValueError):
        some(values, lambda value: value == "::/0")


def test_questions_are_joined_three_valued() -> None:
    assert either(lambda: _unknown() == 1, lambda: True)
    assert not both(lambda: _unknown() == 1, lambda: False)
    with pytest.raises(UnknownValueError):
        both(lambda: _unknown() == 1, lambda: True)
    assert not either()
    assert both()


def test_roots_are_places_of_literals() -> None:
    literal = Place("terraform.tfvars", 9, 9)
    assert Known("x", _PLACE, root=literal).root == literal
    assert Known("x", _PLACE).root == _PLACE
    assert Unknown(_WHY, _PLACE, root=literal).because(_MADE[0]).root == literal
