"""Documents that are refused, whole and with places, and documents that deserve a warning."""

import json

import pytest

from support.decision import Json
from watchword.decision.language import (
    PolicyDocument,
    PolicyError,
    PolicyKind,
    Severity,
    parse_policy,
    print_policy,
)

BROKEN = """{
  "Version": "2012-10-18",
  "Id": "x",
  "Statment": [],
  "Statement": [
    {
      "Sid": "a b",
      "Effect": "allow",
      "Action": "s3:GetObject, s3:PutObject",
      "Resource": ["arn:aws:*:::x", "bucket"],
      "Principal": "*",
      "Condition": {
        "StringEqual": {"x": "y"},
        "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "300.1.1.1"]},
        "NumericLessThan": {"a": "${b}", "A": 1},
        "Bool": {"c": []},
        "StringLike": {"d": {"e": 1}}
      }
    },
    "not a statement",
    {"Effect": "Deny", "Action": "*", "NotAction": "s3:*"}
  ]
}
"""

GOLDEN = """\
policies/broken.json:2:14: error: not a version of the language (expected "2012-10-17" or "2008-10-17", found "2012-10-18") [policy.version.unknown]
policies/broken.json:3:3: error: Id has no place in an identity policy
  hint: remove it [policy.element.forbidden]
policies/broken.json:4:3: error: "Statment" is no element of the policy language here (expected Version, Id, Statement)
  hint: did you mean "Statement"? [policy.element.unknown]
policies/broken.json:7:14: error: not a Sid (expected letters A-Z and a-z and digits, found "a b") [policy.sid]
policies/broken.json:8:17: error: not an effect (expected "Allow" or "Deny", found "allow")
  hint: capitals count [policy.effect]
policies/broken.json:9:17: error: not an action: it could never match one (expected "*" or "service:Name", with wildcards in the name alone, found "s3:GetObject, s3:PutObject")
  hint: write several actions as a list of strings [policy.action]
policies/broken.json:10:20: error: a wildcard stands in the service of an ARN (expected the service's name, found "arn:aws:*:::x")
  hint: write "*" for every resource [policy.resource.service]
policies/broken.json:10:37: error: not a resource (expected "*" or an ARN: arn:partition:service:region:account:resource, found "bucket") [policy.resource]
policies/broken.json:11:7: error: Principal has no place in an identity policy
  hint: whoever the policy is attached to is its principal [policy.element.forbidden]
policies/broken.json:13:9: error: "StringEqual" is no condition operator (expected an operator such as StringEquals)
  hint: did you mean "StringEquals"? [policy.operator.unknown]
policies/broken.json:14:58: error: not a value for IpAddress (expected an IPv4 or IPv6 address or CIDR block, found "300.1.1.1") [policy.value.type]
policies/broken.json:15:34: error: a variable cannot stand under NumericLessThan (expected an integer or a decimal, found "${b}") [policy.value.variable]
policies/broken.json:15:42: error: NumericLessThan on "A" stands here twice; keys compare without case (expected each key once under an operator) [policy.condition.duplicate]
policies/broken.json:16:23: error: Bool with no values can never be true (expected at least one value, found an empty list) [policy.value.none]
policies/broken.json:17:29: error: a condition's value has the wrong form (expected a string, a number, true, false or a list of those, found an object) [policy.shape]
policies/broken.json:20:5: error: a statement has the wrong form (expected an object, found "not a statement") [policy.shape]
policies/broken.json:21:5: error: a statement needs Resource or NotResource (expected exactly one of Resource and NotResource) [policy.element.missing]
policies/broken.json:21:39: error: Action and NotAction stand in one statement (expected exactly one of Action and NotAction) [policy.element.both]"""


def test_every_mistake_of_a_document_is_told_at_once_with_its_place() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(BROKEN, name="policies/broken.json", kind=PolicyKind.IDENTITY)
    assert "\n".join(str(d) for d in caught.value.diagnostics) == GOLDEN


def test_the_error_itself_is_the_first_diagnostic() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(BROKEN, name="policies/broken.json", kind=PolicyKind.IDENTITY)
    error = caught.value
    assert error.code == "policy.version.unknown"
    assert str(error.place) == "policies/broken.json:2:14"
    assert error.message == "not a version of the language (and 17 more)"


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        PolicyError([])


