"""What a refused person is told: why, and what would change the answer."""

import json
from collections.abc import Mapping

import pytest

from support.decision import Json
from watchword.decision.engine import ContextValue, Explanation, Policies, Request, Result, decide, explain
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.arn import Arn
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind, person

ADMIN = "arn:watchword:app:::payroll/admin/"
USER = "arn:aws:iam::111111111111:user/alice"
FEDERATED = "arn:aws:sts::111111111111:federated-user/bob"
STRANGER = "arn:aws:iam::222222222222:user/carol"


def read(*statements: Json, kind: PolicyKind = PolicyKind.IDENTITY, name: str = "p") -> PolicyDocument:
    body: Json = {"Version": "2012-10-17", "Statement": list(statements)}
    return parse_policy(json.dumps(body), name=name, kind=kind)


def allow(condition: Json = "", **more: Json) -> dict[str, Json]:
    body: dict[str, Json] = {"Effect": "Allow", "Action": "http:*", "Resource": "arn:watchword:app:::payroll/*", **more}
    return {**body, "Condition": condition} if condition else body


def deny(condition: Json = "", **more: Json) -> dict[str, Json]:
    return {**allow(condition, **more), "Effect": "Deny"}


def why(policies: Policies, context: Mapping[str, ContextValue] | None = None) -> Explanation:
    request = Request(principal=person("a@example.com"), action="http:GET", resource=ADMIN, context=context or {})
    return explain(request, policies)


def changes(explanation: Explanation) -> list[list[tuple[str, str, tuple[str, ...] | None, bool]]]:
    return [[(c.operator, c.key, c.actual, c.must_match) for c in r.changes] for r in explanation.remedies]


def test_nothing_speaks_of_the_request() -> None:
    found = why(Policies(identity=(read({**allow(), "Action": "s3:*"}),)))
    assert found.decision.result is Result.IMPLICITLY_DENIED
    assert found.considered == ()
    assert found.remedies == ()
    assert found.summary.startswith("no statement allows this action on this resource")


def test_a_hardware_key_would_open_it() -> None:
    policies = Policies(identity=(read(allow({"Bool": {"watchword:HardwareKey": "true"}}, Sid="WithKey")),))
    found = why(policies, {"watchword:hardwarekey": "false"})
    assert changes(found) == [[("Bool", "watchword:HardwareKey", ("false",), True)]]
    assert found.remedies[0].changes[0].expected == ("true",)
    assert found.remedies[0].example == (("watchword:hardwarekey", "true"),)
    assert [str(r) for r in found.considered] == ["p#WithKey"]
    assert found.summary == "the conditions of p#WithKey do not hold"


def test_an_absent_key_is_told_from_a_wrong_one() -> None:
    policies = Policies(identity=(read(allow({"StringEquals": {"watchword:AuthAssurance": "aal3"}})),))
    assert changes(why(policies)) == [[("StringEquals", "watchword:AuthAssurance", None, True)]]
    assert why(policies).decision.missing_keys == ("watchword:authassurance",)


def test_a_deny_has_to_stop_matching() -> None:
    policies = Policies(
        identity=(read(allow(), deny({"StringEquals": {"watchword:RiskLevel": ["high", "medium"]}}, Sid="Risk")),)
    )
    found = why(policies, {"watchword:risklevel": "high"})
    assert changes(found) == [[("StringEquals", "watchword:RiskLevel", ("high",), False)]]
    assert found.summary == "denied by p#Risk"


def test_a_deny_without_conditions_has_no_remedy() -> None:
    found = why(Policies(identity=(read(allow(), deny()),)))
    assert found.remedies == ()
    assert "no change of the request's circumstances" in found.summary


