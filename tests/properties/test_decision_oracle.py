"""The fast evaluator and the literal one agree on everything that can be written and asked."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from watchword.decision.engine import Decision, Policies, decide, decide_literally
from watchword.decision.language import PolicyKind

seeds = st.integers(min_value=0, max_value=2**48)


def verdict(decision: Decision) -> tuple[object, ...]:
    return decision.result, decision.blocking_layer, frozenset(decision.determining), decision.revision


@settings(max_examples=2000, deadline=None, database=None)
@given(seed=seeds)
def test_fast_and_literal_evaluators_agree(seed: int) -> None:
    random = Random(seed)
    policies = made_up.policies(random)
    for _ in range(4):
        request = made_up.request(random)
        assert verdict(decide(request, policies)) == verdict(decide_literally(request, policies)), request


@settings(max_examples=150, deadline=None, database=None)
@given(seed=seeds, documents=st.integers(min_value=12, max_value=120))
def test_they_agree_on_shelves_too_long_to_be_walked(seed: int, documents: int) -> None:
    random = Random(seed)
    policies = made_up.policies(random, documents=documents)
    for _ in range(12):
        request = made_up.request(random)
        assert verdict(decide(request, policies)) == verdict(decide_literally(request, policies)), request


@settings(max_examples=100, deadline=None, database=None)
@given(seed=seeds, documents=st.integers(min_value=1, max_value=60))
def test_replacing_policies_one_by_one_is_building_them_anew(seed: int, documents: int) -> None:
    random = Random(seed)
    before = made_up.policies(random, documents=documents)
    requests = [made_up.request(random) for _ in range(6)]
    answers = [decide(r, before) for r in requests]
    after = before
    for step in range(random.randint(1, 8)):
        name = f"identity{random.randrange(documents)}"
        after = after.replacing(made_up.document(random, PolicyKind.IDENTITY, name), revision=f"r{step}")
    anew = Policies(
        identity=after.identity,
        resource=after.resource,
        scp=after.scp,
        rcp=after.rcp,
        boundary=after.boundary,
        session=after.session,
        endpoint=after.endpoint,
        public_access_blocked=after.public_access_blocked,
        revision=after.revision,
    )
    for request in requests:
        assert verdict(decide(request, after)) == verdict(decide(request, anew)), request
        assert verdict(decide(request, after)) == verdict(decide_literally(request, after)), request
    assert answers == [decide(r, before) for r in requests]  # readers of the old one are not disturbed
