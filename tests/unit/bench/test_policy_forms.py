"""The peers' forms say what the IAM policy says, or refuse."""

import json
from dataclasses import replace

import pytest
from bench.policy.engines.casbin_engine import _like
from bench.policy.forms import InexpressibleError, Translator, cedar, iam, pycasbin, rego
from bench.policy.workloads import Document, Workload, generate

_PEERS = [cedar, pycasbin, rego]


def _with(*statements: dict[str, object]) -> Workload:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return replace(generate("W1", 10, requests=3), documents=(Document(name="p", kind="identity", text=text),))


def _statement(**more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", **more}


def test_cedar_names_actions_in_the_scope_and_the_resource_by_like() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    allow = (
        'permit(principal, action in Action::"s3:GetObject", resource) when { context.arn like "arn:aws:s3:::b/*" };'
    )
    deny = (
        'forbid(principal, action in [Action::"s3:*", Action::"ssm:*"], resource) when '
        '{ context.keys has "aws:principaltag/team" && context.keys["aws:principaltag/team"] == "a" };'
    )
    form = cedar(
        _with(_statement(), _statement(Effect="Deny", Action=["s3:*", "ssm:*"], Resource="*", Condition=condition))
    )
    assert form.content["documents"] == [f"{allow}\n{deny}"]


def test_pycasbin_asks_for_what_the_workload_tells_apart_and_no_more() -> None:
    prefixes, conditions = pycasbin(generate("W1", 10)).content, pycasbin(generate("W2", 10)).content
    assert "m = r.act in p.act && keyMatch(r.res, p.res)\n" in prefixes["model"]
    assert prefixes["documents"][1] == [
        ["|dynamodb:PutItem|dynamodb:Query|", generate("W1", 10).documents[1].text.split('"')[-2], "allow", "p1"]
    ]
    assert "m = r.key0 == p.key0 && r.act == p.act\n" in conditions["model"]
    assert conditions["documents"][4] == [["s3:*", "team-4", "deny", "p4"]]


def test_rego_files_statements_by_effect_and_action() -> None:
    form = rego(generate("W3", 10))
    assert form.content["documents"][4] == [
        {"effect": "Deny", "actions": ["s3:GetObject"], "body": {"id": "p4#0", "resource": "arn:aws:s3:::*-4"}}
    ]
    assert "glob.match(s.resource, null, input.resource)" in form.content["module"]


@pytest.mark.parametrize("peer", _PEERS)
@pytest.mark.parametrize(
    "statement",
    [
        _statement(Resource="arn:aws:s3:::b?/*"),
        _statement(Action="s3:Get*"),
        _statement(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        _statement(NotPrincipal="*"),
        _statement(Resource=["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
    ],
    ids=["question mark", "infix action", "operator", "element", "resources"],
)
def test_what_a_form_cannot_say_it_refuses(peer: Translator, statement: dict[str, object]) -> None:
    with pytest.raises(InexpressibleError):
        peer(_with(statement))


@pytest.mark.parametrize("peer", _PEERS)
@pytest.mark.parametrize("name", ["W1 in seven layers", "W4"])
def test_layers_are_beyond_peers_that_have_none(peer: Translator, name: str) -> None:
    with pytest.raises(InexpressibleError, match="layers"):
        peer(generate(name, 10, requests=3, principals=3))


def test_iam_json_stays_as_it_is() -> None:
    workload = generate("W4", 10, requests=3, principals=3)
    assert [d["text"] for d in iam(workload).content["documents"]] == [d.text for d in workload.documents]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a*", "a", True),
        ("a*", "ba", False),
        ("*-1", "x-1", True),
        ("*-1", "x-11", False),
        ("a*a", "a", False),
        ("*-1/*", "x-11/y", False),
        ("*-1/*", "x-11/y-1/z", True),
        ("*ab*b", "ab", False),
    ],
)
def test_the_wildcard_function_given_to_pycasbin(pattern: str, text: str, *, matches: bool) -> None:
    assert _like(text, pattern) is matches
