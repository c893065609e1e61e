"""Laws of patterns: what is said of two of them is so of every text, by a regular expression or by trying them all."""

import functools
import itertools
import json
import re
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from support import decision as made
from support import properties as _properties  # noqa: F401 - how properties run
from watchword.decision.analysis import patterns
from watchword.decision.analysis.patterns import (
    FRESH,
    covers,
    covers_resource,
    matches,
    meets,
    overlap,
    overlap_resources,
)
from watchword.decision.engine import Policies, decide_literally
from watchword.decision.language import PolicyKind, parse_policy

seeds = st.integers(min_value=0, max_value=2**48)
texts = st.text("ab:*?", max_size=10)
plain = st.text("ab:", max_size=10)


@given(pattern=texts, text=plain)
def test_matching_is_what_a_regular_expression_says(pattern: str, text: str) -> None:
    source = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    assert matches(pattern, text) is (re.fullmatch(source, text, re.DOTALL) is not None)


@given(wide=texts, narrow=texts, text=plain)
def test_what_is_covered_is_matched(wide: str, narrow: str, text: str) -> None:
    if covers(wide, narrow) and matches(narrow, text):
        assert matches(wide, text)


@given(one=texts, other=texts, text=plain)
def test_what_does_not_meet_has_nothing_in_common(one: str, other: str, text: str) -> None:
    if matches(one, text) and matches(other, text):
        assert meets(one, other)


@given(wide=st.sampled_from(made.RESOURCE_PATTERNS), narrow=st.sampled_from(made.RESOURCE_PATTERNS), seed=seeds)
def test_a_resource_that_is_covered_is_reached(wide: str, narrow: str, seed: int) -> None:
    """Against the evaluator, whose wildcards stay in an ARN's segments."""
    if not covers(wide, narrow, arn=True):
        return
    random = Random(seed)

    def policy(resource: str) -> Policies:
        text = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "*", "Resource": resource},
            }
        )
        return Policies(identity=(parse_policy(text, name="p", kind=PolicyKind.IDENTITY),))

    for _ in range(10):
        request = made.request(random)
        if decide_literally(request, policy(narrow)).allowed:
            assert decide_literally(request, policy(wide)).allowed


# Every text of up to seven characters of two letters and the one that stands for all others: what two patterns of up to
# four have in common is at most that long.
EVERY_TEXT = ["".join(t) for n in range(8) for t in itertools.product(f"ab{FRESH}", repeat=n)]
short = st.text("ab*?", max_size=4)


@functools.cache
def _texts_of(pattern: str) -> set[str]:
    return {t for t in EVERY_TEXT if matches(pattern, t)}


@given(one=short, other=short)
def test_two_patterns_overlap_where_some_text_is_of_both_and_nowhere_else(one: str, other: str) -> None:
    common = _texts_of(one) & _texts_of(other)
    witness = overlap((one, other))
    assert (witness is not None) is bool(common) is meets(one, other)
    if witness is not None:
        assert matches(one, witness)
        assert matches(other, witness)
        # It is a name that nobody wrote down wherever there is one.
        assert (FRESH in witness) is any(FRESH in text for text in common)


@given(several=st.lists(short, min_size=3, max_size=4))
def test_several_patterns_overlap_where_some_text_is_of_all(several: list[str]) -> None:
    witness = overlap(tuple(several))
    common = set.intersection(*(_texts_of(p) for p in several))
    if witness is None:
        assert not common
    else:
        assert all(matches(p, witness) for p in several)


@given(wide=short, narrow=short)
def test_what_is_covered_is_so_of_every_text(wide: str, narrow: str) -> None:
    if covers(wide, narrow, variables=False):
        assert _texts_of(narrow) <= _texts_of(wide)


@given(wide=short, narrow=short)
def test_what_is_not_covered_is_not_so_of_some_text_where_nothing_narrow_is_a_star_before_a_mark(
    wide: str, narrow: str
) -> None:
    """`covers` is incomplete in one way alone: `*?` and `?*` are the same texts, and are not seen to be."""
    assume("?" not in wide)
    if not covers(wide, narrow, variables=False):
        assert not _texts_of(narrow) <= _texts_of(wide)


@given(wide=short, narrow=short)
def test_the_quick_way_to_see_that_a_pattern_is_covered_agrees_with_the_slow_one(wide: str, narrow: str) -> None:
    one, other = (patterns._tokens(p, arn=False, variables=False) for p in (wide, narrow))
    assert patterns._takes(one, other) is patterns._absorbs(one, other)


segments = st.lists(st.sampled_from(["*", "", "a", "b", "a*", "*b"]), min_size=5, max_size=5)
names = st.sampled_from(["*", "a", "a/*", "a/b", "*/b", "?"])


@given(first=st.tuples(segments, names), second=st.tuples(segments, names))
def test_resources_that_overlap_have_a_resource_in_common(
    first: tuple[list[str], str], second: tuple[list[str], str]
) -> None:
    one, other = (":".join([*head, name]) for head, name in (first, second))
    witness = overlap_resources((one, other))
    if witness is not None:
        assert matches(one, witness)
        assert matches(other, witness)
    if covers_resource(one, other):
        assert witness is not None
        assert covers(one, other, variables=False)
