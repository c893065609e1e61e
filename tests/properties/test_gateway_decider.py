"""A remembered decision is the decision: whatever was asked before, by whomever, the decider says what the engine says."""

import json

from hypothesis import given
from hypothesis import strategies as st

from watchword.decision.engine import Attachment, PolicySet, Request, decide
from watchword.decision.language import PolicyKind, parse_policy
from watchword.enforcement.gateway import PolicyDecider
from watchword.kernel.principals import ANONYMOUS, person

_APP = "arn:watchword:app:::"


def _statement(effect: str, resource: str, **more: object) -> dict[str, object]:
    return {"Effect": effect, "Action": "http:*", "Resource": _APP + resource, **more}


def _document(name: str, kind: PolicyKind, *statements: dict[str, object]) -> tuple[str, PolicyKind, str]:
    return name, kind, json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


_TEXTS = [
    _document(
        "everyone",
        PolicyKind.IDENTITY,
        _statement("Allow", "wiki/*"),
        _statement("Allow", "wiki/own/${aws:username}"),
        _statement("Deny", "wiki/admin", Condition={"BoolIfExists": {"watchword:HardwareKey": "false"}}),
    ),
    _document(
        "staff",
        PolicyKind.IDENTITY,
        _statement("Allow", "payroll/*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        _statement("Deny", "payroll/*", Condition={"DateGreaterThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}}),
    ),
    _document(
        "payroll",
        PolicyKind.RESOURCE,
        _statement("Allow", "payroll/open", Principal={"AWS": "arn:watchword:iam:::person/alice@example.com"}),
    ),
    _document(
        "limits",
        PolicyKind.SCP,
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        _statement("Deny", "*", Condition={"StringEquals": {"watchword:RiskLevel": "high"}}),
    ),
]
_POLICIES = PolicySet.build(
    documents={name: parse_policy(text, name=name, kind=kind) for name, kind, text in _TEXTS},
    attachments=[
        Attachment(policy="everyone", everyone=True),
        Attachment(policy="staff", groups=frozenset({"staff"})),
    ],
    guardrails=[["limits"]],
    resource_policies={"payroll": "payroll"},
    revision="r1",
)

_STAFF = frozenset({"staff"})
_PRINCIPALS = st.sampled_from(
    [
        person("alice@example.com"),
        person("alice@example.com", _STAFF),
        person("bob@example.com"),
        person("bob@example.com", _STAFF),
        ANONYMOUS,
    ]
)
_CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "aws:sourceip": st.sampled_from(["192.0.2.7", "198.51.100.1"]),
        "aws:username": st.sampled_from(["alice@example.com", "bob@example.com"]),
        "aws:currenttime": st.sampled_from(["2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"]),
        "watchword:hardwarekey": st.sampled_from(["true", "false"]),
        "watchword:risklevel": st.sampled_from(["low", "high"]),
        "watchword:groups": st.sampled_from([(), ("staff",)]),
    },
)
_PATHS = ["wiki/", "wiki/admin", "wiki/own/alice@example.com", "payroll/", "payroll/open", "crm/"]
_REQUESTS = st.builds(
    Request,
    principal=_PRINCIPALS,
    action=st.sampled_from(["http:GET", "http:POST", "s3:GetObject"]),
    resource=st.sampled_from([_APP + path for path in _PATHS]),
    context=_CONTEXTS,
)


@given(st.lists(_REQUESTS, min_size=1, max_size=40))
def test_what_is_remembered_is_what_would_be_decided(requests: list[Request]) -> None:
    decider = PolicyDecider(_POLICIES)
    for request in [*requests, *requests]:
        assert decider.decide(request) == decide(request, _POLICIES.applicable(request.principal, request.resource))
