"""What holds of every estate: asking everybody at once, or one by one; and nobody who is decided against is let in."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from support.estates import ACCOUNT, OTHER, Json, arn, page, role, user
from support.estates import estate as read
from watchword.decision.analysis.account.facts import NOTHING_STATED, Stated, knowledge
from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.model import AccountPrincipal, Attached, Estate, PrincipalType, ResourcePolicy
from watchword.decision.analysis.partial import Truth
from watchword.decision.engine import Policies, Request, decide
from watchword.decision.language import PolicyDocument, PolicyKind
from watchword.kernel.arn import Arn
from watchword.kernel.principals import Principal, PrincipalKind

seeds = st.integers(min_value=0, max_value=2**48)
law = settings(max_examples=150, deadline=None, database=None)
TRUST: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    ],
}


def made_up_estate(random: Random) -> Estate:
    """Users and roles who share some documents and have some alone; one resource has a policy."""
    bare = read(
        page(
            users=[user(n, tags={"Team": random.choice(["a", "alice"])}) for n in ("alice", "bob", "carol")]
            + [user("zoe", account=OTHER)],
            roles=[role("team/ops", trust=TRUST), role("reader", trust=TRUST)],
        )
    )
    shared = [
        made_up.document(random, PolicyKind.IDENTITY, f"shared{n}", broad=random.random() < 0.3) for n in range(4)
    ]
    principals: dict[str, AccountPrincipal] = {}
    for key, principal in bare.principals.items():
        if principal.type is PrincipalType.ROOT:
            principals[key] = principal
            continue
        own = made_up.document(random, PolicyKind.IDENTITY, "own") if random.random() < 0.3 else None
        documents = [*random.sample(shared, random.randint(0, 3)), *([own] if own else [])]
        bounded = random.random() < 0.3
        principals[key] = replace(
            principal,
            policies=tuple(Attached(document=d) for d in documents),
            boundary=Attached(document=made_up.document(random, PolicyKind.BOUNDARY, "edge", broad=True), arn="edge")
            if bounded
            else None,
        )
    policy = made_up.document(random, PolicyKind.RESOURCE, "resource", broad=random.random() < 0.5)
    resource = "arn:aws:s3:::bucket"
    return replace(
        bare,
        principals=principals,
        resources={resource: ResourcePolicy(arn=resource, document=policy, account=ACCOUNT)}
        if random.random() < 0.7
        else {},
    )


@law
@given(seed=seeds)
def test_asking_everybody_at_once_is_asking_one_by_one(seed: int) -> None:
    random = Random(seed)
    inquiry = Inquiry(made_up_estate(random))
    target = inquiry.target(random.choice(["arn:aws:s3:::bucket/a/b.txt", "arn:aws:s3:::bucket", "*"]), account=ACCOUNT)
    action = random.choice(["s3:GetObject", "s3:ListBucket", "kms:Decrypt"])
    everybody = list(inquiry.estate.principals.values())
    for principal, answer in inquiry.ask_each(everybody, action, target):
        alone = inquiry.may(principal, action, target)
        assert (answer.truth, answer.through, answer.ways, answer.unless) == (
            alone.truth,
            alone.through,
            alone.ways,
            alone.unless,
        )


@law
@given(seed=seeds)
def test_nobody_who_may_assume_a_role_goes_unasked(seed: int) -> None:
    random = Random(seed)
    estate = made_up_estate(random)
    key = arn("role", "reader")
    trust = made_up.document(random, PolicyKind.TRUST, "trust", broad=random.random() < 0.2)
    inquiry = Inquiry(
        replace(estate, principals={**estate.principals, key: replace(estate.principals[key], trust=trust)})
    )
    role_ = inquiry.principal(key)
    asked = {p.arn for p in inquiry.could_assume(role_)}
    everybody = list(inquiry.estate.principals.values())
    for principal, answer in inquiry.ask_each(everybody, "sts:AssumeRole", inquiry.target(key)):
        assert answer.truth is Truth.NO or principal.arn in asked


@law
@given(seed=seeds)
def test_who_is_left_out_is_denied_however_the_request_is_made(seed: int) -> None:
    random = Random(seed)
    estate = made_up_estate(random)
    inquiry = Inquiry(estate)
    target = inquiry.target("arn:aws:s3:::bucket/a/b.txt", account=ACCOUNT)
    found = {f.arn: f.answer.truth for f in inquiry.who_can("s3:GetObject", target)}
    given_policy = estate.resource_policy(target.arn)
    document = given_policy.document if given_policy is not None else None
    for principal in estate.principals.values():
        truth = found.get(principal.arn, Truth.NO)
        if truth is Truth.UNKNOWN:
            continue
        policies = Policies(
            identity=tuple(d for d in principal.identity if isinstance(d, PolicyDocument)),
            boundary=principal.boundary.document
            if principal.boundary is not None and isinstance(principal.boundary.document, PolicyDocument)
            else None,
            resource=document if isinstance(document, PolicyDocument) else None,
        )
        keys = [k.lower() for k in made_up.KEYS] + ["aws:federatedprovider", "aws:principalservicename"]
        known = knowledge((k, inquiry.fact_about(principal, target, NOTHING_STATED, "s3:GetObject", k)) for k in keys)
        for _ in range(4):
            context = {
                **{k: v for k, v in made_up.context(random).items() if known.unknown(k) or k == "data"},
                **known.values,
            }
            request = Request(
                principal=Principal(kind=PrincipalKind.PERSON, arn=Arn.parse(principal.arn)),
                action="s3:GetObject",
                resource=target.arn,
                context=context,
                account=principal.account,
                resource_account=ACCOUNT,
            )
            allowed = decide(request, policies).allowed
            assert allowed or truth is not Truth.YES
            assert not (allowed and truth is Truth.NO)


def test_what_is_stated_counts_over_what_follows() -> None:
    inquiry = Inquiry(read(page(users=[user("a")])), stated=Stated(values={"aws:principalaccount": OTHER}))
    principal = inquiry.principal(arn("user", "a"))
    target = inquiry.target("*")
    assert inquiry.fact_about(principal, target, inquiry.stated, "s3:GetObject", "aws:principalaccount") == OTHER
    more = inquiry.stated.and_values({"aws:principalaccount": ACCOUNT, "aws:viaawsservice": "true"})
    assert more.values == {"aws:principalaccount": OTHER, "aws:viaawsservice": "true"}
