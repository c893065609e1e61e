"""What IAM JSON means, sentence by sentence of the guide, asked of both evaluators.

Each test is named for one rule. Contested rules say so; `docs/reference/policy-language.md` gives the reasons.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from support.decision import Json
from watchword.decision.analysis.validation import check_policy
from watchword.decision.engine import (
    ContextValue,
    Decision,
    Layer,
    Policies,
    Request,
    Result,
    decide,
    decide_literally,
)
from watchword.decision.language import (
    Base,
    Effect,
    PolicyDocument,
    PolicyError,
    PolicyKind,
    Severity,
    Statement,
    Value,
    Version,
    operator_names,
    parse_policy,
)
from watchword.kernel.arn import Arn
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind, person

Evaluator = Callable[[Request, Policies], Decision]

ACCOUNT = "111111111111"
OTHER = "222222222222"
USER = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/ops"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/alice"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
BUCKET = "arn:aws:s3:::bucket"
OBJECT = f"{BUCKET}/a/b.txt"

ALLOWED, IMPLICIT, EXPLICIT = Result.ALLOWED, Result.IMPLICITLY_DENIED, Result.EXPLICITLY_DENIED


@pytest.fixture(params=[decide, decide_literally], ids=["fast", "literal"])
def evaluate(request: pytest.FixtureRequest) -> Evaluator:
    found: Evaluator = request.param
    return found


def policy(
    *statements: Json, kind: PolicyKind = PolicyKind.IDENTITY, version: str = "2012-10-17", name: str = "p"
) -> PolicyDocument:
    body: dict[str, Json] = {"Statement": list(statements)}
    if version:
        body["Version"] = version
    return parse_policy(json.dumps(body), name=name, kind=kind)


def allow(action: Json = "*", resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json = "*", resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def as_principal(arn: str | None) -> Principal:
    return ANONYMOUS if arn is None else Principal(kind=PrincipalKind.PERSON, arn=Arn.parse(arn))


def ask(
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    *,
    arn: str | None = USER,
    context: Mapping[str, ContextValue] | None = None,
    owner: str = ACCOUNT,
    issuer: str = "",
) -> Request:
    return Request(
        principal=as_principal(arn),
        action=action,
        resource=resource,
        context=context or {},
        account=Arn.parse(arn).account if arn else "",
        resource_account=owner,
        session_issuer=issuer,
    )


def holds(
    evaluate: Evaluator,
    operator: str,
    values: Json,
    present: ContextValue | None,
    *,
    effect: str = "Allow",
    version: str = "2012-10-17",
    **others: ContextValue,
) -> bool:
    """Whether a condition on the key `k` holds, as an Allow that it guards or a Deny tells."""
    statement: Json = {"Effect": effect, "Action": "*", "Resource": "*", "Condition": {operator: {"k": values}}}
    document = policy(statement, *([allow()] if effect == "Deny" else []), version=version)
    context: dict[str, ContextValue] = {k.replace("_", ":", 1): v for k, v in others.items()}
    if present is not None:
        context["k"] = present
    result = evaluate(ask(context=context), Policies(identity=(document,))).result
    if effect == "Deny":
        assert result in {ALLOWED, EXPLICIT}
        return result is EXPLICIT
    assert result in {ALLOWED, IMPLICIT}
    return result is ALLOWED


# The seed of the design


SEED = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::specific-bucket/*",'
    '"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}'
)


@pytest.mark.parametrize(
    ("action", "resource", "source", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::specific-bucket/report.pdf", "203.0.113.77", ALLOWED),
        ("s3:getobject", "arn:aws:s3:::specific-bucket/a/b", "203.0.113.0", ALLOWED),
        ("s3:GetObject", "arn:aws:s3:::specific-bucket/report.pdf", "203.0.114.1", IMPLICIT),
        ("s3:GetObject", "arn:aws:s3:::specific-bucket/report.pdf", None, IMPLICIT),
        ("s3:GetObject", "arn:aws:s3:::specific-bucket", "203.0.113.77", IMPLICIT),
        ("s3:GetObject", "arn:aws:s3:::specific-bucket2/x", "203.0.113.77", IMPLICIT),
        ("s3:PutObject", "arn:aws:s3:::specific-bucket/report.pdf", "203.0.113.77", IMPLICIT),
        ("s3:GetObjectAcl", "arn:aws:s3:::specific-bucket/report.pdf", "203.0.113.77", IMPLICIT),
    ],
)
def test_the_seed_document_works_verbatim(
    evaluate: Evaluator, action: str, resource: str, source: str | None, expected: Result
) -> None:
    document = parse_policy(SEED, name="seed", kind=PolicyKind.IDENTITY)
    context: dict[str, ContextValue] = {"aws:sourceip": source} if source else {}
    assert evaluate(ask(action, resource, context=context), Policies(identity=(document,))).result is expected


# 1. Documents


@pytest.mark.parametrize("version", ["", "2008-10-17"])
def test_1_version_absent_or_2008_makes_variables_literal_text(evaluate: Evaluator, version: str) -> None:
    document = policy(allow(resource=f"{BUCKET}/${{aws:username}}/*"), version=version)
    policies = Policies(identity=(document,))
    assert evaluate(ask(resource=f"{BUCKET}/alice/x", context={"aws:username": "alice"}), policies).result is IMPLICIT
    assert evaluate(ask(resource=f"{BUCKET}/${{aws:username}}/x"), policies).result is ALLOWED


def test_1_version_applies_to_each_document_alone(evaluate: Evaluator) -> None:
    old = policy(allow(resource=f"{BUCKET}/${{aws:username}}"), version="2008-10-17", name="old")
    new = policy(allow(resource=f"{BUCKET}/${{aws:username}}"), name="new")
    policies = Policies(identity=(old, new))
    decision = evaluate(ask(resource=f"{BUCKET}/alice", context={"aws:username": "alice"}), policies)
    assert [r.policy for r in decision.determining] == ["new"]
    decision = evaluate(ask(resource=f"{BUCKET}/${{aws:username}}", context={"aws:username": "alice"}), policies)
    assert [r.policy for r in decision.determining] == ["old"]


def test_1_one_statement_may_stand_without_a_list(evaluate: Evaluator) -> None:
    document = parse_policy(
        json.dumps({"Version": "2012-10-17", "Statement": allow()}), name="p", kind=PolicyKind.IDENTITY
    )
    assert evaluate(ask(), Policies(identity=(document,))).allowed


def test_1_condition_values_may_be_numbers_booleans_and_lists(evaluate: Evaluator) -> None:
    assert holds(evaluate, "NumericLessThan", 10, "9.5")
    assert holds(evaluate, "Bool", True, "true")
    assert holds(evaluate, "StringEquals", [1, True, "x"], "1")
    assert holds(evaluate, "StringEquals", [1, True, "x"], "true")
    assert not holds(evaluate, "StringEquals", [1, True, "x"], "y")


_PLAIN = '"Effect": "Deny", "Action": "s3:*", "Resource": "*"'


def _refused(statement: str, kind: PolicyKind = PolicyKind.IDENTITY, *, before: str = "") -> set[str]:
    """The codes of all that is wrong with a document of one statement, whose members are given as text."""
    text = f'{{{before}"Version": "2012-10-17", "Statement": [{{{statement}}}]}}'
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, name="p", kind=kind)
    return {d.code for d in caught.value.diagnostics if d.severity is Severity.ERROR}


@pytest.mark.parametrize(
    "statement",
    [
        f'{_PLAIN}, "Effect": "Allow"',
        f'{_PLAIN}, "Condition": {{"StringEquals": {{"k": "a", "k": "b"}}}}',
        f'{_PLAIN}, "Condition": {{"NumericEquals": {{"k": NaN}}}}',
        f'{_PLAIN}, "Condition": {{"NumericEquals": {{"k": -Infinity}}}}',
        f'{_PLAIN}, "Condition": {"[" * 5000}{"]" * 5000}',
    ],
    ids=["a key twice", "a condition key twice", "NaN", "infinity", "a depth bomb"],
)
def test_1_duplicate_keys_nan_and_depth_bombs_are_refused(statement: str) -> None:
    assert {code.partition(".")[0] for code in _refused(statement)} & {"json"}


@pytest.mark.parametrize(
    "statement",
    [
        '"Effect": "Deny", "Resource": "*"',
        '"Effect": "Deny", "Action": "s3:*"',
        f'{_PLAIN}, "NotAction": "s3:*"',
        f'{_PLAIN}, "NotResource": "*"',
    ],
)
def test_1_exactly_one_of_action_and_not_action_and_of_resource_and_not_resource(statement: str) -> None:
    assert _refused(statement)


def test_1_principals_stand_in_resource_and_trust_policies_and_resources_not_in_the_latter() -> None:
    for kind in (PolicyKind.IDENTITY, PolicyKind.SCP, PolicyKind.BOUNDARY, PolicyKind.SESSION):
        assert "policy.element.forbidden" in _refused(f'{_PLAIN}, "Principal": "*"', kind)
        assert "policy.element.forbidden" in _refused(f'{_PLAIN}, "NotPrincipal": "*"', kind)
    assert _refused(f'{_PLAIN}, "Principal": "*"', PolicyKind.TRUST)


def test_1_effect_is_case_sensitive() -> None:
    assert _refused('"Effect": "deny", "Action": "s3:*", "Resource": "*"') == {"policy.effect"}


def test_1_sids_are_letters_and_digits_and_id_has_no_place_in_identity_policies() -> None:
    def problems(text: str) -> set[str]:
        return {d.message for d in check_policy(text, name="p", kind=PolicyKind.IDENTITY)}

    sid = f'{{"Version": "2012-10-17", "Statement": {{"Sid": "a b", {_PLAIN}}}}}'
    twice = f'{{"Version": "2012-10-17", "Statement": [{{"Sid": "a", {_PLAIN}}}, {{"Sid": "a", {_PLAIN}}}]}}'
    with_id = f'{{"Version": "2012-10-17", "Id": "x", "Statement": {{{_PLAIN}}}}}'
    assert problems(sid)
    assert problems(twice)
    assert problems(with_id)


def test_1_empty_lists_of_values_are_refused() -> None:
    for operator in ("StringEquals", "StringNotEquals"):
        assert _refused(f'{_PLAIN}, "Condition": {{"{operator}": {{"k": []}}}}')
    assert _refused('"Effect": "Deny", "Action": [], "Resource": "*"')


def test_1_unknown_operators_and_elements_are_refused_in_a_deny_too() -> None:
    assert _refused(f'{_PLAIN}, "Condition": {{"StringEqual": {{"k": "v"}}}}')
    assert _refused(f'{_PLAIN}, "Conditions": {{}}')
    assert _refused(_PLAIN, before='"Statements": [], ')


# 2. Action


@pytest.mark.parametrize(
    ("pattern", "action", "matches"),
    [
        ("s3:GetObject", "S3:getobject", True),
        ("S3:GETOBJECT", "s3:GetObject", True),
        ("s3:*", "s3:GetObject", True),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:*Object", "s3:GetObject", True),
        ("s3:G*O*t", "s3:GetObject", True),
        ("s3:?etObject", "s3:GetObject", True),
        ("s3:Get?Object", "s3:GetObject", False),
        ("s3:GetObject", "s3:GetObjectAcl", False),
        ("s3:Object", "s3:GetObject", False),
        ("s3:Get.bject", "s3:GetObject", False),
        ("s3:Get[O]bject", "s3:GetObject", False),
        ("*", "anything:AtAll", True),
        ("s3:*", "s3express:GetObject", False),
    ],
)
def test_2_actions_are_case_insensitive_anchored_globs(
    evaluate: Evaluator, pattern: str, action: str, *, matches: bool
) -> None:
    assert evaluate(ask(action), Policies(identity=(policy(allow(pattern)),))).allowed is matches


def test_2_no_wildcard_in_the_service_prefix() -> None:
    for pattern in ("s*:GetObject", "*:GetObject", "*:*", "?3:Get"):
        with pytest.raises(PolicyError, match="not an action"):
            policy(allow(pattern))


@pytest.mark.parametrize("text", ["s3:GetObject, s3:PutObject", "s3:Get Object", " s3:GetObject", "s3:GetObject,"])
def test_2_commas_and_whitespace_inside_one_string_never_match(evaluate: Evaluator, text: str) -> None:
    with pytest.raises(PolicyError):
        policy(allow(text))
    statement = Statement(index=0, effect=Effect.ALLOW, actions=(Value(text=text),), resources=(Value(text="*"),))
    document = PolicyDocument(name="p", kind=PolicyKind.IDENTITY, version=Version.V2012, statements=(statement,))
    assert not evaluate(ask(), Policies(identity=(document,))).allowed


def test_2_not_action_with_allow_grants_everything_else(evaluate: Evaluator) -> None:
    policies = Policies(identity=(policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),))
    assert evaluate(ask("future:Thing"), policies).allowed
    assert not evaluate(ask("iam:CreateUser"), policies).allowed


def test_2_not_action_with_deny_is_a_lock(evaluate: Evaluator) -> None:
    lock = {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}
    policies = Policies(identity=(policy(allow(), lock),))
    assert evaluate(ask("ec2:RunInstances"), policies).result is EXPLICIT
    assert evaluate(ask("iam:GetUser"), policies).allowed


def test_2_not_action_star_matches_nothing(evaluate: Evaluator) -> None:
    assert not evaluate(
        ask(), Policies(identity=(policy({"Effect": "Allow", "NotAction": "*", "Resource": "*"}),))
    ).allowed


def test_2_an_action_without_resource_type_needs_resource_star(evaluate: Evaluator) -> None:
    wildcard_only = ask("s3:ListAllMyBuckets", "*")
    assert evaluate(wildcard_only, Policies(identity=(policy(allow(resource="*")),))).allowed
    assert not evaluate(wildcard_only, Policies(identity=(policy(allow(resource=f"{BUCKET}/*")),))).allowed
    both = Policies(identity=(policy(allow(), deny(resource=f"{BUCKET}/*")),))
    assert evaluate(wildcard_only, both).allowed


# 3. Resource


@pytest.mark.parametrize(
    ("pattern", "resource", "matches"),
    [
        (f"{BUCKET}/*", f"{BUCKET}/a/b/c", True),
        (f"{BUCKET}/*", f"{BUCKET}/", True),
        (f"{BUCKET}/*", BUCKET, False),
        (BUCKET, f"{BUCKET}/a", False),
        (f"{BUCKET}/A", f"{BUCKET}/a", False),
        (f"{BUCKET}/*/z", f"{BUCKET}/a/b/z", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1///test///object.jpg", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1-test/object.jpg", False),
        (f"{BUCKET}/a?c", f"{BUCKET}/a\nc", True),
        (f"{BUCKET}/*", f"{BUCKET}/a\nb\n", True),
        (f"{BUCKET}/a", f"{BUCKET}/a\n", False),
        ("arn:aws:s3:::b.cket/a", f"{BUCKET}/a", False),
        ("arn:aws:s3:::bucket*", f"{BUCKET}/a", True),
        ("arn:aws-cn:s3:::bucket/*", f"{BUCKET}/a", False),
        ("arn:*:s3:::bucket/*", f"{BUCKET}/a", True),
        # "If the * wildcard is the last character of a resource ARN segment, it can expand beyond the colon boundaries"
        ("arn:aws:logs:*:x:stream", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:x:stream", True),
        ("arn:aws:logs:us-*:*:log-group:x", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:x", True),
        ("arn:aws:logs:us-*-1:*:log-group:x", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:x", True),
        ("arn:aws:logs:us-*-1:*:log-group:x", f"arn:aws:logs:us-a:b-1:{ACCOUNT}:log-group:x", False),
        ("arn:aws:logs:us?east-1:1:x", "arn:aws:logs:us:east-1:1:x", False),
        (
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*:end",
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:a:b:end",
            True,
        ),
        ("*", "*", True),
        ("*", OBJECT, True),
        # Short ARNs are padded with *.
        ("arn:aws:s3", OBJECT, True),
        ("arn:aws:s3:", "arn:aws:s3:us-east-1:1:x", False),
        ("arn:aws:s3:*", OBJECT, True),
        ("arn:aws:ec2", OBJECT, False),
    ],
)
def test_3_resources_are_case_sensitive_anchored_globs(
    evaluate: Evaluator, pattern: str, resource: str, *, matches: bool
) -> None:
    assert evaluate(ask(resource=resource), Policies(identity=(policy(allow(resource=pattern)),))).allowed is matches


def test_3_no_wildcard_in_the_service_segment() -> None:
    for pattern in ("arn:aws:*:::bucket", "arn:aws:s?:::bucket", "arn:aws:*"):
        with pytest.raises(PolicyError, match="service of an ARN"):
            policy(allow(resource=pattern))


def test_3_variables_only_after_the_fifth_colon() -> None:
    for pattern in ("arn:${aws:Partition}:s3:::b", "arn:aws:s3::${aws:PrincipalAccount}:b", "arn:aws:s3:${r}"):
        with pytest.raises(PolicyError, match="fifth colon"):
            policy(allow(resource=pattern))
    assert not policy(allow(resource="arn:aws:s3:::${aws:username}")).warnings


def test_3_an_unresolvable_variable_matches_no_resource(evaluate: Evaluator) -> None:
    policies = Policies(identity=(policy(allow(resource=f"{BUCKET}/${{aws:username}}*")),))
    assert not evaluate(ask(resource=f"{BUCKET}/"), policies).allowed
    assert not evaluate(ask(resource=f"{BUCKET}/${{aws:username}}"), policies).allowed


def test_3_not_resource_with_an_unresolved_variable_cannot_open_access(evaluate: Evaluator) -> None:
    """Contested. An Allow does not apply, a Deny does."""
    entry = f"{BUCKET}/${{aws:username}}/*"
    widened = policy({"Effect": "Allow", "Action": "*", "NotResource": entry})
    assert not evaluate(ask(), Policies(identity=(widened,))).allowed
    assert evaluate(ask(context={"aws:username": "bob"}), Policies(identity=(widened,))).allowed
    narrowed = policy(allow(), {"Effect": "Deny", "Action": "*", "NotResource": [entry, f"{BUCKET}/public"]})
    assert evaluate(ask(), Policies(identity=(narrowed,))).result is EXPLICIT
    assert evaluate(ask(resource=f"{BUCKET}/public"), Policies(identity=(narrowed,))).allowed


def test_3_short_arns_are_refused_in_scps() -> None:
    with pytest.raises(PolicyError, match="3 parts"):
        policy(deny(resource="arn:aws:s3"), kind=PolicyKind.SCP)
    assert policy(deny(resource="arn:aws:s3:*"), kind=PolicyKind.SCP).statements


# 4. Principal


def resource_policy(*statements: Json, name: str = "r") -> PolicyDocument:
    return policy(*statements, kind=PolicyKind.RESOURCE, name=name)


@pytest.mark.parametrize("everyone", ["*", {"AWS": "*"}])
@pytest.mark.parametrize("arn", [USER, SESSION, None])
def test_4_star_is_everyone_the_anonymous_too(evaluate: Evaluator, everyone: Json, arn: str | None) -> None:
    policies = Policies(resource=resource_policy(allow(Principal=everyone)))
    assert evaluate(ask(arn=arn, owner=ACCOUNT if arn else ""), policies).allowed


def test_4_no_part_of_a_principal_may_be_a_wildcard() -> None:
    for name in (f"arn:aws:iam::{ACCOUNT}:user/*", "arn:aws:iam::*:root", "1111*", f"arn:aws:iam::{ACCOUNT}:role/op?"):
        with pytest.raises(PolicyError, match="wildcard"):
            resource_policy(allow(Principal={"AWS": name}))


@pytest.mark.parametrize("account", [ACCOUNT, ROOT])
def test_4_an_account_delegates_and_grants_nothing_by_itself(evaluate: Evaluator, account: str) -> None:
    named = resource_policy(allow(Principal={"AWS": account}))
    assert not evaluate(ask(), Policies(resource=named)).allowed
    assert evaluate(ask(), Policies(resource=named, identity=(policy(allow()),))).allowed
    denying = resource_policy(deny(Principal={"AWS": account}))
    assert evaluate(ask(), Policies(resource=denying, identity=(policy(allow()),))).result is EXPLICIT


def test_4_a_role_matches_any_of_its_sessions_whatever_its_path(evaluate: Evaluator) -> None:
    named = Policies(resource=resource_policy(allow(Principal={"AWS": ROLE})))
    assert evaluate(ask(arn=SESSION), named).allowed
    assert evaluate(ask(arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/bob"), named).allowed
    assert not evaluate(ask(arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/team/bob"), named).allowed
    assert not evaluate(ask(arn=f"arn:aws:sts::{OTHER}:assumed-role/ops/bob", owner=OTHER), named).allowed


def test_4_a_session_matches_that_session_only(evaluate: Evaluator) -> None:
    named = Policies(resource=resource_policy(allow(Principal={"AWS": SESSION})))
    assert evaluate(ask(arn=SESSION), named).allowed
    assert not evaluate(ask(arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/bob"), named).allowed


def test_4_user_arns_are_case_sensitive(evaluate: Evaluator) -> None:
    named = Policies(resource=resource_policy(allow(Principal={"AWS": USER})))
    assert evaluate(ask(), named).allowed
    assert not evaluate(ask(arn=USER.replace("alice", "Alice")), named).allowed


def test_4_a_deleted_principal_matches_nobody(evaluate: Evaluator) -> None:
    document = resource_policy(allow(Principal={"AWS": "AIDAQWERTYUIOPASDFGHJ"}))
    assert [w.code for w in document.warnings] == ["policy.principal.deleted"]
    assert not evaluate(ask(), Policies(resource=document)).allowed


def test_4_a_federated_user_is_known_by_its_own_arn_and_its_users(evaluate: Evaluator) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    scope = policy(allow(), kind=PolicyKind.SESSION)
    direct = resource_policy(allow(Principal={"AWS": session}))
    by_user = resource_policy(allow(Principal={"AWS": USER}))
    request = ask(arn=session, issuer=USER)
    assert evaluate(request, Policies(resource=direct)).allowed
    assert evaluate(request, Policies(resource=by_user, session=(scope,))).allowed
    assert evaluate(request, Policies(resource=by_user)).blocking_layer is Layer.SESSION


def test_4_services_and_identity_providers_are_namespaces_of_their_own(evaluate: Evaluator) -> None:
    service = Policies(resource=resource_policy(allow(Principal={"Service": "cloudtrail.amazonaws.com"})))
    trail: dict[str, ContextValue] = {"aws:principalservicename": "cloudtrail.amazonaws.com"}
    assert evaluate(ask(arn=None, context=trail), service).allowed
    assert not evaluate(ask(arn=None), service).allowed
    assert not evaluate(ask(context=trail), service).allowed
    provider = Policies(resource=resource_policy(allow(Principal={"Federated": "accounts.example.com"})))
    assert evaluate(ask(arn=SESSION, context={"aws:federatedprovider": "accounts.example.com"}), provider).allowed
    assert not evaluate(ask(arn=SESSION, context={"aws:federatedprovider": "accounts.example.org"}), provider).allowed


def test_4_not_principal_with_deny_must_list_session_and_role_and_account(evaluate: Evaluator) -> None:
    def result(*names: str) -> Result:
        statement: Json = {"Effect": "Deny", "NotPrincipal": {"AWS": list(names)}, "Action": "*", "Resource": "*"}
        policies = Policies(resource=resource_policy(statement), identity=(policy(allow()),))
        return evaluate(ask(arn=SESSION), policies).result

    assert result(SESSION, ROLE, ROOT) is ALLOWED
    assert result(SESSION, ROLE) is EXPLICIT
    assert result(SESSION, ROOT) is EXPLICIT
    assert result(ROLE, ROOT) is EXPLICIT
    assert result(OTHER) is EXPLICIT


def test_4_not_principal_with_deny_always_denies_who_has_a_boundary(evaluate: Evaluator) -> None:
    statement: Json = {"Effect": "Deny", "NotPrincipal": {"AWS": [USER, ROOT]}, "Action": "*", "Resource": "*"}
    policies = Policies(resource=resource_policy(statement), identity=(policy(allow()),))
    assert evaluate(ask(), policies).allowed
    bounded = replace(policies, boundary=policy(allow(), kind=PolicyKind.BOUNDARY), compiler=None)
    assert evaluate(ask(), bounded).result is EXPLICIT


def test_4_not_principal_with_allow_is_everyone_else_and_a_warning(evaluate: Evaluator) -> None:
    document = resource_policy({"Effect": "Allow", "NotPrincipal": {"AWS": USER}, "Action": "*", "Resource": "*"})
    assert "policy.lint.allow-not-principal" in [w.code for w in document.warnings]
    policies = Policies(resource=document)
    assert evaluate(ask(arn=None, owner=""), policies).allowed
    assert not evaluate(ask(), policies).allowed


def test_4_a_statement_without_principal_matches_nobody(evaluate: Evaluator) -> None:
    document = resource_policy(allow())
    assert [w.code for w in document.warnings] == ["policy.principal.missing"]
    assert not evaluate(ask(), Policies(resource=document)).allowed
    with pytest.raises(PolicyError, match="matches nobody"):
        resource_policy(deny())


# 5. Conditions: structure


def test_5_operators_and_keys_are_and(evaluate: Evaluator) -> None:
    condition: Json = {"StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": "true"}}
    policies = Policies(identity=(policy(allow(Condition=condition)),))
    full: dict[str, ContextValue] = {"a": "1", "b": "2", "c": "true"}
    assert evaluate(ask(context=full), policies).allowed
    for key in full:
        assert not evaluate(ask(context={**full, key: "false"}), policies).allowed
        assert not evaluate(ask(context={k: v for k, v in full.items() if k != key}), policies).allowed


def test_5_values_are_or_for_positive_operators(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringEquals", ["a", "b"], "b")
    assert not holds(evaluate, "StringEquals", ["a", "b"], "c")


def test_5_values_are_nor_for_negative_operators(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringNotEquals", ["a", "b"], "c")
    assert not holds(evaluate, "StringNotEquals", ["a", "b"], "a")
    assert not holds(evaluate, "StringNotEquals", ["a", "b"], "b")


def test_5_key_names_ignore_case_the_tag_part_too(evaluate: Evaluator) -> None:
    for key in ("aws:ResourceTag/Team", "AWS:RESOURCETAG/TEAM", "aws:resourcetag/team"):
        policies = Policies(identity=(policy(allow(Condition={"StringEquals": {key: "Red"}})),))
        assert evaluate(ask(context={"aws:resourcetag/team": "Red"}), policies).allowed
        assert not evaluate(ask(context={"aws:resourcetag/team": "red"}), policies).allowed


NEGATIVE = [b.value for b in Base if b.negative]
SAMPLE: dict[str, str] = {"String": "x", "Numeric": "1", "Date": "2026-01-01", "Bool": "true", "Binary": "AA=="}
SAMPLE |= {"IpAddress": "192.0.2.0/24", "NotIpAddress": "192.0.2.0/24", "Arn": "arn:aws:s3:::b"}


def sample(name: str) -> str:
    return next(v for k, v in SAMPLE.items() if name.startswith(k))


@pytest.mark.parametrize("name", [n for n in operator_names() if n != "Null"])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_5_a_missing_key_fails_positive_satisfies_negative_and_if_exists(
    evaluate: Evaluator, name: str, effect: str
) -> None:
    assert holds(evaluate, name, sample(name), None, effect=effect) is (name in NEGATIVE)
    assert holds(evaluate, f"{name}IfExists", sample(name), None, effect=effect)


def test_5_there_are_eight_negative_operators_of_27() -> None:
    assert len(operator_names()) == 27
    assert sorted(NEGATIVE) == sorted(
        [
            "StringNotEquals",
            "StringNotEqualsIgnoreCase",
            "StringNotLike",
            "NumericNotEquals",
            "DateNotEquals",
            "NotIpAddress",
            "ArnNotEquals",
            "ArnNotLike",
        ]
    )


def test_5_deny_with_a_negative_if_exists_still_denies_on_a_missing_key(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringNotEqualsIfExists", "x", None, effect="Deny")


@pytest.mark.parametrize("value", [True, "true", "TRUE"])
def test_5_null_true_is_absent_or_empty(evaluate: Evaluator, value: Json) -> None:
    assert holds(evaluate, "Null", value, None)
    assert holds(evaluate, "Null", value, "")
    assert holds(evaluate, "Null", value, ())
    assert holds(evaluate, "Null", value, ("",))
    assert not holds(evaluate, "Null", value, "x")
    assert not holds(evaluate, "Null", value, ("x", ""))


@pytest.mark.parametrize("value", [False, "false", "False"])
def test_5_null_false_is_present_and_not_empty(evaluate: Evaluator, value: Json) -> None:
    assert holds(evaluate, "Null", value, "x")
    assert not holds(evaluate, "Null", value, None)
    assert not holds(evaluate, "Null", value, "")


def test_5_null_takes_no_if_exists_and_no_set_operator() -> None:
    for name in ("NullIfExists", "ForAllValues:Null", "ForAnyValue:Null"):
        with pytest.raises(PolicyError, match="no condition operator"):
            policy(allow(Condition={name: {"k": "true"}}))


def test_5_a_single_valued_operator_does_not_match_a_multi_valued_key(evaluate: Evaluator) -> None:
    """Observed for positive operators. For negative ones contested: the answer that cannot open access."""
    assert not holds(evaluate, "StringEquals", "a", ("a",))
    assert not holds(evaluate, "StringEquals", "a", ("a",), effect="Deny")
    assert not holds(evaluate, "StringNotEquals", "a", ("b",))
    assert holds(evaluate, "StringNotEquals", "a", ("b",), effect="Deny")


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize("name", ["StringEquals", "StringNotEquals", "StringLike", "NumericLessThan", "ArnNotLike"])
def test_5_for_all_values_is_true_of_missing_and_empty(evaluate: Evaluator, name: str, effect: str) -> None:
    for present in (None, (), ("",), ""):
        assert holds(evaluate, f"ForAllValues:{name}", sample(name), present, effect=effect)


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize("name", ["StringEquals", "StringNotEquals", "StringLike", "NumericLessThan", "ArnNotLike"])
def test_5_for_any_value_is_false_of_missing_and_empty(evaluate: Evaluator, name: str, effect: str) -> None:
    for present in (None, (), ("",), ""):
        assert not holds(evaluate, f"ForAnyValue:{name}", sample(name), present, effect=effect)


def test_5_for_all_values_wants_every_value_listed(evaluate: Evaluator) -> None:
    assert holds(evaluate, "ForAllValues:StringEquals", ["a", "b"], ("a", "b", "a"))
    assert not holds(evaluate, "ForAllValues:StringEquals", ["a", "b"], ("a", "c"))


def test_5_for_any_value_wants_one_value_listed(evaluate: Evaluator) -> None:
    assert holds(evaluate, "ForAnyValue:StringEquals", ["a", "b"], ("c", "b"))
    assert not holds(evaluate, "ForAnyValue:StringEquals", ["a", "b"], ("c", "d"))


def test_5_set_operators_with_negative_operators(evaluate: Evaluator) -> None:
    assert holds(evaluate, "ForAnyValue:StringNotEquals", ["a"], ("a", "b"))
    assert not holds(evaluate, "ForAnyValue:StringNotEquals", ["a", "b"], ("a", "b"))
    assert holds(evaluate, "ForAllValues:StringNotEquals", ["a"], ("b", "c"))
    assert not holds(evaluate, "ForAllValues:StringNotEquals", ["a"], ("a", "b"))


def test_5_a_single_value_is_a_set_of_one_under_a_set_operator(evaluate: Evaluator) -> None:
    assert holds(evaluate, "ForAllValues:StringEquals", "a", "a")
    assert holds(evaluate, "ForAnyValue:StringEquals", "a", "a")
    assert not holds(evaluate, "ForAnyValue:StringEquals", "a", "b")


def test_5_if_exists_says_nothing_inside_a_set_operator(evaluate: Evaluator) -> None:
    """Contested. In a Deny it is heard, because there being heard cannot open access."""
    assert not holds(evaluate, "ForAnyValue:StringEqualsIfExists", "a", None)
    assert holds(evaluate, "ForAnyValue:StringEqualsIfExists", "a", None, effect="Deny")
    assert holds(evaluate, "ForAllValues:StringEqualsIfExists", "a", None)


# 6. Operators


def test_6_equals_has_no_wildcards(evaluate: Evaluator) -> None:
    assert not holds(evaluate, "StringEquals", "a*", "abc")
    assert holds(evaluate, "StringEquals", "a*", "a*")
    assert holds(evaluate, "StringNotEquals", "a*", "abc")
    assert holds(evaluate, "StringEqualsIgnoreCase", "A?", "a?")
    assert not holds(evaluate, "StringEqualsIgnoreCase", "A?", "ab")


def test_6_ignore_case_is_lower_and_nothing_more(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringEqualsIgnoreCase", "ALICE", "alice")
    assert not holds(evaluate, "StringEqualsIgnoreCase", "straße", "STRASSE")
    assert not holds(evaluate, "StringEqualsIgnoreCase", "caf\u00e9", "cafe\u0301")
    assert not holds(evaluate, "StringNotEqualsIgnoreCase", "ALICE", "alice")


def test_6_like_knows_star_and_question_mark_and_newlines(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringLike", "a*c?", "a\n\nbcd")
    assert not holds(evaluate, "StringLike", "a*c?", "abc")
    assert not holds(evaluate, "StringLike", "A*", "abc")
    assert not holds(evaluate, "StringLike", "a.c", "abc")
    assert holds(evaluate, "StringNotLike", "x*", "abc")


def test_6_numbers_compare_by_value(evaluate: Evaluator) -> None:
    assert holds(evaluate, "NumericEquals", "10", "10.0")
    assert holds(evaluate, "NumericEquals", 10, "10.00")
    assert holds(evaluate, "NumericLessThan", "10", "9.999999999999999999999")
    assert not holds(evaluate, "NumericLessThan", "10", "10")
    assert holds(evaluate, "NumericLessThanEquals", "10", "10")
    assert holds(evaluate, "NumericGreaterThan", "-1", "0")
    assert holds(evaluate, "NumericGreaterThanEquals", "-1", "-1.0")
    assert holds(evaluate, "NumericNotEquals", ["1", "2"], "3")
    assert not holds(evaluate, "NumericNotEquals", ["1", "2"], "2.0")


@pytest.mark.parametrize("junk", ["", "ten", "1e3", "NaN", "inf", "0x10", "1_000", " 1", "1,5", "\u0661", "9" * 100])
def test_6_a_value_that_is_no_number_is_no_match(evaluate: Evaluator, junk: str) -> None:
    assert not holds(evaluate, "NumericLessThan", "10", junk)
    assert not holds(evaluate, "NumericEqualsIfExists", "10", junk)
    # Contested for negative operators: the answer that cannot open access.
    assert not holds(evaluate, "NumericNotEquals", "10", junk)
    assert holds(evaluate, "NumericNotEquals", "10", junk, effect="Deny")


@pytest.mark.parametrize(
    "present",
    [
        "2026-01-31T00:00:00Z",
        "2026-01-31",
        "2026-01-31T00:00Z",
        "2026-01-31T01:30:00+01:30",
        "2026-01-30T19:00:00.000-05:00",
        "1769817600",
        "1769817600.0",
    ],
)
@pytest.mark.parametrize("wanted", ["2026-01-31T00:00:00Z", 1769817600, "2026-01-31"])
def test_6_dates_compare_instants_across_formats(evaluate: Evaluator, wanted: Json, present: str) -> None:
    assert holds(evaluate, "DateEquals", wanted, present)
    assert not holds(evaluate, "DateNotEquals", wanted, present)
    assert not holds(evaluate, "DateLessThan", wanted, present)
    assert holds(evaluate, "DateGreaterThanEquals", wanted, present)


def test_6_dates_keep_fractions_exactly(evaluate: Evaluator) -> None:
    assert holds(evaluate, "DateGreaterThan", "2026-01-31T00:00:00Z", "2026-01-31T00:00:00.000000001Z")
    assert holds(evaluate, "DateLessThan", "2026-01-31T00:00:00.2Z", "2026-01-31T00:00:00.10Z")


@pytest.mark.parametrize(
    "junk", ["2026-13-01", "2026-02-30", "tomorrow", "2026-01-31T12:00:00", "2026-W05", "2026-01", ""]
)
def test_6_a_value_that_is_no_date_is_no_match(evaluate: Evaluator, junk: str) -> None:
    assert not holds(evaluate, "DateGreaterThan", "1970-01-01", junk)
    assert not holds(evaluate, "DateNotEquals", "1970-01-01", junk)
    assert holds(evaluate, "DateNotEquals", "1970-01-01", junk, effect="Deny")


def test_6_bool_ignores_case_and_takes_json_booleans(evaluate: Evaluator) -> None:
    assert holds(evaluate, "Bool", True, "TRUE")
    assert holds(evaluate, "Bool", "FALSE", "false")
    assert not holds(evaluate, "Bool", "true", "false")
    assert not holds(evaluate, "Bool", "true", "yes")
    assert not holds(evaluate, "Bool", "false", "")


def test_6_the_mfa_trap(evaluate: Evaluator) -> None:
    """Deny + Bool …=false does not reach long-term keys, which lack the key; BoolIfExists does."""
    for operator, expected in (("Bool", ALLOWED), ("BoolIfExists", EXPLICIT)):
        document = policy(allow(), deny(Condition={operator: {"aws:MultiFactorAuthPresent": "false"}}))
        assert evaluate(ask(), Policies(identity=(document,))).result is expected
        codes = [w.code for w in document.warnings]
        assert codes == (["policy.lint.bool-mfa"] if operator == "Bool" else [])


def test_6_binary_compares_bytes(evaluate: Evaluator) -> None:
    assert holds(evaluate, "BinaryEquals", "AAEC", "AAEC")
    assert not holds(evaluate, "BinaryEquals", "AAEC", "aaec")
    assert not holds(evaluate, "BinaryEquals", "AAEC", "not base64")
    # Two spellings of one byte: the bits that base64 leaves over do not count.
    assert holds(evaluate, "BinaryEquals", "AA==", "AB==")


@pytest.mark.parametrize(
    ("block", "address", "inside"),
    [
        ("203.0.113.0/24", "203.0.113.255", True),
        ("203.0.113.0/24", "203.0.114.0", False),
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.9/24", "203.0.113.200", True),
        ("0.0.0.0/0", "8.8.8.8", True),
        ("2001:db8::/32", "2001:0DB8:0:0:0:0:0:1", True),
        ("2001:db8::1", "2001:db8:0::0:1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("::/0", "203.0.113.1", False),
        # Contested: an IPv4-mapped address is the IPv4 address.
        ("203.0.113.0/24", "::ffff:203.0.113.5", True),
        ("::ffff:203.0.113.0/120", "203.0.113.5", True),
    ],
)
def test_6_ip_addresses(evaluate: Evaluator, block: str, address: str, *, inside: bool) -> None:
    assert holds(evaluate, "IpAddress", block, address) is inside
    assert holds(evaluate, "NotIpAddress", block, address) is not inside


@pytest.mark.parametrize(
    "junk", ["", "203.0.113", "203.0.113.7/32", "203.0.113.07", "fe80::1%eth0", "localhost", " 1.2.3.4"]
)
def test_6_a_value_that_is_no_address_is_no_match(evaluate: Evaluator, junk: str) -> None:
    assert not holds(evaluate, "IpAddress", "0.0.0.0/0", junk)
    assert not holds(evaluate, "NotIpAddress", "0.0.0.0/0", junk)
    assert holds(evaluate, "NotIpAddress", "0.0.0.0/0", junk, effect="Deny")


def test_6_arn_like_compares_six_parts_separately(evaluate: Evaluator) -> None:
    """The guide's example: a wildcard of ArnLike stays in its part, that of StringLike does not."""
    pattern = "arn:aws:s3:::*/finance/document.txt"
    crossing = "arn:aws:s3:us-east-1:1:x:y/finance/document.txt"
    assert holds(evaluate, "StringLike", "arn:aws:s3:*/finance/document.txt", crossing)
    assert not holds(evaluate, "ArnLike", pattern, crossing)
    assert holds(evaluate, "ArnLike", pattern, "arn:aws:s3:::a/b:c/finance/document.txt")
    assert holds(evaluate, "ArnLike", "arn:aws:sns:*:*:topic", "arn:aws:sns:us-east-1:1:topic")
    assert not holds(evaluate, "ArnLike", "arn:aws:sns:*:*:topic", "arn:aws:sns:us-east-1:1:2:topic")


