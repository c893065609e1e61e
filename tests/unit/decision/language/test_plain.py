"""What the short way of reading takes, and what it leaves to the rules. That the two agree is a property test."""

import json

import pytest

from support.decision import Json
from watchword.decision.language import PolicyKind, parse_policy
from watchword.decision.language._plain import plain_case, read_plain
from watchword.decision.language.reader import parse_by_rules

ALLOW: dict[str, Json] = {"Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"}
CONDITION: Json = {
    "StringEquals": {"aws:PrincipalTag/Team": ["a", "b"], "aws:SourceVpce": "vpce-1"},
    "Bool": {"aws:SecureTransport": True},
    "NumericLessThan": {"s3:max-keys": 10},
    "IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"},
    "ForAnyValue:StringLike": {"aws:TagKeys": "x*"},
    "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/${aws:PrincipalTag/r}"},
}
PRINCIPAL: Json = {"AWS": ["arn:aws:iam::123456789012:root", "123456789012"], "Service": "ec2.amazonaws.com"}


def document(*statements: Json, **more: Json) -> dict[str, Json]:
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def ordinary(kind: PolicyKind) -> dict[str, Json]:
    statement = {**ALLOW, "Resource": ["arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b"], "Condition": CONDITION}
    if kind is PolicyKind.RCP:
        return document({**statement, "Effect": "Deny", "Principal": "*"})
    if kind in {PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT}:
        statement["Principal"] = PRINCIPAL
    if kind is PolicyKind.TRUST:
        del statement["Resource"]
        statement["Action"] = "sts:AssumeRole"
    lock = {k: v for k, v in statement.items() if k not in {"Action", "Sid"}} | {"Effect": "Deny", "NotAction": "sts:*"}
    return document(statement, lock)


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("kind", PolicyKind)
def test_ordinary_documents_of_every_kind_are_read_the_short_way(kind: PolicyKind, indent: int | None) -> None:
    text = json.dumps(ordinary(kind), indent=indent)
    for storable in (False, True):
        plain = read_plain(text, name="p", kind=kind, storable=storable)
        assert plain is not None
        assert repr(plain) == repr(parse_by_rules(text, name="p", kind=kind, storable=storable))


def test_places_are_those_of_the_text() -> None:
    text = '{"Version": "2012-10-17",\n "Statement": [\n{"Effect": "Deny", "Action": "s3:*",\r\n\t"Resource": ["*",\n "*"], "Condition": {"Bool":{\n"aws:a" : \n true}}}]}'
    assert read_plain(text, name="p", kind=PolicyKind.IDENTITY, storable=False) is not None
    (statement,) = parse_policy(text, name="p", kind=PolicyKind.IDENTITY).statements
    assert (statement.line, statement.column) == (3, 1)
    assert [(r.line, r.column) for r in statement.resources] == [(4, 15), (5, 2)]
    (condition,) = statement.conditions
    assert (condition.line, condition.column) == (6, 1)
    assert [(v.line, v.column, v.text) for v in condition.values] == [(7, 2, "true")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"Version": ["2012-10-17"], "Statement": []}',
        '{"Version": "2012-10-17", "Statement": []}',
        '{"Version": "2012-10-17", "Statement": {"Effect": ["Allow"], "Action": "*", "Resource": "*"}}',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Resource": "*"}}',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "\\u002a", "Resource": "*"}}',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": 1, "Resource": "*"}}',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": NaN}}',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "\ud800"}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "\ufeff{}",
        " " * 300_000,
    ],
)
def test_what_deserves_a_word_is_left_to_the_rules(text: str) -> None:
    assert read_plain(text, name="p", kind=PolicyKind.IDENTITY, storable=False) is None


def test_plain_cases_are_known_by_their_ids() -> None:
    policy = document(ALLOW)
    for body, identifier in [
        ({"id": "a", "policy": policy}, "a"),
        ({"policy": json.dumps(policy), "id": 7}, 7),
        ({"policy": policy, "id": "", "kind": "scp", "note": "x"}, ""),
        ({"policy": policy, "id": -7}, None),
        ({"policy": policy}, None),
        ({"policy": policy, "id": "a", "kind": "rcp"}, None),
        ({"id": "a"}, None),
    ]:
        assert plain_case(json.dumps(body).encode(), 1, kind=PolicyKind.IDENTITY) == identifier
