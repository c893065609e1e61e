"""Names that the catalogue does not know: each once, with the nearest, and nothing that exists among them."""

import json

import pytest

from support.catalogues import catalogue
from watchword.decision.analysis.catalogue import Kind, Stranger, Strangers, is_of, takes
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy


def policy(*actions: str, key: str = "aws:SourceIp", name: str = "p.json") -> PolicyDocument:
    statement = {
        "Effect": "Deny",
        "Action": actions,
        "Resource": "*",
        "Condition": {"StringLike": {key: "x"}},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return parse_policy(text, name=name, kind=PolicyKind.IDENTITY)


def found_in(document: PolicyDocument) -> list[tuple[Kind, str, str | None]]:
    strangers = Strangers(catalogue())
    strangers.document(document)
    return [(s.kind, s.name, s.near) for s in strangers.found]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("s3:GetObjekt", (Kind.ACTION, "s3:GetObjekt", "s3:GetObject")),
        ("S3:GETOBJEKT", (Kind.ACTION, "S3:GETOBJEKT", "s3:GetObject")),
        ("s3:DeleteBuckt*", (Kind.ACTION, "s3:DeleteBuckt*", "s3:DeleteBucket")),
        ("dynamdb:GetItem", (Kind.SERVICE, "dynamdb:GetItem", "dynamodb:GetItem")),
        ("dynamdb:Nothing", (Kind.SERVICE, "dynamdb:Nothing", "dynamodb")),
        ("http:DELETEE", (Kind.ACTION, "http:DELETEE", "http:DELETE")),
    ],
)
def test_an_unknown_action_is_told_with_the_nearest(action: str, expected: tuple[Kind, str, str | None]) -> None:
    assert found_in(policy(action)) == [expected]


def test_what_exists_and_what_is_open_is_no_stranger() -> None:
    known = ("*", "s3:*", "s3:**", "s3:Get*", "S3:getobject", "keys:Rotate", "mesh:Anything", "http:GET")
    assert found_in(policy(*known, key="AWS:PrincipalTag/team")) == []


def test_an_unknown_key_is_told_with_the_nearest() -> None:
    assert found_in(policy("s3:*", key="aws:PrincipalOrgI")) == [
        (Kind.KEY, "aws:PrincipalOrgI", "aws:PrincipalOrgID"),
    ]


def test_a_name_is_told_once_with_its_first_place_and_how_often_it_stands() -> None:
    strangers = Strangers(catalogue())
    strangers.action("s3:GetObjekt", place="ACTION")
    strangers.document(policy("s3:getobjekt", name="b.json"))
    (stranger,) = strangers.found
    assert stranger == Stranger(kind=Kind.ACTION, name="s3:GetObjekt", near="s3:GetObject", place="ACTION", times=2)
    again = strangers.anew()
    assert not again.found
    again.document(policy("s3:getobjekt", name="b.json"), at="case 1")
    assert [s.place for s in again.found] == ["case 1: b.json"]


def test_a_document_full_of_nonsense_is_bounded() -> None:
    strangers = Strangers(catalogue())
    for number in range(1_200):
        strangers.action(f"s3:Nonsense{number}", place="x")
    assert len(strangers.found) == 1_000
    assert strangers.unlisted == 200


def test_what_may_have_been_meant_to_be_an_action() -> None:
    strangers = Strangers(catalogue())
    strangers.misspelt(policy("s3:GetObjekt", "s3:PutObjekt", "s3:Get*", "sqs:GetObjekt"), "s3:GetObject")
    assert [s.name for s in strangers.found] == ["s3:GetObjekt"]


@pytest.mark.parametrize(
    ("action", "resource", "taken"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/a", True),
        ("s3:GetObject", "arn:aws:s3:::reports", False),
        ("s3:ListBucket", "arn:aws:s3:::reports", True),
        ("s3:ListBucket", "arn:aws:s3:::reports/a", False),
        ("s3:ListBucket", "arn:aws:s3:::rep*", True),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::reports", False),
        ("s3:ListAllMyBuckets", "*", True),
        ("iam:GetRole", "arn:aws:iam::111111111111:role/x", True),
        ("iam:GetRole", "arn:aws:iam::111111111111:user/x", False),
        # A star at a segment's end may go on over colons, so there is no telling.
        ("logs:PutLogEvents", "arn:aws:logs:*:log-group:x", True),
    ],
)
def test_the_resources_that_an_action_takes(action: str, resource: str, *, taken: bool) -> None:
    known = catalogue().action(action)
    assert known is not None
    assert takes(known, resource) is taken


def test_a_segment_that_is_empty_is_no_region() -> None:
    service = catalogue().service("s3")
    assert service is not None
    points = next(t for t in service.resources if t.name == "accesspoint")
    assert not is_of(points, "arn:aws:s3:::harbour-*")
    assert is_of(points, "arn:aws:s3:eu-west-1:111111111111:accesspoint/x")
