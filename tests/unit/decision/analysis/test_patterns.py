"""Patterns: matching in time that no pattern can blow up, two questions that err in opposite directions, overlaps."""

import pytest

from watchword.decision.analysis.patterns import (
    FRESH,
    covers,
    covers_resource,
    literal,
    matches,
    meets,
    overlap,
    overlap_resources,
)
from watchword.kernel.errors import InvalidInputError


@pytest.mark.parametrize(
    ("pattern", "text", "matched"),
    [
        ("*", "", True),
        ("s3:get*", "s3:getobject", True),
        ("s3:get?bject", "s3:getobject", True),
        ("s3:get", "s3:getobject", False),
        ("*object", "getobject", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "acb", False),
        ("ab*ba", "aba", False),
        ("?", "", False),
        ("a?*", "a", False),
        ("*?b", "ab", True),
        ("a.c", "abc", False),
    ],
)
def test_matches(pattern: str, text: str, *, matched: bool) -> None:
    assert matches(pattern, text) is matched


def test_a_pattern_that_would_blow_up_a_backtracker() -> None:
    assert not matches("*a" * 200 + "b", "a" * 2000)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("*", "anything*", True),
        ("s3:*", "s3:Get*", True),
        ("s3:Get*", "s3:*", False),
        ("a?c", "abc", True),
        ("a?c", "a*c", False),
        ("a*c", "a?c", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/x", True),
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/x", False),
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${aws:username}", True),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x", False),
        # A star inside one of the first five segments stays in it; one that ends it goes on over colons.
        ("arn:aws:logs:us-*-1:1:x", "arn:aws:logs:us-east-1:1:x", True),
        ("arn:aws:logs:us-*-1:1:x", "arn:aws:logs:us-*:1:x", False),
        ("arn:aws:logs:us-*-1:*", "arn:aws:logs:us-:-1:x", False),
        ("arn:aws:logs:us-*:x", "arn:aws:logs:us-east-1:1:x", True),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/x", False),
    ],
)
def test_covers(wide: str, narrow: str, *, covered: bool) -> None:
    assert covers(wide, narrow, arn=True) is covered


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ("a*", "*b", True),
        ("a*", "b*", False),
        ("arn:*:s3:::*/*", "arn:aws:s3:::reports", False),
        ("arn:*:s3:::*/*", "arn:aws:s3:::repo*", True),
        ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::alice", True),
        ("a?", "a", False),
        ("", "", True),
        ("", "*", True),
    ],
)
def test_meets(one: str, other: str, *, met: bool) -> None:
    assert meets(one, other) is met
    assert meets(other, one) is met


def test_patterns_that_are_too_long_are_not_judged() -> None:
    long = "a*" * 2000
    assert not covers(long, "a" * 4000)


def test_literal() -> None:
    assert literal("s3:GetObject")
    assert not literal("s3:Get*")
    assert not literal("home/${aws:username}")


def test_an_overlap_is_a_name_that_nobody_wrote_down_where_it_can_be() -> None:
    assert overlap(("s3:get*", "s3:*object")) == f"s3:get{FRESH}object"
    assert overlap(("s3:*",)) == f"s3:{FRESH}"
    assert overlap(("s3:getobject", "s3:*")) == "s3:getobject"
    assert overlap(("s3:getobject", "s3:put*")) is None
    assert overlap(()) == FRESH


def test_stars_cost_nothing_however_many_there_are() -> None:
    one, other = "a" + "*b?" * 500 + "*z", "a" + "*c?" * 500 + "*yz"
    witness = overlap((one, other))
    assert witness is not None
    assert matches(one, witness)
    assert matches(other, witness)
    assert meets(one, other)
    assert not meets(one, other + "x")
    assert overlap((one, other + "x")) is None


def test_three_patterns_meet_in_one_text() -> None:
    witness = overlap(("a*", "*b*", "*c"))
    assert witness is not None
    assert witness.startswith("a")
    assert "b" in witness
    assert witness.endswith("c")


def test_patterns_made_to_be_slow_are_an_error_and_no_guess() -> None:
    with pytest.raises(InvalidInputError) as caught:
        overlap(("?" * 80, "*a*b*c*d*" * 4, "*d*c*b*a*" * 4, "*b*d*" * 8))
    assert caught.value.code == "pattern.entangled"


def test_the_first_parts_of_an_arn_are_compared_whole() -> None:
    assert covers_resource("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/*")
    assert covers_resource("arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:role/x")
    assert not covers_resource("arn:aws:iam::1*:role/*", "arn:aws:iam::111111111111:role/x")
    assert not covers_resource("arn:aws:s3", "arn:aws:s3:::b")
    assert covers_resource("*", "arn:aws:s3")


def test_arns_meet_part_by_part() -> None:
    assert overlap_resources(("arn:aws:iam::1:user/*", "arn:aws:iam::*:role/auditor")) is None
    assert overlap_resources(("arn:aws:iam::1:role/*", "arn:aws:iam::*:role/auditor")) == "arn:aws:iam::1:role/auditor"
    assert overlap_resources(("*", "arn:aws:s3:::b/*")) == f"arn:aws:s3:::b/{FRESH}"
    assert overlap_resources(("*", "*")) == FRESH
    assert overlap_resources(("arn:aws:s3:*", "arn:aws:s3:::b")) == "arn:aws:s3:::b"
