"""What narrowing promises, of every made-up policy and use: it keeps what was used, and adds nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from watchword.decision.analysis.usage import Doubt, Recorded, narrow, verify
from watchword.decision.engine import Layer, Policies, Request, decide
from watchword.decision.language import PolicyDocument, PolicyKind

seeds = st.integers(min_value=0, max_value=2**48)
law = settings(max_examples=400, deadline=None, database=None)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

# Enough of a kind that they are generalised, and odd ones that a pattern could mistake.
MANY = [
    *(f"arn:aws:s3:::bucket/{folder}/{n}" for folder in ("a", "alice", "b") for n in range(3)),
    "arn:aws:s3:::bucket/alice/*",
    "arn:aws:s3:::bucket/alice/?",
    "arn:aws:s3:::bucket/${aws:username}/x",
    "arn:aws:s3:::bucket/a b",
    "arn:watchword:app:::payroll/a/a/x",
    "arn:watchword:app:::payroll/admin/1",
    "arn:aws:s3:eu-west-1:222222222222:access:point",
    "arn:aws:s3::*:odd",
    "not-an-arn",
    *made_up.RESOURCES,
]


def ask(random: Random) -> Request:
    request = replace(made_up.request(random), resource=random.choice(MANY), account="", resource_account="")
    if request.principal.arn is None or random.random() < 0.7:
        request = replace(request, principal=made_up.principal(made_up.PERSON), session_issuer="")
    return request


def documents(random: Random) -> tuple[PolicyDocument, ...]:
    return tuple(
        made_up.document(random, PolicyKind.IDENTITY, f"p{i}", broad=random.random() < 0.2)
        for i in range(random.randint(1, 2))
    )


def told(random: Random, request: Request, *, allowed: bool) -> Recorded:
    """A record of a request, from which some things are missing."""
    keys = {k for k in request.context if random.random() < 0.3}
    known = {k.lower() for k in made_up.KEYS} | {"aws:federatedprovider", "aws:principalservicename"}
    absent = known - request.context.keys()
    context = {k: v for k, v in request.context.items() if k not in keys}
    told = random.random() < 0.85
    untold = random.choice([frozenset(keys | absent), None]) if random.random() < 0.5 else frozenset()
    return Recorded(
        request=replace(
            request,
            context=context if untold is None or untold else request.context,
            resource=request.resource if told else "*",
        ),
        at=NOON,
        allowed=allowed,
        untold=untold,
        resource_told=told,
    )


KEY_POLICY = made_up.read(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}},
    PolicyKind.RESOURCE,
)


def present(found: Iterable[PolicyDocument | None]) -> Policies:
    return Policies(identity=tuple(d for d in found if d is not None), resource=KEY_POLICY)


def allowed(request: Request, policies: Policies) -> bool:
    """Whether the identity policies allow it, where key policies give them leave."""
    decision = decide(request, policies)
    return decision.allowed and any(r.layer is Layer.IDENTITY for r in decision.determining)


@law
@given(seed=seeds)
def test_it_keeps_what_was_used_and_adds_nothing(seed: int) -> None:
    random = Random(seed)
    old = documents(random)
    before = present(old)
    asked = [ask(random) for _ in range(random.choice([0, 3, 30]))]
    records = [told(random, r, allowed=random.random() < 0.8) for r in asked]
    narrowing = narrow(old, records, most=random.choice([0, 1, 2, 10]))
    after = present(narrowing.documents)
    for request, recorded in zip(asked, records, strict=True):
        if recorded.allowed and allowed(request, before):
            assert allowed(request, after), (request, after.identity)
    for request in [*asked, *(ask(random) for _ in range(60))]:
        if allowed(request, after):
            assert allowed(request, before), (request, after.identity)
    assert narrowing.examined == len(records) == narrowing.used + narrowing.elsewhere + narrowing.refused


@law
@given(seed=seeds)
def test_what_is_narrowed_passes_its_own_verification(seed: int) -> None:
    random = Random(seed)
    old = documents(random)
    records = [told(random, ask(random), allowed=random.random() < 0.8) for _ in range(random.choice([0, 3, 30]))]
    narrowing = narrow(old, records, most=random.choice([0, 1, 2, 10]))
    verified = verify(old, narrowing, records)
    assert verified.replayed + verified.undecided == narrowing.used


@law
@given(seed=seeds)
def test_narrowing_what_is_narrow_changes_nothing_that_is_used(seed: int) -> None:
    random = Random(seed)
    asked = [ask(random) for _ in range(20)]
    records = [Recorded(request=r, at=NOON, allowed=True) for r in asked]
    first = [d for d in narrow(documents(random), records).documents if d is not None]
    if not first:
        return
    again = present(narrow(first, records).documents)
    for request in asked:
        assert allowed(request, again) is allowed(request, present(first))


@law
@given(seed=seeds)
def test_what_is_certain_in_doubt_is_so_whatever_was_untold(seed: int) -> None:
    random = Random(seed)
    policies = made_up.policies(random)
    doubt = Doubt()
    for _ in range(4):
        request = made_up.request(random)
        recorded = told(random, request, allowed=True)
        judged = doubt.judge(recorded, policies)
        if recorded.request == request and recorded.untold == frozenset() and recorded.resource_told:
            assert judged.allowed is decide(request, policies).allowed
        if judged.allowed is not None:
            assert judged.allowed is decide(request, policies).allowed
