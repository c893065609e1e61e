"""Documents keep the place of everything, a bad one costs itself alone, and nothing that is hostile takes long."""

import pytest

from watchword.adapters.documents import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    node_at,
    place_of_entry,
    read_documents,
    scalar_value,
    text_at,
)
from watchword.inventory import Problem, ProblemKind


def _read(text: str, file: str = "a.yaml") -> tuple[list[Node], list[Problem]]:
    documents = read_documents(text.encode(), file, wanted=bool, known_tag=lambda tag: tag == "!Ref")
    problems = [*documents.problems]
    for broken in documents.broken:
        problems.extend(broken.problems)
    for document in documents.documents:
        problems.extend(document.problems)
    return [document.node for document in documents.documents], problems


def _one(text: str, file: str = "a.yaml") -> Node:
    nodes, problems = _read(text, file)
    assert not problems
    return nodes[0]


def test_everything_has_its_lines() -> None:
    node = _one("# first\na: 1\nb:\n  - x\n  - y: |\n      one\n      two\n\n\nc: {d: [\n  e]}\nf: >\n  g\n")
    assert isinstance(node, Mapping)
    places = {name: place_of_entry(entry, "a.yaml") for name, entry in node.entries.items()}
    assert {name: (place.line, place.end_line) for name, place in places.items()} == {
        "a": (2, 2),
        "b": (3, 7),
        "c": (10, 11),
        "f": (12, 13),
    }
    assert (node.line, node.end_line) == (2, 13)
    inner = node_at(node, "b")
    assert isinstance(inner, Sequence)
    assert [(item.line, item.end_line, item.column) for item in inner.items] == [(4, 4, 5), (5, 7, 5)]


def test_the_lines_of_later_documents_count_from_the_files_beginning() -> None:
    nodes, problems = _read("a: 1\n---\n\nb: 2\n...\n--- # comment\nc: 3\n--- {d: 4}\n")
    assert not problems
    assert [node.line for node in nodes] == [1, 4, 7, 8]


def test_a_document_that_does_not_parse_costs_itself_alone() -> None:
    nodes, problems = _read("a: 1\n---\nb: [\n---\nc: 3\n---\n\td: 4\n")
    assert [text_at(node, "a") + text_at(node, "c") for node in nodes] == ["1", "3"]
    assert [(problem.kind, problem.place.line) for problem in problems] == [
        (ProblemKind.SYNTAX, 4),
        (ProblemKind.SYNTAX, 7),
    ]


def test_directives_and_comments_are_no_documents() -> None:
    nodes, problems = _read("%YAML 1.1\n# x\n---\na: 1\n---\n# nothing\n---\n")
    assert not problems
    assert len(nodes) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("12", 12),
        ("-0x1F", -31),
        ("0644", 420),
        ("0o17", 15),
        ("1_000", 1000),
        ("0", 0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("089", "089"),
        ("1.2.3", "1.2.3"),
        ("2012-10-17", "2012-10-17"),
        ("22:22", "22:22"),
        ("'yes'", "yes"),
        ('"12"', "12"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("9" * 400, "9" * 400),
        ("1" + "0" * 250 + "e99", "1" + "0" * 250 + "e99"),
        ("0x_", "0x_"),
    ],
)
def test_scalars_are_what_yaml_1_1_says(text: str, value: object) -> None:
    node = node_at(_one(f"a: {text}\n"), "a")
    assert isinstance(node, Scalar)
    assert scalar_value(node) == value
    assert type(scalar_value(node)) is type(value)


def test_aliases_are_the_same_node_and_merges_give_way() -> None:
    node = _one("a: &x {b: 1, c: 2}\nd: *x\ne:\n  <<: *x\n  c: 3\nf:\n  <<: [*x, {g: 4, b: 5}]\n")
    assert node_at(node, "a") is node_at(node, "d")
    assert (text_at(node, "e", "b"), text_at(node, "e", "c")) == ("1", "3")
    assert (text_at(node, "f", "b"), text_at(node, "f", "g")) == ("1", "4")


def test_a_key_that_is_given_twice_is_a_problem_and_the_last_holds() -> None:
    (node,), problems = _read("a: 1\nb: 2\na: 3\n")
    assert text_at(node, "a") == "3"
    assert [(p.kind, p.place.line) for p in problems] == [(ProblemKind.DUPLICATE, 3)]
    assert "first in line 1" in problems[0].text


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    return "\n".join(lines)


