"""The three-valued answer by hand: what is known, what is absent, what is neither."""

import json

import pytest

from support.decision import Json, principal
from watchword.decision.analysis.account.phrases import summary
from watchword.decision.analysis.partial import Answer, Knowledge, Layers, PartialEvaluation, Truth, Unreadable
from watchword.decision.engine import Layer, Request
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy

ALICE = "arn:aws:iam::111111111111:user/alice"
OBJECT = "arn:aws:s3:::bucket/alice/report"


def read(*statements: Json, kind: PolicyKind = PolicyKind.IDENTITY, name: str = "p") -> PolicyDocument:
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), name=name, kind=kind)


def allow(**more: Json) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}


def deny(**more: Json) -> dict[str, Json]:
    return {**allow(**more), "Effect": "Deny"}


def ask(layers: Layers, known: Knowledge | None = None, *, arn: str | None = ALICE) -> Answer:
    account = "111111111111" if arn else ""
    request = Request(
        principal=principal(arn),
        action="s3:GetObject",
        resource=OBJECT,
        context={},
        account=account,
        resource_account="111111111111",
    )
    return PartialEvaluation().evaluate(request, layers, known or Knowledge())


MFA: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NO_MFA: Json = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
NO_MFA_IF_THERE: Json = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


def test_an_unknown_key_makes_an_allow_an_if() -> None:
    answer = ask(Layers(identity=(read(allow(Condition=MFA)),)))
    assert answer.truth is Truth.IF
    assert summary(answer) == "aws:MultiFactorAuthPresent is true"
    assert [str(r) for way in answer.ways for r in way.through] == ["p#0"]


def test_a_key_that_is_known_to_be_absent_is_not_an_unknown_one() -> None:
    layers = Layers(identity=(read(allow(), deny(Condition=NO_MFA)),))
    assert ask(layers).truth is Truth.IF
    assert ask(layers, Knowledge(absent=frozenset({"aws:multifactorauthpresent"}))).truth is Truth.YES
    assert ask(layers, Knowledge(values={"aws:multifactorauthpresent": "false"})).truth is Truth.NO
    stricter = Layers(identity=(read(allow(), deny(Condition=NO_MFA_IF_THERE)),))
    assert ask(stricter, Knowledge(absent=frozenset({"aws:multifactorauthpresent"}))).truth is Truth.NO


def test_a_prefix_under_which_all_is_known_makes_the_rest_absent() -> None:
    condition: Json = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    layers = Layers(identity=(read(allow(Condition=condition)),))
    assert ask(layers).truth is Truth.IF
    assert ask(layers, Knowledge(closed=("aws:principaltag/",))).truth is Truth.NO
    assert ask(layers, Knowledge(values={"aws:principaltag/team": "blue"})).truth is Truth.YES


def test_a_deny_that_may_hold_is_told_as_what_must_not() -> None:
    condition: Json = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    answer = ask(Layers(identity=(read(allow(), deny(Condition=condition)),)))
    assert answer.truth is Truth.IF
    assert [str(r.ref) for r in answer.unless] == ["p#1"]
    assert summary(answer) == "aws:PrincipalOrgID is o-1"


def test_a_deny_on_other_resources_is_not_mentioned() -> None:
    other = deny(Resource="arn:aws:s3:::elsewhere/*", Condition=MFA)
    assert ask(Layers(identity=(read(allow(), other),))).truth is Truth.YES


def test_each_way_of_being_allowed_is_a_way() -> None:
    vpn: Json = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    answer = ask(Layers(identity=(read(allow(Condition=MFA)), read(allow(Condition=vpn), name="q"))))
    assert len(answer.ways) == 2
    assert summary(answer) == "aws:MultiFactorAuthPresent is true or aws:SourceIp is in 203.0.113.0/24"


def test_both_a_policy_and_a_boundary_may_demand_something() -> None:
    vpn: Json = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    answer = ask(Layers(identity=(read(allow(Condition=MFA)),), boundary=read(allow(Condition=vpn), name="boundary")))
    assert [len(way.needs) for way in answer.ways] == [2]
    assert {r.ref.layer for way in answer.ways for r in way.needs} == {Layer.IDENTITY, Layer.BOUNDARY}


