"""Settings as edits of YAML and JSON: where they go, in the file's own style, and what is refused."""

import pytest

from watchword.adapters.documents.spans import Leaf, every, spans_of
from watchword.adapters.documents.writing import DocumentWriter
from watchword.inventory import Place, Setting, Wanted
from watchword.inventory.edits import Refusal, apply

_TEMPLATE = ("Resources", "Properties")


def _set(
    text: str, *wanted: tuple[str, Wanted], line: int = 1, column: int = 1, whole: tuple[str, ...] = (), file: str = "a"
) -> str:
    writer = DocumentWriter(text, file, whole=whole)
    at = Place(file, line, line, column)
    changes = [writer.changes(Setting(value=value, at=at, path=path, whole=bool(whole))) for path, value in wanted]
    return apply(text, writer.edits(changes))


def test_a_key_goes_after_the_last_of_its_mapping() -> None:
    text = "a: 1\nb:\n  c: 2 # two\n# end\n"
    assert _set(text, ("on", True)) == "a: 1\nb:\n  c: 2 # two\non: true\n# end\n"
    assert _set(text, ("b.on", True)) == "a: 1\nb:\n  c: 2 # two\n  on: true\n# end\n"


def test_an_inner_and_an_outer_key_after_one_line_come_in_order() -> None:
    assert _set("b:\n  c: 2\n", ("z", 1), ("b.on", True)) == "b:\n  c: 2\n  on: true\nz: 1\n"


def test_mappings_are_made_where_none_was_written_and_shared() -> None:
    assert _set("a: 1", ("s.x.y", True), ("s.z", "RuntimeDefault")) == (
        "a: 1\ns:\n  x:\n    y: true\n  z: RuntimeDefault"
    )


def test_within_a_list_the_indentation_is_that_of_its_keys() -> None:
    text = "l:\n- name: web\n  image: x\n- name: y\n"
    assert _set(text, ("s.on", False), line=2, column=3) == (
        "l:\n- name: web\n  image: x\n  s:\n    on: false\n- name: y\n"
    )


def test_after_texts_of_several_lines() -> None:
    text = "a: |\n  on: false\n\nb: 1\n"
    assert _set("x:\n  " + text.replace("\n", "\n  ").rstrip(" "), ("x.on", True)).endswith("b: 1\n  on: true\n")
    assert _set("a: |\n  text\n", ("on", True)) == "a: |\n  text\non: true\n"
    assert _set("a: |\n  text", ("on", True)) == "a: |\n  text\non: true"


def test_braces_stay_braces() -> None:
    assert _set("s: {a: 1}\n", ("s.on", True)) == "s: {a: 1, on: true}\n"
    assert _set("s: {}\n", ("s.x.y", True)) == "s: {x: {y: true}}\n"
    assert _set("s: {\n  a: 1\n}\n", ("s.on", True)) == "s: {\n  a: 1,\n  on: true\n}\n"


def test_json_is_laid_out_as_its_file_is() -> None:
    text = '{\n    "Resources": {\n        "B": {\n            "Type": "T"\n        }\n    }\n}'
    assert _set(text, ("O.T", "x"), ("P", True), line=3, column=9, whole=_TEMPLATE, file="t.json") == text.replace(
        '"T"\n',
        '"T",\n            "Properties": {\n                "O": {\n                    "T": "x"\n                },\n'
        '                "P": true\n            }\n',
    )
    assert _set('{"Resources": {"B": {"Type": "T"}}}', ("P", 1), column=16, whole=_TEMPLATE, file="t.json") == (
        '{"Resources": {"B": {"Type": "T", "Properties": {"P": 1}}}}'
    )


def test_a_literal_keeps_its_quotes_and_its_comment() -> None:
    assert _set("on: 'false' # why\n", ("on", True)) == "on: 'true' # why\n"
    assert _set('on: "false"\n', ("on", True)) == 'on: "true"\n'
    assert _set("on: false # why\n", ("on", True)) == "on: true # why\n"


def test_elements_are_added_to_a_list() -> None:
    assert _set("d: [A]\n", ("d", ("ALL",))) == "d: [A, ALL]\n"
    assert _set("d: []\n", ("d", ("ALL",))) == "d: [ALL]\n"
    assert _set("d:\n- A\n", ("d", ("ALL",))) == "d:\n- A\n- ALL\n"
    assert _set("d:\n  - A # a\ne: 1\n", ("d", ("ALL",))) == "d:\n  - A # a\n  - ALL\ne: 1\n"


