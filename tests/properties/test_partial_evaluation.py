"""What is promised of an answer about a request of which a part is known: every way the rest may come out keeps it."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from watchword.decision.analysis.partial import Answer, Knowledge, Layers, PartialEvaluation, Truth, Unreadable
from watchword.decision.engine import ContextValue, Policies, Request, decide

seeds = st.integers(min_value=0, max_value=2**48)
law = settings(max_examples=400, deadline=None, database=None)

_EXTRA: dict[str, list[ContextValue]] = {
    "aws:principalservicename": ["cloudtrail.amazonaws.com", "ec2.amazonaws.com"],
    "aws:federatedprovider": ["accounts.example.com", "elsewhere.example.com"],
}
ALL_KEYS = [k.lower() for k in made_up.KEYS] + list(_EXTRA)


def layers_of(policies: Policies) -> Layers:
    assert not isinstance(policies.boundary, tuple)
    assert not isinstance(policies.endpoint, tuple)
    return Layers(
        identity=policies.identity,
        resource=policies.resource,
        scp=policies.scp,
        rcp=policies.rcp,
        boundary=policies.boundary,
        session=policies.session,
        endpoint=policies.endpoint,
        public_access_blocked=policies.public_access_blocked,
    )


def knowledge(random: Random, request: Request) -> Knowledge:
    """Some keys known as the request has them, or known to be absent; the others unknown."""
    share = random.choice([0.0, 0.3, 0.7, 1.0])
    known = [k for k in ALL_KEYS if random.random() < share]
    return Knowledge(
        values={k: v for k, v in request.context.items() if k in known},
        absent=frozenset(k for k in known if k not in request.context),
    )


def completions(random: Random, known: Knowledge, number: int) -> Iterator[dict[str, ContextValue]]:
    for _ in range(number):
        made = made_up.context(random)
        context = {**known.values, **{k: v for k, v in made.items() if known.unknown(k)}}
        for key, pool in _EXTRA.items():
            if known.unknown(key) and random.random() < 0.3:
                context[key] = random.choice(pool)
        yield context


def world(seed: int) -> tuple[Random, Policies, Request, Knowledge]:
    random = Random(seed)
    policies = made_up.policies(random)
    request = made_up.request(random)
    return random, policies, request, knowledge(random, request)


def keeps_its_word(answer: Answer, request: Request, policies: Policies) -> bool:
    allowed = decide(request, policies).allowed
    match answer.truth:
        case Truth.YES:
            return allowed
        case Truth.NO:
            return not allowed
        case Truth.UNKNOWN:
            return True
        case Truth.IF:
            pass
    said = answer.holds(request)
    return said is allowed if answer.complete else allowed or not said


@law
@given(seed=seeds)
def test_every_completion_keeps_the_answer(seed: int) -> None:
    random, policies, request, known = world(seed)
    partial = PartialEvaluation()
    answer = partial.evaluate(request, layers_of(policies), known)
    for context in completions(random, known, 12):
        completed = replace(request, context=context)
        assert keeps_its_word(answer, completed, policies), (answer.truth, completed, answer)


@law
@given(seed=seeds)
def test_with_everything_known_the_answer_is_the_decision(seed: int) -> None:
    _, policies, request, _ = world(seed)
    absent = frozenset(ALL_KEYS) - request.context.keys()
    answer = PartialEvaluation().evaluate(
        request, layers_of(policies), Knowledge(values=request.context, absent=absent, closed=("aws:", "watchword:"))
    )
    decision = decide(request, policies)
    assert answer.truth is (Truth.YES if decision.allowed else Truth.NO)
    assert answer.through == decision.determining
    assert answer.blocking is decision.blocking_layer


@law
@given(seed=seeds)
def test_knowing_more_never_turns_a_yes_or_a_no(seed: int) -> None:
    random, policies, request, known = world(seed)
    partial = PartialEvaluation()
    before = partial.evaluate(request, layers_of(policies), known)
    for context in completions(random, known, 4):
        more = Knowledge(values=context, absent=known.absent)
        after = partial.evaluate(request, layers_of(policies), more)
        if before.truth in {Truth.YES, Truth.NO}:
            assert after.truth is before.truth


@law
@given(seed=seeds)
def test_what_an_unreadable_document_might_say_is_never_decided_against(seed: int) -> None:
    """One of the identity documents is hidden: whatever stood there, the answer about the rest covers it."""
    random, policies, request, known = world(seed)
    if not policies.identity:
        return
    hidden = replace(layers_of(policies), identity=(Unreadable(name="p", why="torn"), *policies.identity[1:]))
    answer = PartialEvaluation().evaluate(request, hidden, known)
    assert answer.truth in {Truth.UNKNOWN, Truth.NO, Truth.YES}
    for context in completions(random, known, 6):
        assert keeps_its_word(answer, replace(request, context=context), policies)


def test_the_laws_meet_every_kind_of_answer() -> None:
    seen: dict[Truth, int] = {}
    complete = 0
    for seed in range(1500):
        _, policies, request, known = world(seed)
        answer = PartialEvaluation().evaluate(request, layers_of(policies), known)
        seen[answer.truth] = seen.get(answer.truth, 0) + 1
        complete += answer.truth is Truth.IF and answer.complete and bool(answer.unless)
    assert seen[Truth.YES] > 20
    assert seen[Truth.NO] > 100
    assert seen[Truth.IF] > 50
    assert complete > 10
