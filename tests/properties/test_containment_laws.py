"""Laws of comparing policies: what a "yes" and a "no" promise, and how answers hang together.

A longer run of the same is `python -m support.containment_run`.
"""

import itertools
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import containment as made_up
from support import decision as pools_of_decisions
from watchword.decision.analysis.containment import Answer, Containment, contains, difference, equivalent
from watchword.decision.analysis.containment.budget import Budget
from watchword.decision.analysis.containment.compare import Comparison
from watchword.decision.analysis.containment.masks import meet
from watchword.decision.language import Effect, PolicyDocument, PolicyKind, Statement

seeds = st.integers(min_value=0, max_value=2**48)


def law(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, database=None)


def with_statements(document: PolicyDocument, statements: list[Statement]) -> PolicyDocument:
    return replace(document, statements=tuple(replace(s, index=i) for i, s in enumerate(statements)))


@law(1500)
@given(seed=seeds)
def test_every_yes_survives_and_every_no_replays(seed: int) -> None:
    random = Random(seed)
    pair = made_up.pair(random)
    found = equivalent(pair.a, pair.b)
    a, b = made_up.Asked(pair.a), made_up.Asked(pair.b)
    pools = made_up.pools([pair.a, pair.b])
    for answer, inner, outer in ((found.a_within_b, a, b), (found.b_within_a, b, a)):
        if answer.witness is not None:
            assert answer.answer is Answer.NO
            assert inner.allows_literally(answer.witness.request)
            assert not outer.allows_literally(answer.witness.request)
        elif answer.answer is Answer.YES:
            assert made_up.hole(random, pair, a=inner, b=outer, samples=150, pools=pools) is None
        else:
            assert answer.answer is Answer.UNKNOWN
            assert answer.reason


@law(1000)
@given(seed=seeds)
def test_whatever_a_request_does_is_among_the_choices(seed: int) -> None:
    """The ground that a "yes" stands on: no request does to the statements what the dimensions do not hold."""
    random = Random(seed)
    pair = made_up.pair(random)
    comparison = Comparison([pair.a], [pair.b], Budget(10**9))
    applying = made_up.Applying([pair.a, pair.b])
    every = (1 << len(pair.a.statements) + len(pair.b.statements)) - 1
    pools = made_up.pools([pair.a, pair.b])
    dimensions = comparison.all_dimensions()
    if any(d.some for case in dimensions for d in case):
        return
    for _ in range(30):
        request = made_up.request(random, pair.kind, pools)
        applies = applying.to(request)
        assert any(
            meet(case, required=applies, excluded=every & ~applies, budget=Budget(10**9), concrete=False)
            for case in dimensions
        ), request


@law(300)
@given(seed=seeds)
def test_a_policy_is_within_itself_and_within_itself_and_more(seed: int) -> None:
    random = Random(seed)
    kind = random.choice([PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.SCP])
    a = pools_of_decisions.document(random, kind, "a")
    other = pools_of_decisions.document(random, kind, "b").statements[0]
    allow, deny = replace(other, effect=Effect.ALLOW), replace(other, effect=Effect.DENY)
    more = with_statements(a, [*a.statements, allow])
    less = with_statements(a, [*a.statements, deny])
    assert equivalent(a, a).answer is Answer.YES
    assert contains(a, more).answer is Answer.YES
    assert contains(less, a).answer is Answer.YES


@law(300)
@given(seed=seeds)
def test_order_and_splitting_mean_nothing(seed: int) -> None:
    random = Random(seed)
    pair = made_up.pair(random)

    def split(statement: Statement) -> list[Statement]:
        actions = [statement.actions] if statement.not_action else [(a,) for a in statement.actions]
        resources = [statement.resources]
        if not statement.not_resource and statement.resources:
            resources = [(r,) for r in statement.resources]
        return [replace(statement, actions=a, resources=r) for a in actions for r in resources]

    parts = [p for s in pair.a.statements for p in split(s)]
    random.shuffle(parts)
    other = with_statements(pair.a, parts)
    assert equivalent(pair.a, other).answer is not Answer.NO
    before, after = equivalent(pair.a, pair.b), equivalent(other, pair.b)
    for one, two in ((before.a_within_b, after.a_within_b), (before.b_within_a, after.b_within_a)):
        assert {one.answer, two.answer} != {Answer.YES, Answer.NO}


@law(300)
@given(seed=seeds)
def test_within_is_transitive(seed: int) -> None:
    random = Random(seed)
    pair = made_up.pair(random)
    documents = [pair.a, pair.b]
    for document in (pair.a, pair.b):
        kept = [s for s in document.statements if random.random() < 0.7] or [document.statements[0]]
        documents.append(with_statements(document, kept))
    found: dict[tuple[int, int], Containment] = {
        (i, j): contains(documents[i], documents[j]) for i, j in itertools.permutations(range(4), 2)
    }
    for i, j, k in itertools.permutations(range(4), 3):
        if found[i, j].answer is found[j, k].answer is Answer.YES:
            assert found[i, k].answer is not Answer.NO


@law(300)
@given(seed=seeds)
def test_a_difference_agrees_with_containment(seed: int) -> None:
    pair = made_up.pair(Random(seed))
    found, both = difference(pair.a, pair.b), equivalent(pair.a, pair.b)
    for beyond, one in ((found.only_a, both.a_within_b), (found.only_b, both.b_within_a)):
        assert bool(beyond.witnesses) is (one.answer is Answer.NO)
        assert one.answer is not Answer.YES or not beyond.unsettled
        allowed = [w.allowed_by for w in beyond.witnesses]
        assert len(set(allowed)) == len(allowed)
    assert found.answer is both.answer
