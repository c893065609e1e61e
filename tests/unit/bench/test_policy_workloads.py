"""The benchmark's generator: what it labels is what the oracle says, and what it writes is accepted."""

import pytest
from bench.policy.workloads import Asked, Document, Workload, generate, pairs

from watchword.decision.engine import Policies, Request, decide_literally
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.arn import Arn
from watchword.kernel.principals import Principal, PrincipalKind

_LETTERS = {"Allowed": "A", "ImplicitlyDenied": "I", "ExplicitlyDenied": "E"}
_LABELLED = ("W1", "W1 in seven layers", "W2", "W3", "W3b", "W5", "W7")


def _read(document: Document) -> PolicyDocument:
    return parse_policy(document.text, name=document.name, kind=PolicyKind(document.kind))


def _oracle(workload: Workload, asked: Asked, documents: list[PolicyDocument]) -> str:
    caller, side = workload.principals[asked.principal], workload.resources[asked.side]

    def one(number: int | None) -> PolicyDocument | None:
        return None if number is None else documents[number]

    policies = Policies(
        identity=tuple(documents[n] for n in caller.identity),
        resource=one(side.policy),
        scp=tuple(tuple(documents[n] for n in level) for level in caller.scp),
        rcp=tuple(tuple(documents[n] for n in level) for level in side.rcp),
        boundary=one(caller.boundary),
        session=None if caller.session is None else tuple(documents[n] for n in caller.session),
        endpoint=one(caller.endpoint),
    )
    request = Request(
        principal=Principal(kind=PrincipalKind.WORKLOAD, arn=Arn.parse(caller.arn)),
        action=asked.action,
        resource=asked.resource,
        context=asked.context,
        account=caller.account,
        resource_account=side.account,
        session_issuer=caller.issuer,
    )
    return _LETTERS[decide_literally(request, policies).result]


@pytest.mark.parametrize("name", _LABELLED)
def test_the_oracle_says_what_the_generator_expects(name: str) -> None:
    workload = generate(name, 20, requests=40, principals=10)
    documents = [_read(d) for d in workload.documents]
    assert [a.expected for a in workload.requests] == [_oracle(workload, a, documents) for a in workload.requests]


def test_half_are_allowed_three_tenths_implicitly_and_two_tenths_explicitly_denied_one_of_each_first() -> None:
    letters = "".join(a.expected for a in generate("W1", 100, requests=1_003).requests)
    assert letters[:3] == "AIE"
    assert [letters[3:].count(kind) for kind in "AIE"] == [500, 300, 200]


def test_requests_are_spread_over_targets() -> None:
    assert len({a.resource for a in generate("W2", 1_000, requests=500).requests}) > 450
    assert len({a.context["aws:principaltag/team"] for a in generate("W2", 1_000, requests=500).requests}) > 250


def test_the_same_seed_gives_the_same() -> None:
    assert generate("W4", 10, requests=5, principals=5) == generate("W4", 10, requests=5, principals=5)


def test_w7_a_replacement_opens_one_place_and_closes_another() -> None:
    workload = generate("W7", 20, requests=5)
    for replacement in workload.replacements:
        documents = [_read(d) for d in workload.documents]
        assert _oracle(workload, replacement.opened, documents) == "I"
        assert _oracle(workload, replacement.closed, documents) == "A"
        documents[replacement.number] = parse_policy(replacement.text, name="replaced", kind=PolicyKind.IDENTITY)
        assert _oracle(workload, replacement.opened, documents) == "A"
        assert _oracle(workload, replacement.closed, documents) == "I"


def test_w4_all_layers_are_there_and_all_answers_occur() -> None:
    workload = generate("W4", 50, requests=100, principals=100)
    documents = [_read(d) for d in workload.documents]
    assert {d.kind.value for d in documents} == {"identity", "scp", "rcp", "boundary", "session", "resource"}
    assert {len(p.scp) for p in workload.principals} == {len(r.rcp) for r in workload.resources} == {5}
    assert {_oracle(workload, a, documents) for a in workload.requests} == {"A", "I", "E"}


def test_w6_pairs_are_policies() -> None:
    for first, second in pairs(50):
        parse_policy(first, name="first", kind=PolicyKind.IDENTITY)
        parse_policy(second, name="second", kind=PolicyKind.IDENTITY)


def test_an_unknown_workload_is_refused() -> None:
    with pytest.raises(ValueError, match="W9"):
        generate("W9", 10)
