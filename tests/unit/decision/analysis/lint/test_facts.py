"""What the rules are written from: names that exist, and narrowing that is none."""

import json

import pytest

from support.catalogues import catalogue
from watchword.decision.analysis.lint.facts import NARROWING_KEYS, SOURCE_KEYS, is_all_of_a_type, is_any, narrowed_by
from watchword.decision.analysis.lint.rules.privilege_escalation import PATHS, Path
from watchword.decision.analysis.lint.rules.secrets_any_resource import CONTENT
from watchword.decision.language import PolicyKind, parse_policy


@pytest.mark.parametrize("name", sorted({a for p in PATHS for g in p.groups for a in g} | set(CONTENT)))
def test_actions_that_rules_name_exist(name: str) -> None:
    action = catalogue().action(name)
    assert action is not None
    assert action.full_name == name


@pytest.mark.parametrize("key", sorted(NARROWING_KEYS | SOURCE_KEYS))
def test_keys_that_rules_name_exist(key: str) -> None:
    assert catalogue().key(key) is not None


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.does)
def test_roles_are_handed_to_a_service(path: Path) -> None:
    assert (path.groups[0] == ("iam:PassRole",)) is bool(path.passes_to)
    assert path.passes_to.endswith(".amazonaws.com") or not path.passes_to


@pytest.mark.parametrize(
    ("resource", "any_", "all_roles"),
    [
        ("*", True, True),
        ("arn:aws:iam::*:*", True, True),
        ("arn:aws:iam::444455556666:role/*", False, True),
        ("arn:aws:iam::444455556666:role/app-*", False, False),
        ("arn:aws:iam::444455556666:role", False, False),
        ("arn:aws:iam", False, False),
    ],
)
def test_how_wide_a_resource_is(resource: str, *, any_: bool, all_roles: bool) -> None:
    passing = catalogue().action("iam:PassRole")
    assert passing is not None
    assert is_any(resource) is any_
    assert is_all_of_a_type(resource, passing) is all_roles


@pytest.mark.parametrize(
    ("condition", "narrowed"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, False),
        ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}, False),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}, True),
        ({"Null": {"aws:PrincipalOrgID": "false"}}, False),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::reports"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:topic"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:*:*:*:*:*"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringLike": {"aws:username": "ran"}}, True),
        ({"StringLike": {"aws:username": ["alice", "*"]}}, False),
    ],
)
def test_what_narrows(condition: dict[str, object], *, narrowed: bool) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    (read,) = parse_policy(text, name="p", kind=PolicyKind.IDENTITY).statements
    assert narrowed_by(read, NARROWING_KEYS) is narrowed
