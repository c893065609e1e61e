"""Laws that need no oracle: what a change of the policies may and may not do to a decision.

Each law holds of every world that `support.decision` can make up; a failing seed is a whole counterexample.
"""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from watchword.decision.engine import ContextValue, Decision, Policies, Request, Result, decide, explain
from watchword.decision.language import (
    Effect,
    Operator,
    PolicyDocument,
    PolicyError,
    PolicyKind,
    Statement,
    Value,
    Version,
    parse_policy,
    print_policy,
)

seeds = st.integers(min_value=0, max_value=2**48)
law = settings(max_examples=300, deadline=None, database=None)

SEVERITY = {Result.ALLOWED: 0, Result.IMPLICITLY_DENIED: 1, Result.EXPLICITLY_DENIED: 2}


def world(seed: int) -> tuple[Random, Policies, list[Request]]:
    random = Random(seed)
    policies = made_up.policies(random)
    return random, policies, [made_up.request(random) for _ in range(4)]


def changed(
    policies: Policies,
    *,
    identity: tuple[PolicyDocument, ...] | None = None,
    scp: tuple[tuple[PolicyDocument, ...], ...] | None = None,
    boundary: PolicyDocument | None = None,
) -> Policies:
    return replace(
        policies,
        identity=policies.identity if identity is None else identity,
        scp=policies.scp if scp is None else scp,
        boundary=boundary or policies.boundary,
        compiler=None,
    )


def with_statements(document: PolicyDocument, statements: list[Statement]) -> PolicyDocument:
    return replace(document, statements=tuple(replace(s, index=i) for i, s in enumerate(statements)))


def verdict(decision: Decision) -> tuple[object, ...]:
    return decision.result, decision.blocking_layer


@law
@given(seed=seeds)
def test_adding_a_deny_never_allows_more(seed: int) -> None:
    random, policies, requests = world(seed)
    body: made_up.Json = {
        "Version": "2012-10-17",
        "Statement": made_up.statement(random, PolicyKind.IDENTITY, effect="Deny"),
    }
    more = changed(policies, identity=(*policies.identity, made_up.read(body, PolicyKind.IDENTITY, "deny")))
    for request in requests:
        assert SEVERITY[decide(request, more).result] >= SEVERITY[decide(request, policies).result]


@law
@given(seed=seeds)
def test_adding_an_allow_never_denies(seed: int) -> None:
    random, policies, requests = world(seed)
    body: made_up.Json = {
        "Version": "2012-10-17",
        "Statement": made_up.statement(random, PolicyKind.IDENTITY, effect="Allow"),
    }
    more = changed(policies, identity=(*policies.identity, made_up.read(body, PolicyKind.IDENTITY, "allow")))
    for request in requests:
        assert SEVERITY[decide(request, more).result] <= SEVERITY[decide(request, policies).result]


@law
@given(seed=seeds)
def test_order_means_nothing(seed: int) -> None:
    random, policies, requests = world(seed)

    def shuffled(document: PolicyDocument) -> PolicyDocument:
        return with_statements(document, random.sample(document.statements, len(document.statements)))

    documents = [shuffled(d) for d in policies.identity]
    random.shuffle(documents)
    levels = [tuple(shuffled(d) for d in random.sample(level, len(level))) for level in policies.scp]
    random.shuffle(levels)
    again = changed(policies, identity=tuple(documents), scp=tuple(levels))
    for request in requests:
        before, after = decide(request, policies), decide(request, again)
        assert verdict(before) == verdict(after)
        assert before.missing_keys == after.missing_keys
        assert {r.policy for r in before.determining} == {r.policy for r in after.determining}


