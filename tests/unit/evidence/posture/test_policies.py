"""Policy documents, statement by statement, in IAM's meaning and with what is not known."""

import pytest

from unit.evidence.posture.estates import Plain, unknown, value
from watchword.decision.language import PolicyKind
from watchword.evidence.posture.policies import PolicyStatement, document_of, grants, statements, taken_back
from watchword.inventory import Absent, Place, Reference, Unknown, UnknownValueError


def _one(**statement: Plain) -> PolicyStatement:
    return PolicyStatement(index=0, tree=value({"Effect": "Allow", **statement}))


def _document(*listed: Plain) -> Plain:
    return {"Version": "2012-10-17", "Statement": list(listed)}


def test_a_deny_is_no_grant_and_an_unknown_effect_may_be_one() -> None:
    document = value(
        _document(
            {"Effect": "Deny", "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {"Effect": unknown(), "Action": "*", "Resource": "*"},
        )
    )
    assert [s.index for s in grants(document)] == [1, 2]
    with pytest.raises(UnknownValueError):
        list(grants(document))[1].allows()


def test_one_statement_may_stand_where_a_list_may() -> None:
    document = value({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    assert len(list(statements(document))) == 1
    assert not list(statements(Absent()))


def test_a_document_that_is_not_known_raises_when_it_is_asked() -> None:
    (statement,) = statements(unknown())
    with pytest.raises(UnknownValueError):
        statement.for_anyone()


@pytest.mark.parametrize(
    ("statement", "action", "grants_it"),
    [
        ({"Action": "iam:*"}, "iam:PassRole", True),
        ({"Action": "IAM:pass*"}, "iam:PassRole", True),
        ({"Action": ["s3:Get?bject"]}, "s3:GetObject", True),
        ({"Action": "s3:*"}, "iam:PassRole", False),
        ({"NotAction": "iam:*"}, "s3:GetObject", True),
        ({"NotAction": ["iam:*", "s3:*"]}, "s3:GetObject", False),
    ],
)
def test_actions_match_as_iam_matches(statement: dict[str, Plain], action: str, grants_it: bool) -> None:  # noqa: FBT001 - a case
    assert _one(**statement).grants_action(action) is grants_it


def test_what_a_resource_makes_is_surely_not_everything() -> None:
    arn = Unknown((), Place("main.tf", 1, 1), parts=(Reference(".#aws_s3_bucket.b", "arn"), "/*"))
    assert not _one(Action="*", Resource=arn).on_everything()
    with pytest.raises(UnknownValueError):
        _one(Action="*", Resource=unknown()).on_everything()
    assert _one(Action="*", Resource=[unknown(), "*"]).on_everything()
    assert _one(Action="*", NotResource="arn:aws:s3:::b").on_everything()


@pytest.mark.parametrize(
    ("principal", "anyone"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["arn:aws:iam::111122223333:root", "*"]}, True),
        ({"AWS": "arn:aws:iam::111122223333:root"}, False),
        ({"Service": "ec2.amazonaws.com"}, False),
        ({"Federated": "*"}, False),
    ],
)
def test_who_is_anyone(principal: Plain, anyone: bool) -> None:  # noqa: FBT001 - a case
    assert _one(Principal=principal).for_anyone() is anyone


def test_all_but_some_is_anyone() -> None:
    assert _one(NotPrincipal={"AWS": "arn:aws:iam::111122223333:root"}).for_anyone()


@pytest.mark.parametrize(
    ("condition", "narrowed"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
        ({"StringEquals": {"AWS:PrincipalOrgId": ["o-a", "o-b"]}}, True),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, True),
        ({"StringLike": {"aws:PrincipalArn": "*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}}, False),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a"}}, False),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a"}}, False),
        ({"Null": {"aws:PrincipalOrgID": "false"}}, False),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}, False),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}, False),
        ({}, False),
    ],
)
def test_what_keeps_strangers_out(condition: Plain, narrowed: bool) -> None:  # noqa: FBT001 - a case
    assert _one(Principal="*", Condition=condition).narrowed() is narrowed


def test_a_condition_on_what_another_thing_makes_keeps_strangers_out() -> None:
    arn = Unknown((), references=(Reference(".#aws_sns_topic.t", "arn"),))
    assert _one(Principal="*", Condition={"ArnEquals": {"aws:SourceArn": arn}}).narrowed()


def test_a_condition_that_is_not_known_may_keep_them_out() -> None:
    with pytest.raises(UnknownValueError):
        _one(Principal="*", Condition=unknown()).narrowed()
    with pytest.raises(UnknownValueError):
        _one(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": unknown()}}).narrowed()


def test_a_deny_of_the_same_document_takes_back() -> None:
    admin = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    probes = (("iam:CreateUser", "arn:aws:iam::111122223333:user/x"),)
    assert not taken_back(value(_document(admin)), probes)
    assert taken_back(value(_document(admin, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"})), probes)
    conditional: Plain = {
        "Effect": "Deny",
        "Action": "iam:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
    }
    assert not taken_back(value(_document(admin, conditional)), probes)


def test_what_aws_would_refuse_is_not_known() -> None:
    with pytest.raises(UnknownValueError, match="not a policy"):
        document_of(value(_document({"Effect": "Perhaps", "Action": "*", "Resource": "*"})), PolicyKind.IDENTITY)
    with pytest.raises(UnknownValueError):
        document_of(value(_document({"Effect": "Allow", "Action": unknown(), "Resource": "*"})), PolicyKind.IDENTITY)


def test_a_probe_of_a_key_or_a_role_can_be_allowed_and_taken_back_too() -> None:
    """Both ask their own policy besides; a probe that nothing could allow would call everything taken back."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    for action, resource in (
        ("kms:ScheduleKeyDeletion", "arn:aws:kms:eu-west-1:111122223333:key/something"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/someone"),
    ):
        assert not taken_back(value(_document(everything)), [(action, resource)])
        refused = {"Effect": "Deny", "Action": action, "Resource": "*"}
        assert taken_back(value(_document(everything, refused)), [(action, resource)])
