"""Patterns: what they match, and that none of them can be made slow."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.decision.engine.globs import ONE, STAR, Token, compile_glob, compile_resource_glob, tokens

patterns = st.text(alphabet="ab:*?\n.", max_size=12)
texts = st.text(alphabet="ab:\n.", max_size=16)


def as_expression(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)


@settings(max_examples=1000, deadline=None, database=None)
@given(pattern=patterns, text=texts)
def test_a_glob_is_its_regular_expression(pattern: str, text: str) -> None:
    expected = re.fullmatch(as_expression(pattern), text, re.DOTALL) is not None
    assert compile_glob(tokens(pattern))(text) is expected


@settings(max_examples=1000, deadline=None, database=None)
@given(pattern=st.text(alphabet="ab:*?", max_size=14), text=st.text(alphabet="ab:", max_size=16))
def test_a_resource_glob_is_its_regular_expression(pattern: str, text: str) -> None:
    """The rule of segments, written once more: five colons, and a star that ends its segment."""
    expression, colons = "", 0
    pattern = re.sub(r"\*+", "*", pattern)
    for index, c in enumerate(pattern):
        rest = pattern[index + 1 : index + 2]
        free = colons >= 5 or (c == "*" and rest in {"", ":"})
        one = "." if free else "[^:]"
        expression += {"*": f"{one}*", "?": one}.get(c, re.escape(c))
        colons += c == ":"
    expected = re.fullmatch(expression, text, re.DOTALL) is not None
    assert compile_resource_glob(tokens(pattern))(text) is expected


def test_literal_tokens_are_never_wildcards() -> None:
    pattern: list[Token] = ["a", "*", STAR, "?", ONE]
    matches = compile_glob(pattern)
    assert matches("a*anything?x")
    assert not matches("axanything?x")
    assert not matches("a*anythingyx")


@pytest.mark.parametrize("compiler", [compile_glob, compile_resource_glob])
@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 60 + "b",
        "*a?" * 40 + "b",
        "?*a" * 40 + "b",
        "a*" * 60 + "b",
        "*" * 500 + "b",
        "arn:aws:s3:" + "a*" * 60 + "b:x:y",
        "*:" * 30 + "a*a*a*a*b:",
        "*:a*?a*?a*?b:*:a*a*a*b",
    ],
)
def test_hostile_patterns_take_no_time(compiler: Callable[[list[Token]], Callable[[str], bool]], pattern: str) -> None:
    """A backtracking matcher needs longer than the universe has for these; the bound is a thousand times too wide."""
    matches = compiler(tokens(pattern))
    started = time.process_time()
    for text in ("a" * 5000, "a:" * 2500, ("a" * 100 + ":") * 50, "arn:aws:s3:" + "a" * 5000 + ":x:z"):
        assert not matches(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("pattern", "text"), [("aba*ba", "aba"), ("ab*ba", "aba"), ("a*b*b", "ab"), ("a?*?a", "aba")])
def test_the_ends_of_a_pattern_do_not_share_characters(pattern: str, text: str) -> None:
    assert not compile_glob(tokens(pattern))(text)


def test_the_documented_example_of_the_module() -> None:
    assert compile_glob(tokens("reports/*/2026"))("reports/a/b/2026")
