"""Patterns among each other, checked against texts that they do and do not match."""

import itertools
from random import Random

import pytest

from watchword.decision.analysis.overlaps import FRESH, covers, covers_resource, matches, overlap, overlap_resources

TEXTS = ["".join(t) for n in range(5) for t in itertools.product("ab~", repeat=n)]


def pattern(random: Random) -> str:
    return "".join(random.choice("ab*?") for _ in range(random.randint(0, 4)))


@pytest.mark.parametrize("seed", range(400))
def test_what_is_said_of_two_patterns_is_so_of_every_text(seed: int) -> None:
    random = Random(seed)
    first, second = pattern(random), pattern(random)
    one, other = ({t for t in TEXTS if matches(p, t)} for p in (first, second))
    if covers(first, second):
        assert other <= one
    witness = overlap((first, second))
    if witness is None:
        assert not one & other
    else:
        assert matches(first, witness)
        assert matches(second, witness)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("s3:*", "s3:get*", True),
        ("s3:get*", "s3:*", False),
        ("*", "*", True),
        ("s3:g*t", "s3:get", True),
        ("s3:?et", "s3:*et", False),
        ("s3:*et", "s3:?et", True),
        ("", "", True),
        ("a", "", False),
    ],
)
def test_covers(first: str, second: str, expected: object) -> None:
    assert covers(first, second) is expected


def test_an_overlap_is_a_name_that_nobody_wrote_down_where_it_can_be() -> None:
    assert overlap(("s3:get*", "s3:*object")) == f"s3:get{FRESH}object"
    assert overlap(("s3:*",)) == f"s3:{FRESH}"
    assert overlap(("s3:getobject", "s3:*")) == "s3:getobject"
    assert overlap(("s3:getobject", "s3:put*")) is None
    assert overlap(()) == FRESH


def test_three_patterns_meet_in_one_text() -> None:
    witness = overlap(("a*", "*b*", "*c"))
    assert witness is not None
    assert witness.startswith("a")
    assert "b" in witness
    assert witness.endswith("c")


def test_patterns_made_to_be_slow_count_as_meeting() -> None:
    many = tuple(f"*{c}" + "*a?" * 30 for c in "bcdefgh")
    assert overlap(many) is not None


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
