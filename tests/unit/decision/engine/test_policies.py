"""Policy sets: what applies to whom, and what is refused when one is built."""

import json
import threading
from collections.abc import Callable

import pytest

from support.decision import Json
from watchword.decision.engine import Attachment, Policies, PolicySet, Request, decide
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.arn import workload_arn
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind, person

PAYROLL = "arn:watchword:app:::payroll/reports"
WIKI = "arn:watchword:app:::wiki/"


def read(name: str, kind: PolicyKind = PolicyKind.IDENTITY, **more: Json) -> PolicyDocument:
    statement: dict[str, Json] = {"Effect": "Allow", "Action": "http:*", "Resource": "*", **more}
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statement}), name=name, kind=kind)


DOCUMENTS = {
    "staff": read("staff", Resource="arn:watchword:app:::wiki/*"),
    "payroll": read("payroll", Resource="arn:watchword:app:::payroll/*"),
    "alice": read("alice", Action="http:DELETE"),
    "ceiling": read("ceiling", PolicyKind.SCP),
    "locked": read("locked", PolicyKind.RESOURCE, Effect="Deny", Principal="*"),
}


def built() -> PolicySet:
    return PolicySet.build(
        documents=DOCUMENTS,
        attachments=[
            Attachment(policy="staff", groups=frozenset({"everyone"})),
            Attachment(policy="payroll", groups=frozenset({"finance"}), persons=frozenset({"bob@example.com"})),
            Attachment(policy="alice", persons=frozenset({"alice@example.com"})),
        ],
        guardrails=[["ceiling"]],
        resource_policies={"locked-app": "locked"},
        revision="r1",
    )


def names(policies: PolicySet, email: str, *groups: str, resource: str = WIKI) -> list[str]:
    return [d.name for d in policies.applicable(person(email, frozenset(groups)), resource).identity]


def test_identity_policies_come_by_group_and_by_person() -> None:
    policies = built()
    assert names(policies, "carol@example.com", "everyone") == ["staff"]
    assert names(policies, "alice@example.com", "everyone", "finance") == ["alice", "staff", "payroll"]
    assert names(policies, "bob@example.com", "finance") == ["payroll"]
    assert names(policies, "nobody@example.com") == []
    assert policies.applicable(ANONYMOUS, WIKI).identity == ()


def test_everyone_is_each_person_and_no_workload_and_not_the_anonymous() -> None:
    policies = PolicySet.build(
        documents=DOCUMENTS, attachments=[Attachment(policy="staff", everyone=True)], revision="r1"
    )
    assert names(policies, "new@example.com") == ["staff"]
    assert names(policies, "new@example.com", "finance") == ["staff"]
    assert policies.applicable(ANONYMOUS, WIKI).identity == ()
    workload = Principal(kind=PrincipalKind.WORKLOAD, arn=workload_arn("person/x"))
    assert policies.applicable(workload, WIKI).identity == ()


def test_the_same_question_gives_the_same_object() -> None:
    policies = built()
    carol = person("carol@example.com", frozenset({"everyone"}))
    assert policies.applicable(carol, WIKI) is policies.applicable(carol, WIKI + "x/y")
    assert policies.applicable(carol, WIKI) is not policies.applicable(person("carol@example.com"), WIKI)


def test_an_application_has_its_own_resource_policy_and_no_other() -> None:
    policies = built()
    carol = person("carol@example.com", frozenset({"everyone"}))
    locked = policies.applicable(carol, "arn:watchword:app:::locked-app/x").resource
    assert locked is not None
    assert locked.name == "locked"
    for resource in (
        WIKI,
        "arn:watchword:app:::locked-app2/",
        "arn:watchword:app:::locked",
        "arn:aws:s3:::locked-app/",
    ):
        assert policies.applicable(carol, resource).resource is None