def document(statement: Json, kind: PolicyKind = PolicyKind.IDENTITY, **more: Json) -> PolicyDocument:
    body: dict[str, Json] = {"Version": "2012-10-17", "Statement": statement, **more}
    return parse_policy(json.dumps(body), name="p", kind=kind)


def codes(statement: Json, kind: PolicyKind = PolicyKind.IDENTITY, **more: Json) -> list[str]:
    try:
        found = document(statement, kind, **more).warnings
    except PolicyError as error:
        found = error.diagnostics
    return [f"{d.severity.value}:{d.code}" for d in found]


ALLOW: dict[str, Json] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
DENY: dict[str, Json] = {**ALLOW, "Effect": "Deny"}


@pytest.mark.parametrize("root", ["[]", "1", '"x"', "null", "true"])
def test_a_policy_is_an_object(root: str) -> None:
    with pytest.raises(PolicyError, match="a policy has the wrong form"):
        parse_policy(root, name="p", kind=PolicyKind.IDENTITY)


def test_a_policy_needs_a_statement() -> None:
    with pytest.raises(PolicyError, match="needs Statement"):
        parse_policy('{"Version": "2012-10-17"}', name="p", kind=PolicyKind.IDENTITY)
    assert codes([]) == ["error:policy.statement.none"]


@pytest.mark.parametrize("key", ["Effect", "Action", "Resource"])
def test_a_statement_needs_its_elements(key: str) -> None:
    assert codes({k: v for k, v in ALLOW.items() if k != key}) == ["error:policy.element.missing"]


@pytest.mark.parametrize("key", ["action", "Actions", "Principals", "condition", "Comment"])
def test_an_unknown_element_is_refused_never_skipped(key: str) -> None:
    assert "error:policy.element.unknown" in codes({**DENY, key: "x"})


@pytest.mark.parametrize("effect", ["allow", "ALLOW", "deny", "Permit", "", 1, None])
def test_effects_are_allow_and_deny_with_these_capitals(effect: Json) -> None:
    assert codes({**ALLOW, "Effect": effect}) == ["error:policy.effect"]


def test_sids_are_unique_and_alphanumeric_in_iams_own_documents() -> None:
    twice = [{**ALLOW, "Sid": "A"}, {**ALLOW, "Sid": "A"}]
    assert codes(twice) == ["error:policy.sid.duplicate"]
    assert codes([{**ALLOW, "Sid": ""}, {**ALLOW, "Sid": ""}]) == []
    spaced: dict[str, Json] = {**ALLOW, "Sid": "public read", "Principal": "*"}
    assert codes(spaced, PolicyKind.RESOURCE) == []
    assert codes({**ALLOW, "Sid": "public read"}) == ["error:policy.sid"]
    assert codes({**ALLOW, "Sid": 1}) == ["error:policy.shape"]


@pytest.mark.parametrize("kind", PolicyKind)
def test_id_has_a_place_in_resource_policies_alone(kind: PolicyKind) -> None:
    allowed = kind in {PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT}
    found = codes(statement_for(kind), kind, Id="x")
    assert found == ([] if allowed else ["error:policy.element.forbidden"])


def statement_for(kind: PolicyKind) -> dict[str, Json]:
    statement = dict(DENY)
    if kind in {PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RCP}:
        statement["Principal"] = "*"
    if kind is PolicyKind.TRUST:
        del statement["Resource"]
    return statement


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("kind", [PolicyKind.IDENTITY, PolicyKind.SCP, PolicyKind.BOUNDARY, PolicyKind.SESSION])
def test_principals_have_no_place_in_what_is_attached_to_principals(kind: PolicyKind, element: str) -> None:
    assert codes({**DENY, element: "*"}, kind) == ["error:policy.element.forbidden"]


def test_a_trust_policy_has_no_resource_and_needs_a_principal() -> None:
    trust: dict[str, Json] = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    assert codes({**trust, "Principal": "*"}, PolicyKind.TRUST) == []
    assert codes({**trust, "Principal": "*", "Resource": "*"}, PolicyKind.TRUST) == ["error:policy.element.forbidden"]
    assert codes(trust, PolicyKind.TRUST) == ["error:policy.principal.missing"]