def test_several_reasons_are_one_remedy_and_alternatives_come_smallest_first() -> None:
    policies = Policies(
        identity=(
            read(
                allow({"Bool": {"watchword:HardwareKey": "true"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
                allow({"NumericLessThan": {"watchword:AuthAge": 300}}),
            ),
        )
    )
    found = why(policies, {"watchword:authage": "900", "aws:sourceip": "198.51.100.1"})
    assert [[c[1] for c in r] for r in changes(found)] == [
        ["watchword:AuthAge"],
        ["watchword:HardwareKey", "aws:SourceIp"],
    ]


def test_every_layer_in_the_way_is_part_of_the_remedy() -> None:
    guardrail = read(
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": True}}},
        kind=PolicyKind.SCP,
        name="ceiling",
    )
    policies = Policies(
        identity=(
            read(
                allow({"StringLike": {"aws:UserAgent": "*Firefox*"}}),
                deny({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}),
            ),
        ),
        scp=((guardrail,),),
    )
    found = why(policies, {"aws:currenttime": "2026-06-01T00:00:00Z", "aws:useragent": "curl"})
    assert [{c[1] for c in r} for r in changes(found)] == [{"aws:CurrentTime", "aws:UserAgent", "aws:SecureTransport"}]
    assert len(found.remedies[0].example) == 3


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"k": "${aws:username}"}},
        {"StringEqualsIgnoreCase": {"k": "X"}},
        {"StringNotEquals": {"k": ["a", "b"]}},
        {"StringLike": {"k": "a?c*"}},
        {"StringNotLike": {"k": "a*"}},
        {"NumericEquals": {"k": 5}},
        {"NumericNotEquals": {"k": 5}},
        {"NumericGreaterThan": {"k": 5}},
        {"DateLessThan": {"k": "2026-01-01"}},
        {"DateNotEquals": {"k": "2026-01-01"}},
        {"Bool": {"k": False}},
        {"BinaryEquals": {"k": "AAEC"}},
        {"IpAddress": {"k": "2001:db8::/32"}},
        {"NotIpAddress": {"k": "192.0.2.0/24"}},
        {"ArnLike": {"k": "arn:aws:iam::*:role/x?"}},
        {"ArnNotEquals": {"k": "arn:aws:iam::*:role/*"}},
        {"Null": {"k": "false"}},
        {"Null": {"absent": "true", "k": "false"}},
        {"ForAllValues:StringEquals": {"k": ["a", "b"]}},
        {"ForAnyValue:StringEquals": {"k": "c"}},
        {"ForAnyValue:StringNotEquals": {"k": "a"}},
    ],
)
@pytest.mark.parametrize("wrong", ["a", ("a", "zz"), "192.0.2.1", None, "5"])
def test_a_context_is_made_up_for_every_operator(condition: Json, wrong: ContextValue | None) -> None:
    policies = Policies(identity=(read(allow(condition)),))
    context: dict[str, ContextValue] = {"aws:username": "alice"}
    if wrong is not None:
        context["k"] = wrong
    found = why(policies, context)
    if found.decision.allowed:
        assert found.summary == "allowed by p#0"
        return
    assert len(found.remedies) == 1
    mended = {**context, **{k: v for k, v in found.remedies[0].example if v is not None}}
    request = Request(principal=person("a@example.com"), action="http:GET", resource=ADMIN, context=mended)
    assert decide(request, policies).allowed


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        ("boundary", "the permission boundary has no statement"),
        ("session", "the session policy has no statement"),
        ("endpoint", "the endpoint policy has no statement"),
        ("scp", "a level of guardrails has no statement"),
        ("resource", "the resource's policy has no statement"),
    ],
)
def test_the_layer_that_is_silent_is_named(layer: str, sentence: str) -> None:
    s3 = {**allow(), "Action": "s3:*"}
    everyone: dict[str, Json] = {"Principal": "*"}
    identity = (read(allow()),)
    policies = {
        "boundary": Policies(identity=identity, boundary=read(s3, kind=PolicyKind.BOUNDARY)),
        "session": Policies(identity=identity, session=(read(s3, kind=PolicyKind.SESSION),)),
        "endpoint": Policies(identity=identity, endpoint=read({**s3, **everyone}, kind=PolicyKind.ENDPOINT)),
        "scp": Policies(identity=identity, scp=((read(s3, kind=PolicyKind.SCP),),)),
        "resource": Policies(
            identity=identity,
            resource=read({"Effect": "Allow", "Action": "s3:*", "Principal": "*"}, kind=PolicyKind.TRUST),
        ),
    }[layer]
    assert why(policies).summary.startswith(sentence)


def test_a_sentence_never_blames_conditions_that_hold() -> None:
    """What applies has done its part; something else is missing, and that is told."""
    identity = (read(allow()),)
    level, s3 = (read({**allow(), "Action": action}, kind=PolicyKind.SCP) for action in ("*", "s3:*"))
    assert why(Policies(identity=identity, scp=((level,), (s3,)))).summary.startswith("a level of guardrails has no")

    late = read(allow({"StringEquals": {"k": "v"}}, Sid="Late"), kind=PolicyKind.SCP, name="late")
    summary = why(Policies(identity=identity, scp=((level,), (late,)))).summary
    assert summary == "the conditions of late#Late do not hold"


@pytest.mark.parametrize(
    ("principal", "identity", "named", "sentence"),
    [
        (USER, False, "111111111111", "the resource's policy leaves it to the caller's account"),
        (STRANGER, False, "*", "the resource's policy leaves it to the caller's account"),
        (STRANGER, True, "", "the resource's own policy would have to allow this, and there is none"),
        (FEDERATED, True, "", "the session of a federated user may do nothing without a session policy"),
        ("", False, "*", "the bucket restricts public access"),
    ],
)
def test_what_is_missing_is_told(principal: str, identity: bool, named: str, sentence: str) -> None:  # noqa: FBT001 - a case
    everything: dict[str, Json] = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    arn = Arn.parse(principal) if principal else None
    request = Request(
        principal=Principal(kind=PrincipalKind.WORKLOAD, arn=arn) if arn else ANONYMOUS,
        action="s3:GetObject",
        resource="arn:aws:s3:::b/k",
        context={},
        account=arn.account if arn else "",
        resource_account="111111111111",
    )
    resource = read({**everything, "Principal": {"AWS": named}}, kind=PolicyKind.RESOURCE) if named else None
    policies = Policies(
        identity=(read(everything),) if identity else (), resource=resource, public_access_blocked=arn is None
    )
    assert explain(request, policies).summary.startswith(sentence)


def test_a_world_of_conditions_is_given_up_in_bounded_time() -> None:
    statements = [deny({"StringEquals": {f"k{i}": "x", f"l{i}": "x", f"m{i}": "x"}}) for i in range(12)]
    context: dict[str, ContextValue] = {f"{c}{i}": "x" for c in "klm" for i in range(12)}
    found = why(Policies(identity=(read(allow(), *statements),)), context)
    assert found.remedies == ()
    assert len(found.decision.determining) == 12