@pytest.mark.parametrize(("equals", "like"), [("ArnEquals", "ArnLike"), ("ArnNotEquals", "ArnNotLike")])
def test_6_arn_equals_is_arn_like(evaluate: Evaluator, equals: str, like: str) -> None:
    for value in ("arn:aws:s3:::bucket/a", "arn:aws:s3:::other", "arn:AWS:s3:::bucket/a"):
        assert holds(evaluate, equals, "arn:aws:s3:::bucket/*", value) is holds(
            evaluate, like, "arn:aws:s3:::bucket/*", value
        )
    assert holds(evaluate, "ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bucket")


def test_6_a_value_that_is_no_arn_is_no_match(evaluate: Evaluator) -> None:
    assert not holds(evaluate, "ArnLike", "arn:*:*:*:*:*", "arn:aws:s3")
    assert not holds(evaluate, "ArnNotLike", "arn:*:*:*:*:*", "arn:aws:s3")
    assert holds(evaluate, "ArnNotLike", "arn:*:*:*:*:*", "arn:aws:s3", effect="Deny")


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "${aws:x}"),
        ("NumericEquals", "ten"),
        ("DateEquals", "${aws:x}"),
        ("DateEquals", "2026"[:3] + "x"),
        ("Bool", "${aws:x}"),
        ("Bool", "yes"),
        ("Null", "maybe"),
        ("BinaryEquals", "%%%"),
        ("IpAddress", "${aws:SourceIp}"),
        ("IpAddress", "203.0.113.0/33"),
        ("IpAddress", "203.0.113.0/255.255.255.0"),
        ("ArnLike", "*"),
        ("ArnLike", "arn:aws:s3"),
    ],
)
def test_6_a_document_with_a_value_of_the_wrong_type_is_refused(operator: str, value: str) -> None:
    with pytest.raises(PolicyError, match=r"not a value for|a variable cannot stand"):
        policy(deny(Condition={operator: {"k": value}}))