def test_an_element_and_a_key_after_one_line_come_in_order() -> None:
    for dash in ("", "  "):
        text = f"s:\n  c:\n    d:\n    {dash}- A\n"
        assert _set(text, ("s.on", True), ("s.c.d", ("ALL",)), ("z", 1), ("s.c.e", 2)) == (
            f"s:\n  c:\n    d:\n    {dash}- A\n    {dash}- ALL\n    e: 2\n  on: true\nz: 1\n"
        )


def test_pairs_of_two_settings_share_a_list() -> None:
    one, other = (("Key", "a.b"), ("Value", "true")), (("Key", "c"), ("Value", "x"))
    expected = 'x: 1\nl:\n  - Key: a.b\n    Value: "true"\n  - Key: c\n    Value: x\n'
    assert _set("x: 1\n", ("l", (one,)), ("l", (other,))) == expected


def test_line_ends_and_a_missing_last_one_are_kept() -> None:
    assert _set("a: 1\r\nb: 2\r\n", ("s.on", True)) == "a: 1\r\nb: 2\r\ns:\r\n  on: true\r\n"
    assert _set("a: 1\r\nb: 2", ("on", True)) == "a: 1\r\nb: 2\r\non: true"


def test_of_several_documents_the_right_one_is_edited() -> None:
    text = "a: 1\n---\n# two\na: 2\n---\na: 3\n"
    assert _set(text, ("on", True), line=4) == "a: 1\n---\n# two\na: 2\non: true\n---\na: 3\n"


def test_permissions_stand_above_jobs() -> None:
    text = "on: push\njobs:\n  a: 1\n"
    assert _set(text, ("permissions.contents", "read")) == (
        "on: push\npermissions:\n  contents: read\n\njobs:\n  a: 1\n"
    )


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        pytest.param("a: &x {b: 1}\nc: *x\n", "c.on", "is an alias", id="an alias for a mapping"),
        pytest.param("a: &x false\nc: *x\n", "c", "alias", id="an alias"),
        pytest.param("a: &x false\nc: *x\n", "a", "alias", id="what an alias names"),
        pytest.param("a: !Ref X\n", "a", "computed", id="a call"),
        pytest.param("a: {Ref: X}\n", "a", "no text", id="a call as a mapping"),
        pytest.param("a: {Fn::If: [x, {}, {}]}\n", "a.on", "computed", id="a call where a mapping was expected"),
        pytest.param("a: |\n  x\n", "a", "several lines", id="a text of several lines"),
        pytest.param("a:\n", "a", "empty", id="an empty value"),
        pytest.param("a:\nb: 1\n", "a.on", "no mapping", id="an empty value for a mapping"),
        pytest.param("a: [{b: 1}, {b: 2}]\n", "a.on", "no mapping", id="a list of several"),
        pytest.param("a: {b: 1,}\n", "a.on", "comma", id="a trailing comma"),
    ],
)
def test_what_is_refused(text: str, path: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        _set(text, (path, True))


def test_a_resource_made_by_a_loop_is_refused() -> None:
    text = "Resources:\n  Fn::ForEach::L:\n    - x\n    - [a]\n    - B${x}:\n        Type: T\n"
    with pytest.raises(Refusal, match="loop"):
        _set(text, ("P", 1), line=5, column=7, whole=_TEMPLATE)


def test_what_a_transform_makes_is_refused() -> None:
    text = "Resources:\n  T:\n    Type: AWS::Serverless::SimpleTable\n"
    with pytest.raises(Refusal, match="another type"):
        _set(text, ("P", 1), line=2, column=3, whole=_TEMPLATE)


def test_the_literal_that_a_value_comes_from_is_no_key() -> None:
    text = "Parameters:\n  P:\n    Default: false\n"
    writer = DocumentWriter(text, "t.yaml", whole=_TEMPLATE)
    assert apply(text, writer.edits([writer.literal(Place("t.yaml", 3, 3, 14), value=True)])) == text.replace(
        "false", "true"
    )
    with pytest.raises(Refusal, match="no literal"):
        writer.literal(Place("t.yaml", 3, 3, 5), value=True)


def test_spans_are_those_of_the_text_with_characters_of_any_width() -> None:
    text = "ä: \"😀\"\nb: {ü: 'x', c: y}\n---\nd: 1\n"
    for span in spans_of(text, is_json=False):
        for one in every(span):
            if isinstance(one, Leaf):
                assert text[one.start : one.end].strip("\"'") == one.text


def test_what_does_not_parse_has_no_spans() -> None:
    assert spans_of("a: [\n", is_json=False) == []
    assert spans_of('{"a": ', is_json=True) == []
    assert spans_of("[" * 200 + "]" * 200, is_json=True) == []
    assert spans_of("[" * 200 + "]" * 200, is_json=False) == []