@law
@given(seed=seeds)
def test_splitting_a_statement_by_actions_or_resources_changes_nothing(seed: int) -> None:
    _, policies, requests = world(seed)

    def split(statement: Statement) -> list[Statement]:
        actions = [statement.actions] if statement.not_action else [(a,) for a in statement.actions]
        resources = [statement.resources] if statement.not_resource else [(r,) for r in statement.resources]
        return [replace(statement, actions=a, resources=r) for a in actions for r in resources]

    again = changed(
        policies,
        identity=tuple(with_statements(d, [x for s in d.statements for x in split(s)]) for d in policies.identity),
    )
    for request in requests:
        assert verdict(decide(request, policies)) == verdict(decide(request, again))


@law
@given(seed=seeds)
def test_a_literal_is_the_variable_that_defaults_to_it(seed: int) -> None:
    _, policies, requests = world(seed)

    def hidden(value: Value) -> Value:
        head, colon, resource = value.text.rpartition(":")
        # A colon inside a variable divides nothing.
        if value.text.count(":") < 5 or "$" in value.text or any(c in resource for c in "*?'"):
            return value
        return replace(value, text=f"{head}{colon}${{no:such-key, '{resource}'}}")

    def rewritten(document: PolicyDocument) -> PolicyDocument:
        if document.version is Version.V2008:
            return document
        return with_statements(
            document, [replace(s, resources=tuple(hidden(r) for r in s.resources)) for s in document.statements]
        )

    again = changed(policies, identity=tuple(rewritten(d) for d in policies.identity))
    for request in requests:
        assert verdict(decide(request, policies)) == verdict(decide(request, again))


@law
@given(seed=seeds)
def test_not_action_is_the_complement_over_a_closed_set(seed: int) -> None:
    random, policies, requests = world(seed)
    listed = random.sample(made_up.ACTIONS, random.randint(1, len(made_up.ACTIONS) - 1))
    others = [a for a in made_up.ACTIONS if a not in listed]
    effect = random.choice(["Allow", "Deny"])
    resource = random.choice(["*", "arn:aws:s3:::bucket/*"])

    def having(element: str, actions: list[str]) -> Policies:
        body: made_up.Json = {
            "Version": "2012-10-17",
            "Statement": {"Effect": effect, element: actions, "Resource": resource},
        }
        return changed(policies, identity=(*policies.identity, made_up.read(body, PolicyKind.IDENTITY, "x")))

    for request in requests:
        by_list, by_complement = decide(request, having("Action", listed)), decide(request, having("NotAction", others))
        assert verdict(by_list) == verdict(by_complement)


@law
@given(seed=seeds, kind=st.sampled_from(PolicyKind))
def test_printing_and_reading_again_gives_an_equal_document(seed: int, kind: PolicyKind) -> None:
    document = made_up.document(Random(seed), kind, "p")
    printed = print_policy(document)
    again = parse_policy(printed, name="p", kind=kind)
    assert again == document
    assert print_policy(again) == printed


@law
@given(seed=seeds)
def test_an_scp_level_that_allows_all_is_no_level(seed: int) -> None:
    _, policies, requests = world(seed)
    full = parse_policy(
        json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
        name="full",
        kind=PolicyKind.SCP,
    )
    again = changed(policies, scp=(*policies.scp, (full,)))
    for request in requests:
        assert verdict(decide(request, policies)) == verdict(decide(request, again))


@law
@given(seed=seeds)
def test_a_boundary_that_allows_all_is_no_boundary(seed: int) -> None:
    _, policies, requests = world(seed)
    documents = [d for layer, found in policies.layers() if layer in {"resource", "endpoint"} for d in found]
    if policies.boundary or any(s.not_principal for d in documents for s in d.statements):
        return  # NotPrincipal with Deny asks whether there is a boundary, whatever it says
    full = parse_policy(
        json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
        name="full",
        kind=PolicyKind.BOUNDARY,
    )
    again = changed(policies, boundary=full)
    for request in requests:
        assert verdict(decide(request, policies)) == verdict(decide(request, again))


def holds(document: PolicyDocument, request: Request) -> bool:
    return decide(request, Policies(identity=(document,))).result is not Result.IMPLICITLY_DENIED


