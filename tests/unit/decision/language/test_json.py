"""What the JSON reader refuses, and where it says it is."""

import pytest

from watchword.decision.language import PolicyError, PolicyKind, parse_policy


def first(text: str | bytes) -> tuple[int, int, str, str]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, name="p.json", kind=PolicyKind.IDENTITY)
    found = caught.value.diagnostics[0]
    return found.line, found.column, found.code, found.message


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("", 1, 1, "json.syntax"),
        ("  \n ", 2, 2, "json.syntax"),
        ("{", 1, 2, "json.syntax"),
        ('{"a"', 1, 5, "json.syntax"),
        ('{"a" 1}', 1, 6, "json.syntax"),
        ('{"a": }', 1, 7, "json.syntax"),
        ('{"a": 1,}', 1, 9, "json.syntax"),
        ('{"a": 1 "b": 2}', 1, 9, "json.syntax"),
        ("{a: 1}", 1, 2, "json.syntax"),
        ("{'a': 1}", 1, 2, "json.syntax"),
        ('["a",]', 1, 6, "json.syntax"),
        ('["a" "b"]', 1, 6, "json.syntax"),
        ('{"a": NaN}', 1, 7, "json.syntax"),
        ('{"a": Infinity}', 1, 7, "json.syntax"),
        ('{"a": -Infinity}', 1, 7, "json.syntax"),
        ('{"a": nul}', 1, 7, "json.syntax"),
        ('{"a": nullx}', 1, 7, "json.syntax"),
        ('{"a": True}', 1, 7, "json.syntax"),
        ('{"a": 01}', 1, 7, "json.syntax"),
        ('{"a": +1}', 1, 7, "json.syntax"),
        ('{"a": .5}', 1, 7, "json.syntax"),
        ('{"a": 1.}', 1, 7, "json.syntax"),
        ('{"a": 1e}', 1, 7, "json.syntax"),
        ('{"a": 0x10}', 1, 7, "json.syntax"),
        ('{"a": "x', 1, 7, "json.syntax"),
        ('{"a": "x\ny"}', 1, 9, "json.syntax"),
        ('{"a": "x\ty"}', 1, 9, "json.syntax"),
        ('{"a": "\\x"}', 1, 8, "json.syntax"),
        ('{"a": "\\u12g4"}', 1, 10, "json.syntax"),
        ('{"a": "\\ud800"}', 1, 8, "json.syntax"),
        ('{"a": "\\udc00"}', 1, 8, "json.syntax"),
        ('{"a": "\\ud800\\u0041"}', 1, 8, "json.syntax"),
        ('{"a": "\ud800"}', 1, 7, "json.syntax"),
        ('// comment\n{"a": 1}', 1, 1, "json.syntax"),
        ('{"a": 1}\n{}', 2, 1, "json.trailing"),
        ('{"a": 1} x', 1, 10, "json.trailing"),
        ("\ufeff{}", 1, 1, "json.bom"),
        (b"\xef\xbb\xbf{}", 1, 1, "json.bom"),
        (b'{\n "\xc3\xa9": "\xff"}', 2, 8, "json.encoding"),
        ("[" * 40, 1, 34, "json.depth"),
        ('{"a":' * 40_000, 1, 166, "json.depth"),
        (" " * (256 * 1024 + 1), 1, 1, "json.size"),
        ('{"a":\u00a01}', 1, 6, "json.syntax"),
    ],
)
def test_what_is_no_json_is_refused_where_it_stops_being_it(
    text: str | bytes, line: int, column: int, code: str
) -> None:
    assert first(text)[:3] == (line, column, code)


def test_duplicate_keys_are_all_reported_with_the_line_of_the_first() -> None:
    text = """{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Effect": "Allow",
    "Action": "*",
    "Resource": "*",
    "\\u0041ction": "s3:*"
  }
}"""
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, name="p.json", kind=PolicyKind.IDENTITY)
    found = [(d.line, d.column, d.code, d.found) for d in caught.value.diagnostics]
    assert found == [
        (5, 5, "json.duplicate-key", "the first on line 4"),
        (8, 5, "json.duplicate-key", "the first on line 6"),
    ]


def test_escapes_and_columns_count_characters() -> None:
    text = '{"Version":"2012-10-17","Statement":{"Sid":"\U0001f511","\\u0045ffect":"Allow","Action":"\\u0073\\u0033:\\u002A","Resource":"\\/\\ud83d\\udd11"}}'
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, name="p.json", kind=PolicyKind.RESOURCE)
    resource = caught.value.diagnostics[-1]
    assert resource.found == '"/\U0001f511"'
    assert resource.column == text.index('"\\/') + 1


def test_line_ends_of_other_systems_count_once() -> None:
    assert first('{\r\n\r\n  "a": x}')[:2] == (3, 8)


def test_a_text_and_its_bytes_read_the_same() -> None:
    text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::é"}}'
    by_text = parse_policy(text, name="p", kind=PolicyKind.IDENTITY)
    assert by_text == parse_policy(text.encode(), name="p", kind=PolicyKind.IDENTITY)
    assert by_text.statements[0].resources[0].text == "arn:aws:s3:::é"