def _merged_bomb() -> str:
    keys = ", ".join(f"k{n}: 1" for n in range(1000))
    return f"a: &a {{{keys}}}\nb:\n" + "".join(f"  - {{<<: *a, own: {n}}}\n" for n in range(2000))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (_bomb(), ProblemKind.LIMIT),
        (_merged_bomb(), ProblemKind.LIMIT),
        ("[" * 100_000, ProblemKind.LIMIT),
        ("- " * 100_000, ProblemKind.LIMIT),
        ("{a: " * 5_000, ProblemKind.LIMIT),
        ("&a [*a]", ProblemKind.LOOP),
        ("a: *b", ProblemKind.SYNTAX),
        ("a: \x07", ProblemKind.SYNTAX),
        ("a: b: c", ProblemKind.SYNTAX),
        ("a: 'open", ProblemKind.SYNTAX),
    ],
)
def test_what_is_hostile_is_refused_with_its_place(text: str, kind: ProblemKind) -> None:
    nodes, problems = _read(text)
    assert not nodes
    assert problems[-1].kind is kind
    assert problems[-1].place.line >= 1


def test_chains_of_aliases_are_as_deep_as_what_they_stand_for() -> None:
    deep = "a0: &a0 " + "[" * 60 + "]" * 60 + "\na1: " + "[" * 60 + "*a0" + "]" * 60 + "\n"
    _, problems = _read(deep)
    assert "by aliases" in problems[0].text


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!unheard-of", "!<tag:example.com,2000:x>"])
def test_tags_that_are_not_known_are_reported_once(tag: str) -> None:
    (node,), problems = _read(f"a: {tag} x\nb: {tag} y\nc: !Ref z\n")
    assert [(p.kind, p.place.line) for p in problems] == [(ProblemKind.INVALID, 1)]
    assert text_at(node, "a") == "x"


def test_keys_that_are_no_text_are_reported() -> None:
    (node,), problems = _read("? [a]\n: 1\n8080: x\n")
    assert [p.kind for p in problems] == [ProblemKind.INVALID]
    assert text_at(node, "8080") == "x"


def test_bytes_that_are_not_utf_8_are_a_problem() -> None:
    documents = read_documents(b"a: 1\nb: \xff\n", "a.yaml", wanted=bool)
    assert [(p.kind, p.place.line) for p in documents.problems] == [(ProblemKind.UNREADABLE, 2)]


def test_files_that_are_too_large_are_not_parsed() -> None:
    documents = read_documents(b"a" * (8 * 1024 * 1024 + 1), "a.yaml", wanted=bool)
    assert [p.kind for p in documents.problems] == [ProblemKind.TOO_LARGE]


def test_more_documents_than_anybody_has_are_cut_and_said() -> None:
    documents = read_documents(b"---\na: 1\n" * 10_001, "a.yaml", wanted=lambda text: "b" in text)
    assert [p.kind for p in documents.problems] == [ProblemKind.LIMIT]


def test_what_is_not_wanted_costs_nothing() -> None:
    documents = read_documents(b"a: [\n---\nb: 1\n", "a.yaml", wanted=lambda text: "b" in text)
    assert len(documents.documents) == 1
    assert not documents.broken


# JSON


def test_json_keeps_places_and_reads_its_own_escapes() -> None:
    node = _one('{"a": [1, true, null, -2.5e3],\n "b\\u00e9": "x\\ud83d\\ude00\\/\\n",\n\t"c": {\n}}', "a.json")
    assert isinstance(node, Mapping)
    assert text_at(node, "bé") == "x😀/\n"
    inner = node_at(node, "a")
    assert isinstance(inner, Sequence)
    assert [scalar_value(item) for item in inner.items if isinstance(item, Scalar)] == [1, True, None, -2500.0]
    entry = node.entries["c"]
    assert (place_of_entry(entry, "a.json").line, place_of_entry(entry, "a.json").end_line) == (3, 4)
    assert entry.key.column == 2


def test_a_lone_surrogate_is_replaced() -> None:
    assert text_at(_one('{"a": "\\ud83d"}', "a.json"), "a") == "\ufffd"


def test_texts_of_json_are_never_numbers() -> None:
    node = node_at(_one('{"a": "12"}', "a.json"), "a")
    assert isinstance(node, Scalar)
    assert scalar_value(node) == "12"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"a" 1}', ProblemKind.SYNTAX),
        ('{"a": 1,}', ProblemKind.SYNTAX),
        ('{"a": 1} x', ProblemKind.SYNTAX),
        ("[1 2]", ProblemKind.SYNTAX),
        ('{"a": "open', ProblemKind.SYNTAX),
        ('{"a": "\\q"}', ProblemKind.SYNTAX),
        ("[nan]", ProblemKind.SYNTAX),
        ("{", ProblemKind.SYNTAX),
        ("[" * 100_000, ProblemKind.LIMIT),
        ('{"a":' * 5_000, ProblemKind.LIMIT),
    ],
)
def test_json_that_is_none_is_refused_with_its_place(text: str, kind: ProblemKind) -> None:
    nodes, problems = _read(text, "a.json")
    assert not nodes
    assert [p.kind for p in problems] == [kind]
    assert problems[0].place.line == 1


def test_a_key_of_json_that_is_given_twice_is_a_problem() -> None:
    _, problems = _read('{"a": 1,\n "a": 2}', "a.json")
    assert [(p.kind, p.place.line, p.place.column) for p in problems] == [(ProblemKind.DUPLICATE, 2, 2)]
