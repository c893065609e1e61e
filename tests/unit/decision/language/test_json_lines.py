"""Lines one by one, and no more of a line than is needed."""

import io

from watchword.decision.language.json_lines import MAX_LINE, bounded_lines, member, read_json_lines


def test_lines_know_their_numbers_and_empty_ones_are_none() -> None:
    found = list(read_json_lines([b'{"a": 1}\n', b"\n", b" \t\r\n", b'{"a": "\\u0041"}', b"[]", b"{"]))
    assert [line.number for line in found] == [1, 4, 5, 6]
    assert [line.tree is None for line in found] == [False, False, True, True]
    assert [flaw.code for line in found for flaw in line.flaws] == ["json.shape", "json.syntax"]
    assert [(f.line, f.column) for line in read_json_lines([b"\n", b'{"a": [\n', b"{}"]) for f in line.flaws] == [
        (2, 8)
    ]
    tree = found[1].tree
    assert tree is not None
    assert str(member(tree, "a")) == "JsonString(line=4, column=7, text='A')"
    assert member(tree, "b") is None


def test_a_stream_is_cut_into_its_lines() -> None:
    assert list(bounded_lines(io.BytesIO(b"a\nb\r\n\nc"))) == [b"a\n", b"b\r\n", b"\n", b"c"]
    assert list(bounded_lines(io.BytesIO(b""))) == []


def test_of_a_line_that_is_too_long_only_the_beginning_is_kept() -> None:
    just = b" " * (MAX_LINE - 2) + b"{}"
    stream = io.BytesIO(b"{}\n" + b"x" * (3 * MAX_LINE) + b"\n" + just + b"\n{}\n" + b"y" * (MAX_LINE + 1))
    lines = list(bounded_lines(stream))
    assert [len(line) for line in lines] == [3, MAX_LINE + 1, MAX_LINE + 1, 3, MAX_LINE + 1]
    found = list(read_json_lines(lines))
    assert [(line.number, [f.code for f in line.flaws]) for line in found] == [
        (1, []),
        (2, ["json.size"]),
        (3, []),
        (4, []),
        (5, ["json.size"]),
    ]