def test_a_decision_names_the_revision_and_goes_through_the_guardrail() -> None:
    policies = built()
    carol = person("carol@example.com", frozenset({"everyone"}))
    applicable = policies.applicable(carol, WIKI)
    decision = decide(Request(principal=carol, action="http:GET", resource=WIKI, context={}), applicable)
    assert decision.allowed
    assert decision.revision == "r1"
    assert str(decision.determining[0]) == "staff#0"
    assert [[d.name for d in level] for level in applicable.scp] == [["ceiling"]]
    denied = decide(Request(principal=carol, action="http:GET", resource=PAYROLL, context={}), applicable)
    assert not denied.allowed


def test_who_has_no_policy_of_its_own_shares_what_its_groups_have() -> None:
    policies = built()
    groups = frozenset({"everyone"})
    carol = policies.applicable(person("carol@example.com", groups), WIKI)
    assert policies.applicable(person("dave@example.com", groups), WIKI) is carol
    assert policies.applicable(person("alice@example.com", groups), WIKI) is not carol


def test_many_groups_do_not_fill_the_memory() -> None:
    policies = built()
    first = policies.applicable(person("p@example.com", frozenset({"g0"})), WIKI)
    for i in range(1, 4200):
        policies.applicable(person("p@example.com", frozenset({f"g{i}"})), WIKI)
    again = policies.applicable(person("p@example.com", frozenset({"g0"})), WIKI)
    assert again is not first
    assert again == first


def test_threads_may_ask_at_once() -> None:
    policies = built()
    found: list[int] = []

    def ask(offset: int) -> None:
        for i in range(1500):
            groups = frozenset({"everyone", f"g{offset * 700 + i}"})
            found.append(len(policies.applicable(person("p@example.com", groups), WIKI).identity))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * (8 * 1500)


@pytest.mark.parametrize("layer", ["identity", "resource", "scp", "rcp", "boundary", "session", "endpoint"])
def test_a_document_stands_only_where_its_kind_belongs(layer: str) -> None:
    trust = parse_policy(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Principal": "*"}}',
        name="trust",
        kind=PolicyKind.TRUST,
    )
    wrong = DOCUMENTS["staff"] if layer in {"resource", "scp", "rcp", "endpoint"} else trust
    places: dict[str, Callable[[], Policies]] = {
        "identity": lambda: Policies(identity=(wrong,)),
        "resource": lambda: Policies(resource=wrong),
        "scp": lambda: Policies(scp=((wrong,),)),
        "rcp": lambda: Policies(rcp=((wrong,),)),
        "boundary": lambda: Policies(boundary=wrong),
        "session": lambda: Policies(session=(wrong,)),
        "endpoint": lambda: Policies(endpoint=wrong),
    }
    with pytest.raises(InvalidInputError) as caught:
        places[layer]()
    assert caught.value.code == "policy.kind"


@pytest.mark.parametrize(
    ("attachments", "guardrails", "resource_policies", "code"),
    [
        ([Attachment(policy="missing", groups=frozenset({"g"}))], [], {}, "policy.unknown"),
        ([Attachment(policy="ceiling", groups=frozenset({"g"}))], [], {}, "policy.kind"),
        ([Attachment(policy="staff")], [], {}, "policy.attachment.nobody"),
        ([], [["missing"]], {}, "policy.unknown"),
        ([], [["staff"]], {}, "policy.kind"),
        ([], [["ceiling"], []], {}, "policy.guardrail.empty"),
        ([], [], {"wiki": "missing"}, "policy.unknown"),
        ([], [], {"wiki": "staff"}, "policy.kind"),
    ],
)
def test_a_set_that_would_limit_or_deny_in_silence_is_refused(
    attachments: list[Attachment], guardrails: list[list[str]], resource_policies: dict[str, str], code: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        PolicySet.build(
            documents=DOCUMENTS,
            attachments=attachments,
            guardrails=guardrails,
            resource_policies=resource_policies,
            revision="r",
        )
    assert caught.value.code == code