@pytest.mark.parametrize(
    ("principal", "code"),
    [
        ("alice", "policy.principal"),
        (1, "policy.shape"),
        ({}, "policy.shape"),
        (["*"], "policy.shape"),
        ({"AWS": []}, "policy.value.none"),
        ({"AWS": [1]}, "policy.shape"),
        ({"Aws": "*"}, "policy.principal.type"),
        ({"AWS": "alice"}, "policy.principal"),
        ({"AWS": "1234"}, "policy.principal"),
        ({"AWS": "arn:aws:s3:::bucket"}, "policy.principal"),
        ({"AWS": "arn:aws:iam::111111111111:user/a*"}, "policy.principal.wildcard"),
        ({"Service": "*"}, "policy.principal.wildcard"),
        ({"Service": "lambda"}, "policy.principal"),
        ({"Federated": "not a host"}, "policy.principal"),
        ({"CanonicalUser": "xyz"}, "policy.principal"),
        ({"CanonicalUser": "0" * 64}, "policy.principal.canonical-user"),
    ],
)
def test_principals_that_could_name_nobody_are_refused_in_a_deny(principal: Json, code: str) -> None:
    assert codes({**DENY, "Principal": principal}, PolicyKind.RESOURCE) == [f"error:{code}"]


def test_a_resource_control_policy_only_denies_and_speaks_to_everyone() -> None:
    assert codes({**DENY, "Principal": "*"}, PolicyKind.RCP) == []
    assert codes({**DENY, "Principal": {"AWS": "111111111111"}}, PolicyKind.RCP) == ["error:policy.rcp.principal"]
    assert codes({**DENY, "NotPrincipal": "*"}, PolicyKind.RCP) == ["error:policy.rcp.principal"]
    assert codes({**ALLOW, "Principal": "*"}, PolicyKind.RCP) == ["error:policy.rcp.allow"]
    full: dict[str, Json] = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}
    assert codes(full, PolicyKind.RCP) == []
    not_action: dict[str, Json] = {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Principal": "*"}
    assert codes(not_action, PolicyKind.RCP) == ["error:policy.element.forbidden"]


@pytest.mark.parametrize(
    "operator", ["StringEqual", "NullIfExists", "ForAllValues:Null", "ForSomeValues:Bool", "IpAddressLike", "", ":Bool"]
)
def test_an_unknown_operator_is_refused_never_skipped(operator: str) -> None:
    assert codes({**DENY, "Condition": {operator: {"k": "true"}}}) == ["error:policy.operator.unknown"]


@pytest.mark.parametrize("condition", [[], "x", {"Bool": "true"}, {"Bool": []}])
def test_conditions_of_the_wrong_form(condition: Json) -> None:
    assert codes({**DENY, "Condition": condition}) == ["error:policy.shape"]


@pytest.mark.parametrize(
    "condition",
    [{"Bool": {}}, {"StringEquals": {"k": []}}, {"StringNotEquals": {"k": []}}],
)
def test_conditions_that_compare_nothing_are_refused(condition: Json) -> None:
    assert codes({**DENY, "Condition": condition}) == ["error:policy.value.none"]


def test_an_empty_condition_is_what_the_iam_console_writes() -> None:
    assert codes({**DENY, "Condition": {}}) == ["warning:policy.condition.empty"]


def test_empty_lists_of_actions_and_resources_are_refused() -> None:
    assert codes({**DENY, "Action": []}) == ["error:policy.value.none"]
    assert codes({**DENY, "Resource": []}) == ["error:policy.value.none"]


def test_one_key_under_two_spellings_of_an_operator_is_refused() -> None:
    condition: Json = {"StringEquals": {"k": "a"}, "stringequals": {"K": "b"}}
    assert codes({**DENY, "Condition": condition}) == [
        "warning:policy.operator.case",
        "error:policy.condition.duplicate",
    ]


@pytest.mark.parametrize(
    ("statement", "warnings"),
    [
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, ["policy.lint.allow-not-action"]),
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::b"}, ["policy.lint.allow-not-resource"]),
        ({"Effect": "Deny", "NotAction": "*", "Resource": "*"}, ["policy.lint.not-action-all"]),
        ({"Effect": "Deny", "Action": "*", "NotResource": "*"}, ["policy.lint.not-resource-all"]),
        ({**ALLOW, "Resource": "arn:aws:s3"}, ["policy.resource.short"]),
        ({**ALLOW, "Resource": "arn:aws:iam::111111111111:u*"}, ["policy.resource.type"]),
        ({**ALLOW, "Resource": "arn:aws:iam::111111111111:user/*"}, []),
        ({**ALLOW, "Condition": {"ForAllValues:StringEquals": {"k": "a"}}}, ["policy.lint.for-all-values-allow"]),
        ({**ALLOW, "Condition": {"ForAllValues:StringEquals": {"k": "a"}, "Null": {"K": False}}}, []),
        ({**DENY, "Condition": {"ForAllValues:StringEquals": {"k": "a"}}}, []),
        ({**DENY, "Condition": {"ForAnyValue:StringEqualsIfExists": {"k": "a"}}}, ["policy.lint.if-exists-in-set"]),
        ({**DENY, "Condition": {"StringEquals": {"watchword:Groups": "a"}}}, ["policy.lint.set-operator"]),
        ({**DENY, "Condition": {"StringEquals": {"k": "a*"}}}, ["policy.lint.wildcard-literal"]),
        ({**DENY, "Condition": {"StringLike": {"k": "a*"}}}, []),
        ({**DENY, "Condition": {"Null": {"k": ["true", "false"]}}}, ["policy.lint.null-both"]),
        ({**DENY, "Condition": {"stringequals": {"k": "a"}}}, ["policy.operator.case"]),
        ({**DENY, "Condition": {"foranyvalue:StringEquals": {"k": "a"}}}, ["policy.operator.case"]),
        (
            {**DENY, "Condition": {"StringEquals": {"t/A": "a"}, "StringLike": {"t/a": "b"}}},
            ["policy.lint.tag-case"],
        ),
        ({**DENY, "Condition": {"StringEquals": {"k": "${x"}}}, ["policy.variable.unterminated"]),
        ({**ALLOW, "Resource": "arn:aws:s3:::${a}/${b, 'x'}/${*}${?}${$}"}, []),
    ],
)
def test_what_probably_means_something_else_is_a_warning(statement: Json, warnings: list[str]) -> None:
    assert codes(statement) == [f"warning:{w}" for w in warnings]