@law
@given(seed=seeds)
def test_if_exists_only_turns_false_into_true_and_nothing_where_the_key_is(seed: int) -> None:
    random = Random(seed)
    base = random.choice([o for o in made_up.OPERATORS if o != "Null"])
    quantifier = random.choice(["", "ForAllValues:", "ForAnyValue:"])
    key = random.choice(made_up.KEYS)
    pool = made_up.operands(base)
    values = list(random.sample(pool, random.randint(1, len(pool))))
    effect = random.choice(["Allow", "Deny"])

    def document(operator: str) -> PolicyDocument:
        body: made_up.Json = {
            "Version": "2012-10-17",
            "Statement": {"Effect": effect, "Action": "*", "Resource": "*", "Condition": {operator: {key: values}}},
        }
        return made_up.read(body, PolicyKind.IDENTITY)

    plain, if_exists = document(quantifier + base), document(f"{quantifier}{base}IfExists")
    operator = if_exists.statements[0].conditions[0].operator
    assert (
        operator
        == replace(plain.statements[0].conditions[0].operator, if_exists=True)
        == Operator(base=operator.base, quantifier=operator.quantifier, if_exists=True)
    )
    for _ in range(4):
        request = replace(made_up.request(random), principal=made_up.principal(made_up.PERSON), action="http:GET")
        request = replace(request, account="", resource_account="")
        without, with_it = holds(plain, request), holds(if_exists, request)
        assert with_it or not without
        if key.lower() in request.context:
            assert with_it is without


@law
@given(seed=seeds)
def test_a_key_whose_absence_decided_is_named(seed: int) -> None:
    """One absent key, given a value, turns Allowed into refused or back: then the decision named it."""
    random = Random(seed)
    documents = tuple(made_up.document(random, PolicyKind.IDENTITY, f"p{i}") for i in range(random.randint(1, 3)))
    policies = Policies(identity=documents)
    for _ in range(3):
        request = replace(made_up.request(random), principal=made_up.principal(made_up.PERSON))
        request = replace(request, account="", resource_account="")
        before = decide(request, policies)
        if before.result is Result.EXPLICITLY_DENIED and len(before.determining) > 1:
            continue  # one key alone lifts one Deny alone
        for key in {k.lower() for k in made_up.KEYS} - request.context.keys():
            values: list[ContextValue] = [*made_up.CONTEXT_VALUES, ("alice",)]
            for value in values:
                after = decide(replace(request, context={**request.context, key: value}), policies)
                assert after.allowed is before.allowed or key in before.missing_keys, (key, value, before, after)


@settings(max_examples=150, deadline=None, database=None)
@given(seed=seeds)
def test_every_remedy_is_one(seed: int) -> None:
    _, policies, requests = world(seed)
    for request in requests:
        explanation = explain(request, policies)
        assert explanation.decision == decide(request, policies)
        assert explanation.summary
        if explanation.decision.allowed:
            assert not explanation.remedies
        sizes = [len(r.changes) for r in explanation.remedies]
        assert sizes == sorted(sizes)
        for remedy in explanation.remedies:
            context = {**request.context, **{k: v for k, v in remedy.example if v is not None}}
            for key, value in remedy.example:
                if value is None:
                    del context[key]
            assert decide(replace(request, context=context), policies).allowed
            assert remedy.changes


@law
@given(seed=seeds)
def test_a_document_cut_off_anywhere_is_refused_with_a_place(seed: int) -> None:
    random = Random(seed)
    text = json.dumps(made_up.document_json(random, PolicyKind.IDENTITY), indent=random.choice([None, 2]))
    cut = text[: random.randrange(len(text))]
    with pytest.raises(PolicyError) as caught:
        parse_policy(cut, name="p", kind=PolicyKind.IDENTITY)
    assert all(d.line >= 1 and d.column >= 1 for d in caught.value.diagnostics)


def test_the_laws_have_both_effects_to_work_on() -> None:
    effects = {s.effect for seed in range(50) for d in world(seed)[1].identity for s in d.statements}
    assert effects == set(Effect)