def test_6_variables_stand_in_strings_and_arns_alone(evaluate: Evaluator) -> None:
    """The other families refuse them: `test_6_a_document_with_a_value_of_the_wrong_type_is_refused`."""
    for operator, value in (
        ("StringEquals", "${aws:username}"),
        ("StringLike", "${aws:username}*"),
        ("StringEqualsIgnoreCase", "${aws:username}"),
        ("ArnLike", "arn:aws:iam::1:user/${aws:username}"),
    ):
        actual = value.replace("${aws:username}", "alice").replace("*", "x")
        document = policy(allow(Condition={operator: {"k": value}}))
        context = {"aws:username": "alice", "k": actual}
        assert evaluate(ask(context=context), Policies(identity=(document,))).allowed


def test_6_an_operators_name_in_another_case_is_read_and_warned_of(evaluate: Evaluator) -> None:
    document = policy(allow(Condition={"stringequals": {"k": "v"}}))
    assert [d.code for d in document.warnings] == ["policy.operator.case"]
    assert evaluate(ask(context={"k": "v"}), Policies(identity=(document,))).allowed


# 7. Variables


def test_7_a_variable_stands_for_its_value(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringEquals", "home/${aws:username}", "home/alice", aws_username="alice")
    assert holds(evaluate, "StringLike", "${AWS:UserName}/*", "alice/x", aws_username="alice")
    assert holds(evaluate, "ArnLike", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::alice/x", aws_username="alice")
    assert holds(evaluate, "ArnEquals", "${aws:principalarn}", USER, aws_principalarn=USER)


def test_7_a_default_stands_where_the_key_is_absent(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringEquals", "${aws:tag, 'a, b}'}", "a, b}")
    assert holds(evaluate, "StringEquals", "${aws:tag, ''}x", "x")
    assert not holds(evaluate, "StringEquals", "${aws:tag, 'dflt'}", "dflt", aws_tag="set")


def test_7_literal_characters(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringLike", "a${*}b", "a*b")
    assert not holds(evaluate, "StringLike", "a${*}b", "axb")
    assert holds(evaluate, "StringLike", "${?}${$}", "?$")
    assert not holds(evaluate, "StringLike", "${?}", "x")
    policies = Policies(identity=(policy(allow(resource=f"{BUCKET}/${{*}}")),))
    assert evaluate(ask(resource=f"{BUCKET}/*"), policies).allowed
    assert not evaluate(ask(resource=f"{BUCKET}/x"), policies).allowed


def test_7_substituted_values_are_literal(evaluate: Evaluator) -> None:
    assert not holds(evaluate, "StringLike", "${aws:tag}", "anything", aws_tag="*")
    assert holds(evaluate, "StringLike", "${aws:tag}", "*", aws_tag="*")
    policies = Policies(identity=(policy(allow(resource=f"{BUCKET}/${{aws:tag}}")),))
    assert not evaluate(ask(resource=f"{BUCKET}/secret", context={"aws:tag": "*"}), policies).allowed
    assert not evaluate(ask(resource=f"{BUCKET}/secret", context={"aws:tag": "secre?"}), policies).allowed


def test_7_no_recursive_expansion(evaluate: Evaluator) -> None:
    assert not holds(evaluate, "StringEquals", "${aws:a}", "x", aws_a="${aws:b}", aws_b="x")
    assert holds(evaluate, "StringEquals", "${aws:a}", "${aws:b}", aws_a="${aws:b}", aws_b="x")


def test_7_single_valued_keys_only(evaluate: Evaluator) -> None:
    assert not holds(evaluate, "StringEquals", "${aws:a}", "x", aws_a=("x",))
    assert not holds(evaluate, "StringEquals", "${aws:a, 'x'}", "x", aws_a=("y",))


def test_7_null_fails_positive_and_satisfies_inverted_operators(evaluate: Evaluator) -> None:
    assert not holds(evaluate, "StringEquals", "${aws:a}", "x")
    assert not holds(evaluate, "StringLike", "*${aws:a}", "x")
    assert holds(evaluate, "StringNotEquals", "${aws:a}", "x")
    assert holds(evaluate, "StringNotLike", "*${aws:a}", "x", effect="Deny")


def test_7_an_empty_string_is_a_value_for_substitution(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringEquals", "a${aws:a}b", "ab", aws_a="")
    assert holds(evaluate, "StringEquals", "${aws:a, 'd'}", "", aws_a="")


def test_7_an_unterminated_variable_is_literal_and_a_warning(evaluate: Evaluator) -> None:
    assert holds(evaluate, "StringEquals", "${aws:a", "${aws:a")
    document = policy(allow(Condition={"StringEquals": {"k": "${aws:a"}}))
    assert [w.code for w in document.warnings] == ["policy.variable.unterminated"]


def test_7_a_malformed_variable_is_refused() -> None:
    for text in ("${}", "${a,'x'}", '${a, "x"}', "${ a}", "${a, 'x}"):
        with pytest.raises(PolicyError, match="not a policy variable"):
            policy(allow(Condition={"StringEquals": {"k": text}}))


# 8. Evaluation order and layering


FULL = allow()


def layered(**layers: Json) -> Policies:
    """Policies from statements by layer; a layer that is not named does not exist."""

    def one(name: str, kind: PolicyKind) -> PolicyDocument | None:
        found = layers.get(name)
        return None if found is None else policy(*_list(found), kind=kind, name=name)

    session = one("session", PolicyKind.SESSION)
    return Policies(
        identity=tuple(policy(s, name="identity") for s in _list(layers.get("identity", []))),
        resource=one("resource", PolicyKind.RESOURCE),
        scp=tuple((policy(*_list(level), kind=PolicyKind.SCP, name="scp"),) for level in _list(layers.get("scp", []))),
        rcp=tuple((policy(*_list(level), kind=PolicyKind.RCP, name="rcp"),) for level in _list(layers.get("rcp", []))),
        boundary=one("boundary", PolicyKind.BOUNDARY),
        session=None if session is None else (session,),
        endpoint=one("endpoint", PolicyKind.ENDPOINT),
        revision="r7",
    )


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def test_8_nothing_said_is_implicitly_denied(evaluate: Evaluator) -> None:
    decision = evaluate(ask(), Policies(revision="r7"))
    assert (decision.result, decision.blocking_layer, decision.determining) == (IMPLICIT, Layer.IDENTITY, ())
    assert decision.revision == "r7"


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("identity", Layer.IDENTITY),
        ("resource", Layer.RESOURCE),
        ("scp", Layer.GUARDRAIL),
        ("rcp", Layer.RESOURCE_GUARDRAIL),
        ("boundary", Layer.BOUNDARY),
        ("session", Layer.SESSION),
        ("endpoint", Layer.ENDPOINT),
    ],
)
@pytest.mark.parametrize("owner", [ACCOUNT, OTHER])
def test_8_an_explicit_deny_in_any_layer_ends_it(evaluate: Evaluator, layer: str, expected: Layer, owner: str) -> None:
    everyone: dict[str, Json] = {"Principal": "*"}
    open_layers: dict[str, Json] = {
        "identity": [FULL],
        "resource": [{**FULL, **everyone}],
        "scp": [[FULL]],
        "boundary": [FULL],
        "session": [FULL],
        "endpoint": [{**FULL, **everyone}],
    }
    assert evaluate(ask(owner=owner), layered(**open_layers)).allowed
    principal: dict[str, Json] = everyone if layer in {"resource", "rcp", "endpoint"} else {}
    denying = {**deny("s3:*", Sid="No"), **principal}
    if layer in {"scp", "rcp"}:
        open_layers[layer] = [[*_list(_list(open_layers.get(layer, [[]]))[0]), denying]]
    else:
        open_layers[layer] = [*_list(open_layers.get(layer, [])), denying]
    decision = evaluate(ask(owner=owner), layered(**open_layers))
    assert (decision.result, decision.blocking_layer) == (EXPLICIT, expected)
    assert [r.sid for r in decision.determining] == ["No"]


def test_8_scps_need_an_allow_at_every_level(evaluate: Evaluator) -> None:
    s3, ec2 = allow("s3:*"), allow("ec2:*")
    assert evaluate(ask(), layered(identity=FULL, scp=[[FULL], [s3]])).allowed
    decision = evaluate(ask(), layered(identity=FULL, scp=[[FULL], [ec2]]))
    assert (decision.result, decision.blocking_layer) == (IMPLICIT, Layer.GUARDRAIL)
    assert evaluate(ask(), layered(identity=FULL, scp=[[ec2], [s3]])).blocking_layer is Layer.GUARDRAIL


def test_8_documents_within_an_scp_level_are_a_union(evaluate: Evaluator) -> None:
    s3 = policy(allow("s3:*"), kind=PolicyKind.SCP, name="a")
    ec2 = policy(allow("ec2:*"), kind=PolicyKind.SCP, name="b")
    assert evaluate(ask(), Policies(identity=(policy(FULL),), scp=((ec2, s3),))).allowed


def test_8_an_scp_grants_nothing_and_no_organisation_limits_nothing(evaluate: Evaluator) -> None:
    assert evaluate(ask(), layered(scp=[[FULL]])).blocking_layer is Layer.IDENTITY
    assert evaluate(ask(), layered(identity=FULL)).allowed


def test_8_an_scp_level_without_documents_allows_nothing(evaluate: Evaluator) -> None:
    assert evaluate(ask(), Policies(identity=(policy(FULL),), scp=((),))).blocking_layer is Layer.GUARDRAIL


def test_8_scps_reach_members_roots_but_no_services_outsiders_or_linked_roles(evaluate: Evaluator) -> None:
    policies = layered(identity=FULL, resource={**FULL, "Principal": "*"}, scp=[[deny()]])
    linked = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s"
    assert evaluate(ask(arn=ROOT), policies).result is EXPLICIT
    assert evaluate(ask(arn=linked), policies).allowed
    assert evaluate(ask(arn=None), policies).allowed
    issued = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/Custom"
    assert evaluate(ask(arn=SESSION, issuer=issued), policies).allowed


def test_8_watchwords_own_guardrails_are_over_everyone(evaluate: Evaluator) -> None:
    policies = layered(resource={**FULL, "Principal": "*"}, scp=[[FULL, deny("http:*")]])
    own = "arn:watchword:app:::payroll/"
    request = Request(principal=ANONYMOUS, action="http:GET", resource=own, context={})
    assert evaluate(request, policies).result is EXPLICIT
    assert evaluate(replace(request, principal=person("a@example.com")), policies).result is EXPLICIT


def test_8_rcps_only_deny_and_spare_linked_roles(evaluate: Evaluator) -> None:
    no_outsiders: Json = deny(Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})
    policies = layered(identity=FULL, rcp=[[no_outsiders]])
    assert evaluate(ask(context={"aws:principalorgid": "o-1"}), policies).allowed
    assert evaluate(ask(context={"aws:principalorgid": "o-2"}), policies).result is EXPLICIT
    assert evaluate(ask(arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s"), policies).allowed
    full = policy({**FULL, "Principal": "*"}, kind=PolicyKind.RCP, name="RCPFullAWSAccess")
    assert evaluate(ask(), Policies(identity=(policy(FULL),), rcp=((full,),))).allowed


def test_8_a_resource_policy_grants_a_user_alone_whatever_the_others_do_not_say(evaluate: Evaluator) -> None:
    named = {**FULL, "Principal": {"AWS": USER}}
    assert evaluate(ask(), layered(resource=named)).allowed
    assert evaluate(ask(), layered(resource=named, boundary=allow("ec2:*"), session=allow("ec2:*"))).allowed


def test_8_a_grant_to_the_session_is_not_limited_one_to_the_role_is(evaluate: Evaluator) -> None:
    to_session = {**FULL, "Principal": {"AWS": SESSION}}
    to_role = {**FULL, "Principal": {"AWS": ROLE}}
    for limit, layer in (("boundary", Layer.BOUNDARY), ("session", Layer.SESSION)):
        assert evaluate(ask(arn=SESSION), layered(resource=to_session, **{limit: allow("ec2:*")})).allowed
        decision = evaluate(ask(arn=SESSION), layered(resource=to_role, **{limit: allow("ec2:*")}))
        assert (decision.result, decision.blocking_layer) == (IMPLICIT, layer)
        assert evaluate(ask(arn=SESSION), layered(resource=to_role, **{limit: allow("s3:*")})).allowed


def test_8_identity_policies_are_a_union(evaluate: Evaluator) -> None:
    decision = evaluate(ask(), layered(identity=[allow("ec2:*"), allow("s3:Get*"), FULL]))
    assert decision.allowed
    assert len(decision.determining) == 2


def test_8_a_boundary_intersects_and_grants_nothing(evaluate: Evaluator) -> None:
    assert evaluate(ask(), layered(boundary=FULL)).blocking_layer is Layer.IDENTITY
    assert evaluate(ask(), layered(identity=FULL, boundary=allow("s3:*"))).allowed
    decision = evaluate(ask(), layered(identity=FULL, boundary=allow("ec2:*")))
    assert (decision.result, decision.blocking_layer) == (IMPLICIT, Layer.BOUNDARY)


def test_8_a_session_policy_intersects(evaluate: Evaluator) -> None:
    assert evaluate(ask(arn=SESSION), layered(identity=FULL)).allowed
    assert evaluate(ask(arn=SESSION), layered(identity=FULL, session=allow("s3:*"))).allowed
    assert evaluate(ask(arn=SESSION), layered(identity=FULL, session=allow("ec2:*"))).blocking_layer is Layer.SESSION


def test_8_a_federation_token_without_session_policy_may_do_nothing(evaluate: Evaluator) -> None:
    request = ask(arn=f"arn:aws:sts::{ACCOUNT}:federated-user/bob")
    assert evaluate(request, layered(identity=FULL)).blocking_layer is Layer.SESSION
    assert evaluate(request, layered(identity=FULL, session=FULL)).allowed
    unplaced = replace(request, account="", resource_account="")
    assert evaluate(unplaced, layered(identity=FULL)).blocking_layer is Layer.SESSION


def test_8_across_accounts_both_sides_must_allow(evaluate: Evaluator) -> None:
    request = ask(owner=OTHER)
    for principal in (USER, ROOT, ACCOUNT):
        named = {**FULL, "Principal": {"AWS": principal}}
        assert evaluate(request, layered(identity=FULL, resource=named)).allowed
        assert evaluate(request, layered(resource=named)).blocking_layer is Layer.IDENTITY
    assert evaluate(request, layered(identity=FULL)).blocking_layer is Layer.RESOURCE


def test_8_across_accounts_star_in_the_resource_policy_is_not_enough(evaluate: Evaluator) -> None:
    assert evaluate(ask(owner=OTHER), layered(resource={**FULL, "Principal": "*"})).blocking_layer is Layer.IDENTITY


def test_8_across_accounts_a_boundarys_implicit_deny_denies(evaluate: Evaluator) -> None:
    named = {**FULL, "Principal": {"AWS": USER}}
    policies = layered(identity=FULL, resource=named, boundary=allow("ec2:*"))
    assert evaluate(ask(owner=OTHER), policies).blocking_layer is Layer.BOUNDARY
    assert evaluate(ask(owner=ACCOUNT), policies).allowed


def test_8_across_accounts_one_unknown_account_is_another_account(evaluate: Evaluator) -> None:
    assert evaluate(ask(owner=""), layered(identity=FULL)).blocking_layer is Layer.RESOURCE


def test_8_key_policies_must_trust(evaluate: Evaluator) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
    request = ask("kms:Decrypt", key)
    assert evaluate(request, layered(identity=FULL)).blocking_layer is Layer.RESOURCE
    delegating = {**FULL, "Principal": {"AWS": ROOT}}
    assert evaluate(request, layered(identity=FULL, resource=delegating)).allowed
    assert evaluate(request, layered(resource=delegating)).blocking_layer is Layer.IDENTITY
    assert evaluate(request, layered(resource={**FULL, "Principal": {"AWS": USER}})).allowed


def test_8_a_trust_policy_must_trust_and_alone_suffices_for_whom_it_names(evaluate: Evaluator) -> None:
    def trusting(name: str) -> PolicyDocument:
        statement: Json = {"Effect": "Allow", "Principal": {"AWS": name}, "Action": "sts:AssumeRole"}
        return policy(statement, kind=PolicyKind.TRUST, name="trust")

    request = ask("sts:AssumeRole", ROLE)
    full = (policy(FULL),)
    assert evaluate(request, Policies(resource=trusting(USER))).allowed
    assert evaluate(request, Policies(resource=trusting(ROOT))).blocking_layer is Layer.IDENTITY
    assert evaluate(request, Policies(resource=trusting(ROOT), identity=full)).allowed
    assert evaluate(request, Policies(resource=trusting(OTHER), identity=full)).blocking_layer is Layer.RESOURCE


def test_8_every_role_has_a_trust_policy_and_one_that_is_not_shown_gives_no_leave(evaluate: Evaluator) -> None:
    full = (policy(FULL),)
    for action in ("sts:AssumeRole", "STS:assumerole", "sts:TagSession"):
        assert evaluate(ask(action, ROLE), Policies(identity=full)).blocking_layer is Layer.RESOURCE
    assert evaluate(ask("sts:GetSessionToken", "*"), Policies(identity=full)).allowed
    assert evaluate(ask("iam:PassRole", ROLE), Policies(identity=full)).allowed


def test_8_retiring_a_grant_is_beyond_rcps(evaluate: Evaluator) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
    leave = policy({**FULL, "Principal": {"AWS": ROOT}}, kind=PolicyKind.RESOURCE, name="key")
    closed = policy({**deny("kms:*"), "Principal": "*"}, kind=PolicyKind.RCP, name="rcp")
    policies = Policies(identity=(policy(FULL),), resource=leave, rcp=((closed,),))
    assert evaluate(ask("kms:RetireGrant", key), policies).allowed
    assert evaluate(ask("kms:Decrypt", key), policies).blocking_layer is Layer.RESOURCE_GUARDRAIL


def test_8_a_name_makes_no_service_linked_role_where_the_role_is_told(evaluate: Evaluator) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s"
    guarded = layered(identity=FULL, scp=[[FULL, deny("s3:*")]])
    mine, linked = (f"arn:aws:iam::{ACCOUNT}:role/{path}AWSServiceRoleForX" for path in ("", "aws-service-role/x/"))
    assert evaluate(replace(ask(arn=session), session_issuer=mine), guarded).result is Result.EXPLICITLY_DENIED
    assert evaluate(replace(ask(arn=session), session_issuer=linked), guarded).allowed


def test_8_get_caller_identity_cannot_be_denied(evaluate: Evaluator) -> None:
    assert evaluate(ask("STS:GetCallerIdentity", "*"), layered(identity=deny(), scp=[[deny()]])).allowed


def test_8_the_anonymous_have_only_the_resource_policy_and_rcps(evaluate: Evaluator) -> None:
    everyone = {**FULL, "Principal": "*"}
    request = ask(arn=None)
    assert evaluate(request, layered(identity=FULL)).blocking_layer is Layer.RESOURCE
    assert evaluate(request, layered(resource=everyone, boundary=allow("ec2:*"))).allowed
    assert evaluate(request, layered(resource=everyone, rcp=[[deny(Principal="*")]])).result is EXPLICIT


def test_8_the_root_user_has_everything_in_its_own_account_but_for_scps(evaluate: Evaluator) -> None:
    assert evaluate(ask(arn=ROOT), Policies()).allowed
    assert evaluate(ask(arn=ROOT), layered(scp=[[allow("ec2:*")]])).blocking_layer is Layer.GUARDRAIL
    assert evaluate(ask(arn=ROOT), layered(resource={**deny(), "Principal": "*"})).result is EXPLICIT
    assert evaluate(ask(arn=ROOT, owner=OTHER), Policies()).blocking_layer is Layer.RESOURCE


def test_8_an_endpoint_policy_is_one_more_intersection(evaluate: Evaluator) -> None:
    everyone = {**FULL, "Principal": "*"}
    assert evaluate(ask(), layered(identity=FULL, endpoint=everyone)).allowed
    narrow = {**allow("ec2:*"), "Principal": "*"}
    assert evaluate(ask(), layered(identity=FULL, endpoint=narrow)).blocking_layer is Layer.ENDPOINT


def test_8_the_grant_is_looked_for_before_the_guardrail(evaluate: Evaluator) -> None:
    """So that "would be allowed but for this guardrail" is told apart from "nothing allows this"."""
    ec2_only: list[Json] = [[allow("ec2:*")]]
    assert evaluate(ask(), layered(identity=FULL, scp=ec2_only)).blocking_layer is Layer.GUARDRAIL
    assert evaluate(ask(), layered(identity=allow("ec2:*"), scp=ec2_only)).blocking_layer is Layer.IDENTITY


def test_8_what_kms_does_without_a_key_asks_no_key_policy(evaluate: Evaluator) -> None:
    full = Policies(identity=(policy(FULL),))
    assert evaluate(ask("kms:ListKeys", "*"), full).allowed
    assert evaluate(ask("kms:CreateAlias", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/a"), full).allowed
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"
    assert evaluate(ask("kms:CreateAlias", key), full).blocking_layer is Layer.RESOURCE


def test_8_an_alias_does_not_stand_for_its_key(evaluate: Evaluator) -> None:
    full = Policies(identity=(policy(FULL),))
    assert evaluate(ask("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/a"), full).blocking_layer is (
        Layer.RESOURCE
    )


def test_8_a_service_has_what_resource_policies_say_and_no_scp(evaluate: Evaluator) -> None:
    request = replace(ask(arn=None), service="cloudtrail.amazonaws.com")
    trail = {**FULL, "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    other = {**FULL, "Principal": {"Service": "config.amazonaws.com"}}
    assert evaluate(request, layered(resource=trail, scp=[[allow("ec2:*")]])).allowed
    assert evaluate(request, layered(resource=other, identity=FULL)).blocking_layer is Layer.RESOURCE
    assert evaluate(request, layered(resource=trail, rcp=[[deny(Principal="*")]])).result is EXPLICIT


def test_8_a_buckets_policy_cannot_lock_the_root_user_out_for_good(evaluate: Evaluator) -> None:
    locked: Json = {**deny(), "Principal": "*"}
    for action in ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"):
        assert evaluate(ask(action, BUCKET, arn=ROOT), layered(resource=locked)).allowed
        assert evaluate(ask(action, BUCKET, arn=ROOT, owner=OTHER), layered(resource=locked)).result is EXPLICIT
        assert evaluate(ask(action, BUCKET), layered(identity=FULL, resource=locked)).result is EXPLICIT
        assert evaluate(ask(action, BUCKET, arn=ROOT), layered(scp=[[FULL, deny()]])).result is EXPLICIT
    assert evaluate(ask("s3:GetObject", OBJECT, arn=ROOT), layered(resource=locked)).result is EXPLICIT


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        ({}, True),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, True),
        ({"StringEquals": {"aws:SourceVpc": "${aws:PrincipalTag/vpc}"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"StringEquals": {"aws:Referer": "https://example.com/"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/*"}}, False),
        ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:*:accesspoint/*"}}, True),
    ],
)
def test_8_a_bucket_that_restricts_public_access(evaluate: Evaluator, condition: Json, *, public: bool) -> None:
    """RestrictPublicBuckets: a public policy reaches its own account and AWS services, and nobody else."""
    statement = {**FULL, "Principal": "*", **({"Condition": condition} if condition else {})}
    named = {**FULL, "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/bob"}}
    document = policy(statement, named, kind=PolicyKind.RESOURCE)
    outsider = ask(arn=f"arn:aws:iam::{OTHER}:user/bob")
    open_, closed = (
        Policies(identity=(policy(FULL),), resource=document, public_access_blocked=blocked)
        for blocked in (False, True)
    )
    assert evaluate(outsider, open_).allowed
    assert evaluate(outsider, closed).allowed is not public
    assert evaluate(ask(), closed).allowed
    if not condition:
        assert not evaluate(ask(arn=None), closed).allowed
        assert evaluate(replace(ask(arn=None), service="config.amazonaws.com"), closed).allowed
