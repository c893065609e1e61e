"""A text of which parts are not known is told apart from others where its literals tell, in one pass."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.inventory import Reason, ReasonKind, Reference, Unknown, UnknownValueError

_WHY = (Reason(ReasonKind.VARIABLE, "why"),)
_REFERENCE = Reference("#x", "id")


def _may_be(parts: tuple[str | Reference | None, ...], text: str) -> bool:
    value = Unknown(_WHY, parts=parts)
    try:
        assert not value == text  # noqa: SIM201 - equality itself is asked
    except UnknownValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("parts", "text", "may"),
    [
        ((_REFERENCE, "/*"), "*", False),
        ((_REFERENCE, "/*"), "a/*", True),
        ((_REFERENCE,), "", False),
        ((None, "x"), "x", True),
        ((None, "ab"), "aab", True),
        (("a", None), "b", False),
        ((None, "a", "b"), "aab", True),
        ((_REFERENCE, _REFERENCE), "a", False),
        ((_REFERENCE, "a", _REFERENCE), "aaa", True),
        ((_REFERENCE, "a", _REFERENCE), "aa", False),
    ],
)
def test_literals_tell(parts: tuple[str | Reference | None, ...], text: str, may: bool) -> None:  # noqa: FBT001 - a table
    assert _may_be(parts, text) is may


@given(
    parts=st.lists(
        st.one_of(st.text("ab", min_size=1, max_size=2), st.none(), st.just(_REFERENCE)), min_size=1, max_size=5
    ),
    text=st.text("ab", max_size=6),
)
def test_it_is_what_a_pattern_would_say(parts: list[str | Reference | None], text: str) -> None:
    pattern = "".join(re.escape(part) if isinstance(part, str) else (".*" if part is None else ".+") for part in parts)
    assert _may_be(tuple(parts), text) is (re.fullmatch(pattern, text) is not None)


def test_many_holes_are_no_matter() -> None:
    assert not _may_be((*(_REFERENCE, "a") * 40, "b"), "a" * 100)


@pytest.mark.parametrize(
    ("target", "may"),
    [
        (".#aws_s3_bucket.logs", False),
        (".#data.aws_iam_role.deployer", False),
        ('.#module.a["x"].aws_iam_role.deployer[0]', False),
        (".#module.aws_roles", True),  # an output of that name may be anything
        (".#custom_thing.logs", True),
    ],
)
def test_an_arn_of_something_of_aws_is_never_a_wildcard(target: str, may: bool) -> None:  # noqa: FBT001 - pytest passes parameters by name
    arn = Reference(target, "arn")
    assert _may_be((arn,), "*") is may
    assert _may_be((arn,), "arn:aws:s3:::logs")
    assert _may_be((Reference(target, "id"),), "*")
