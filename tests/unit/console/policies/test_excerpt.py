"""Highlighting never changes a character, and a statement's lines are its own."""

from hypothesis import given
from hypothesis import strategies as st

from watchword.console.policies.excerpt import code_lines, excerpt, statement_lines
from watchword.decision.language import PolicyKind, parse_policy

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "One", "Effect": "Allow", "Action": "http:GET", "Resource": "*" },
    {
      "Sid": "Two",
      "Effect": "Deny",
      "Action": "*",
      "Resource": ["*"],
      "Condition": { "StringEquals": { "aws:username": "}" } }
    }
  ]
}
"""


@given(st.text(max_size=200))
def test_the_words_of_a_line_put_together_are_the_line(text: str) -> None:
    lines = code_lines(text)
    assert ["".join(span.text for span in line.spans) for line in lines] == text.splitlines()
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_statement_ends_with_its_own_brace_whatever_its_texts_hold() -> None:
    document = parse_policy(TEXT, name="p", kind=PolicyKind.IDENTITY)
    assert statement_lines(document, 0, TEXT) == (4, 4)
    assert statement_lines(document, 1, TEXT) == (5, 11)


def test_an_excerpt_keeps_its_line_numbers_and_loses_the_shared_indentation() -> None:
    chosen = excerpt(code_lines(TEXT), 5, 11)
    assert [line.number for line in chosen] == list(range(5, 12))
    written = ["".join(span.text for span in line.spans) for line in chosen]
    assert written[0] == "{"
    assert written[1].startswith('  "Sid"')
    assert written[-1] == "}"


def test_effects_and_keys_are_told_apart() -> None:
    kinds = {span.text: span.kind for line in code_lines(TEXT) for span in line.spans}
    assert kinds['"Effect"'] == "key"
    assert kinds['"Allow"'] == "allow"
    assert kinds['"Deny"'] == "deny"
    assert kinds['"http:GET"'] == "text"
