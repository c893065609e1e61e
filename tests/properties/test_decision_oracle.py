"""The fast evaluator and the literal one agree on everything that can be written and asked."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from watchword.decision.engine import Decision, decide, decide_literally

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
