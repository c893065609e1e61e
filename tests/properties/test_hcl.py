"""Laws of the HCL parser: whatever it is given, it ends, never raises, and says where."""

from hypothesis import given
from hypothesis import strategies as st

from watchword.adapters.terraform._hcl import parse, parse_json, parse_template
from watchword.adapters.terraform._hcl.syntax import BlockNode, Source

_PIECES = st.sampled_from(
    [
        "resource",
        '"a"',
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "=",
        "=>",
        ":",
        ",",
        ".",
        "...",
        "*",
        "[*]",
        "?",
        "${",
        "%{",
        "~",
        '"',
        "\\",
        "\n",
        " ",
        "#",
        "//",
        "/*",
        "*/",
        "<<EOT\n",
        "<<-E\n",
        "EOT",
        "E",
        "for",
        "in",
        "if",
        "else",
        "endif",
        "endfor",
        "x",
        "y.z",
        "1",
        "2.5",
        "1e9",
        "-",
        "!",
        "&&",
        "||",
        "==",
        "!=",
        "<",
        ">",
        "+",
        "/",
        "%",
        "null",
        "true",
        "f(",
        "é",
        "\x00",
        "�",
        "$$",
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=60).map("".join))


def _check(source: Source, text: str) -> None:
    lines = text.count("\n") + 1
    for problem in source.problems:
        assert 1 <= problem.place.line <= lines
        assert problem.text
    _spans(source.body.blocks, len(text))


def _spans(blocks: list[BlockNode], end: int) -> None:
    for block in blocks:
        assert 0 <= block.start < block.head < block.end <= end
        for attribute in block.body.attributes.values():
            assert block.head < attribute.start < attribute.expression.end <= attribute.end < block.end
            assert attribute.start < attribute.expression.start
        _spans(block.body.blocks, block.end)


@given(text=_TEXTS)
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    _check(parse(text, "a.tf"), text)
    parse_template(text, "a.tpl")


@given(text=_TEXTS)
def test_any_text_within_a_block_leaves_the_next_block_alone(text: str) -> None:
    whole = f'resource "a" "b" {{\n{text}\n}}\n'
    _check(parse(whole, "a.tf"), whole)


@given(
    text=st.one_of(
        _TEXTS, st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5).map(str)
    )
)
def test_any_json_is_read_or_refused(text: str) -> None:
    assert parse_json(text, "a.tf.json").text == text


@given(text=st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=50))
def test_a_quoted_text_comes_back(text: str) -> None:
    written = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    written = written.replace("${", "$${").replace("%{", "%%{")
    source = parse(f'x = "{written}"\n', "a.tf")
    assert source.problems == ()
    assert source.body.attributes["x"].expression[0] == text