def test_a_variable_in_a_resource_is_a_condition() -> None:
    layers = Layers(identity=(read(allow(Resource="arn:aws:s3:::bucket/${aws:username}/*")),))
    answer = ask(layers)
    assert answer.truth is Truth.IF
    assert summary(answer) == "the resource is one of arn:aws:s3:::bucket/${aws:username}/*"
    assert ask(layers, Knowledge(values={"aws:username": "alice"})).truth is Truth.YES
    assert ask(layers, Knowledge(values={"aws:username": "bob"})).truth is Truth.NO
    elsewhere = Layers(identity=(read(allow(Resource="arn:aws:s3:::elsewhere/${aws:username}/*")),))
    assert ask(elsewhere).truth is Truth.NO


def test_an_exception_that_is_unknown_makes_an_allow_of_the_rest_an_if_and_a_deny_too() -> None:
    excepted: dict[str, Json] = {"NotResource": "arn:aws:s3:::bucket/${aws:username}/*"}
    allowing = {k: v for k, v in allow(**excepted).items() if k != "Resource"}
    denying = {k: v for k, v in deny(**excepted).items() if k != "Resource"}
    assert ask(Layers(identity=(read(allowing),))).truth is Truth.IF
    answer = ask(Layers(identity=(read(allow(), denying),)))
    assert answer.truth is Truth.IF
    assert summary(answer) == "not (the resource is none of arn:aws:s3:::bucket/${aws:username}/*)"


def test_whom_a_policy_names_by_what_is_unknown() -> None:
    statement: Json = {**allow(), "Principal": {"Federated": "idp.example.com", "AWS": ALICE}}
    layers = Layers(resource=read(statement, kind=PolicyKind.RESOURCE))
    assert ask(layers).truth is Truth.YES
    answer = ask(layers, arn=None)
    assert answer.truth is Truth.IF
    assert summary(answer) == "the caller is idp.example.com"
    assert ask(layers, Knowledge(values={"aws:federatedprovider": "idp.example.com"}), arn=None).truth is Truth.YES


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_service_that_is_known_by_one_of_its_names_is_known(effect: str) -> None:
    statement: Json = {**allow(), "Effect": effect, "Principal": {"Service": "a.amazonaws.com"}}
    layers = Layers(resource=read(statement, kind=PolicyKind.RESOURCE))
    known = Knowledge(values={"aws:principalservicename": "a.amazonaws.com"})
    assert ask(layers, known, arn=None).truth is (Truth.YES if effect == "Allow" else Truth.NO)
    other = Knowledge(values={"aws:principalservicename": "b.amazonaws.com"})
    assert ask(layers, other, arn=None).truth is (Truth.IF if effect == "Allow" else Truth.NO)


def test_what_cannot_be_read_is_neither_a_yes_nor_a_no() -> None:
    torn = Unreadable(name="torn", why="line 1: not JSON")
    answer = ask(Layers(identity=(torn,)))
    assert answer.truth is Truth.UNKNOWN
    assert answer.blind == (torn,)
    assert summary(answer) == "line 1: not JSON"
    assert ask(Layers(identity=(read(allow()), torn))).truth is Truth.UNKNOWN
    assert ask(Layers(identity=(read(allow()),), boundary=torn)).truth is Truth.UNKNOWN
    assert ask(Layers(identity=(read(allow()),), resource=torn)).truth is Truth.UNKNOWN


def test_what_is_denied_whatever_the_unreadable_says_is_a_no() -> None:
    torn = Unreadable(name="torn", why="?")
    guardrail = read(deny(), kind=PolicyKind.SCP)
    assert ask(Layers(identity=(torn,), scp=((guardrail,),))).truth is Truth.NO


def test_more_ways_than_anybody_reads_are_cut_and_said_to_be() -> None:
    many = tuple(read(allow(Condition={"StringEquals": {f"k:{n}": "v"}}), name=f"p{n}") for n in range(12))
    answer = ask(Layers(identity=many))
    assert answer.truth is Truth.IF
    assert not answer.complete
    assert answer.ways
    assert summary(answer).endswith("or in further ways")