def test_documents_of_the_old_version_are_warned_about_their_variables() -> None:
    body = {"Statement": {**ALLOW, "Resource": "arn:aws:s3:::${aws:username}"}}
    found = parse_policy(json.dumps(body), name="p", kind=PolicyKind.IDENTITY).warnings
    assert [w.code for w in found] == ["policy.version.absent", "policy.variable.old-version"]
    assert all(w.severity is Severity.WARNING for w in found)


def test_statements_and_values_know_their_places() -> None:
    text = '{\n "Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow",\n   "Action": ["s3:*",\n "http:GET"], "Resource": "*"}]}'
    statement = parse_policy(text, name="p", kind=PolicyKind.IDENTITY).statements[0]
    assert (statement.line, statement.column) == (4, 3)
    assert [(a.line, a.column) for a in statement.actions] == [(5, 15), (6, 2)]


def test_printing_is_canonical() -> None:
    statement: Json = {
        "Condition": {"numericequals": {"k": [1, 2.5]}, "Bool": {"b": True}},
        "Resource": ["*"],
        "Principal": {"Service": ["a.example.com"], "AWS": ["111111111111", "*"]},
        "Action": ["s3:*", "http:GET"],
        "Effect": "Deny",
        "Sid": "One",
    }
    printed = print_policy(document([statement], PolicyKind.RESOURCE, Id="doc"))
    assert printed == (
        """{
  "Version": "2012-10-17",
  "Id": "doc",
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Deny",
      "Principal": {
        "Service": "a.example.com",
        "AWS": [
          "111111111111",
          "*"
        ]
      },
      "Action": [
        "s3:*",
        "http:GET"
      ],
      "Resource": "*",
      "Condition": {
        "NumericEquals": {
          "k": [
            "1",
            "2.5"
          ]
        },
        "Bool": {
          "b": "true"
        }
      }
    }
  ]
}
"""
    )
    assert '"Principal": "*"' in print_policy(document({**DENY, "Principal": {"AWS": ["*"]}}, PolicyKind.RESOURCE))
