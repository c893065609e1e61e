"""Long shelves: what is looked at, what is not, and what changes when one policy does."""

import json

import pytest

from support.decision import Json
from watchword.decision.engine import Layer, Policies, Request, Result, decide, explain
from watchword.decision.engine.shelves import Shelf
from watchword.decision.engine.statements import compile_document
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import person

MANY = 200


def read(name: str, *statements: Json, kind: PolicyKind = PolicyKind.IDENTITY) -> PolicyDocument:
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), name=name, kind=kind)


def allow(action: Json, resource: Json, **more: Json) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def shelf(*statements: Json) -> Shelf:
    return Shelf(compile_document(read("p", *statements), Layer.IDENTITY))


def looked_at(shelf_: Shelf, action: str, resource: str, **context: str | tuple[str, ...]) -> list[int]:
    keys = {key.replace("_", ":", 1): value for key, value in context.items()}
    return sorted({s.ref.index for s in shelf_.candidates(action, resource, keys)})


def ask(action: str, resource: str, **context: str) -> Request:
    keys = {key.replace("_", ":", 1): value for key, value in context.items()}
    return Request(principal=person("a@example.com"), action=action, resource=resource, context=keys)


def test_resources_are_found_whole_by_their_beginning_and_by_their_end() -> None:
    whole = shelf(*(allow("s3:*", f"arn:aws:s3:::bucket-{i}") for i in range(MANY)))
    assert looked_at(whole, "s3:getobject", "arn:aws:s3:::bucket-7") == [7]
    beginning = shelf(*(allow("s3:*", f"arn:aws:s3:::bucket-{i}/*") for i in range(MANY)))
    assert looked_at(beginning, "s3:getobject", "arn:aws:s3:::bucket-17/a/b") == [17]
    end = shelf(*(allow("s3:*", f"arn:aws:s3:::*/report-{i}") for i in range(MANY)))
    assert looked_at(end, "s3:getobject", "arn:aws:s3:::a/b/report-170") == [170]


def test_a_variable_ends_what_is_literal() -> None:
    found = shelf(*(allow("s3:*", f"arn:aws:s3:::bucket-{i}/${{aws:username}}/*") for i in range(MANY)))
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::bucket-3/alice/x") == [3]


def test_equal_texts_are_looked_up() -> None:
    def wanting(i: int, operator: str = "StringEquals") -> dict[str, Json]:
        return allow("s3:*", "*", Condition={operator: {"aws:PrincipalTag/team": f"t{i}"}})

    single = shelf(*(wanting(i) for i in range(MANY)))
    assert looked_at(single, "s3:getobject", "*", **{"aws_principaltag/team": "t9"}) == [9]
    assert looked_at(single, "s3:getobject", "*") == []
    assert single.unasked("s3:getobject", "*", {}) == {"aws:principaltag/team"}
    several = shelf(*(wanting(i, "ForAnyValue:StringEquals") for i in range(MANY)))
    assert looked_at(several, "s3:getobject", "*", **{"aws_principaltag/team": ("t1", "t2", "x")}) == [1, 2]


@pytest.mark.parametrize(
    "operator", ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "StringLike"]
)
def test_what_may_be_true_without_the_text_is_looked_at_always(operator: str) -> None:
    found = shelf(*(allow("s3:*", "*", Condition={operator: {"aws:PrincipalTag/team": f"t{i}"}}) for i in range(MANY)))
    assert len(looked_at(found, "s3:getobject", "*")) == MANY


def test_actions_and_services() -> None:
    actions = shelf(*(allow(f"s3:Action{i}", "*") for i in range(MANY)))
    assert looked_at(actions, "s3:action5", "*") == [5]
    services = shelf(*(allow(f"service{i}:Get*", "*") for i in range(MANY)))
    assert looked_at(services, "service6:getobject", "*") == [6]
    rest = shelf(*({"Effect": "Allow", "NotAction": f"s3:Action{i}", "Resource": "*"} for i in range(MANY)))
    assert len(looked_at(rest, "s3:action5", "*")) == MANY


def test_a_long_file_is_filed_again() -> None:
    found = shelf(
        *(
            allow("s3:*", "arn:aws:s3:::one/*", Condition={"StringEquals": {"aws:PrincipalTag/team": f"t{i}"}})
            for i in range(MANY)
        )
    )
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::one/x", **{"aws_principaltag/team": "t30"}) == [30]
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::two/x", **{"aws_principaltag/team": "t30"}) == []


def test_replacing_finds_the_new_and_not_the_old() -> None:
    documents = [read(f"p{i}", allow("s3:*", f"arn:aws:s3:::bucket-{i}/*")) for i in range(MANY)]
    before = Policies(identity=tuple(documents), revision="1")
    after = before.replacing(read("p5", allow("s3:*", "arn:aws:s3:::quite-another-name/*")), revision="2")
    old, new = ask("s3:GetObject", "arn:aws:s3:::bucket-5/x"), ask("s3:GetObject", "arn:aws:s3:::quite-another-name/x")
    assert (decide(old, before).allowed, decide(new, before).allowed) == (True, False)
    assert (decide(old, after).allowed, decide(new, after).allowed) == (False, True)
    assert (decide(new, before).revision, decide(new, after).revision) == ("1", "2")
    assert after.identity[5].statements[0].resources[0].text == "arn:aws:s3:::quite-another-name/*"


def test_a_shelf_may_grow_and_shrink_by_replacing() -> None:
    documents = [read(f"p{i}", allow("s3:*", "arn:aws:s3:::one/*")) for i in range(30)]
    policies = Policies(identity=tuple(documents))
    for i in range(30):
        policies = policies.replacing(read(f"p{i}", allow("ec2:*", "*"), allow("ec2:Run*", "*")))
    assert not decide(ask("s3:GetObject", "arn:aws:s3:::one/x"), policies).allowed
    assert len(decide(ask("ec2:RunInstances", "*"), policies).determining) == 60


def test_hundreds_of_replacements_are_all_there() -> None:
    many = 700
    policies = Policies(identity=tuple(read(f"p{i}", allow("s3:*", f"arn:aws:s3:::old-{i}/*")) for i in range(many)))
    for i in range(0, many, 2):
        policies = policies.replacing(read(f"p{i}", allow("s3:*", f"arn:aws:s3:::new-{i}/*")))
    for i in range(many):
        old = decide(ask("s3:GetObject", f"arn:aws:s3:::old-{i}/x"), policies)
        new = decide(ask("s3:GetObject", f"arn:aws:s3:::new-{i}/x"), policies)
        assert (old.allowed, new.allowed) == (i % 2 == 1, i % 2 == 0)


def test_replacing_refuses_what_is_not_there_and_what_cannot_stand_there() -> None:
    policies = Policies(identity=(read("a", allow("*", "*")), read("b", allow("*", "*")), read("b", allow("*", "*"))))
    for document, code in (
        (read("c", allow("*", "*")), "policy.unknown"),
        (read("b", allow("*", "*")), "policy.unknown"),
        (read("a", allow("*", "*"), kind=PolicyKind.SCP), "policy.kind"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            policies.replacing(document)
        assert caught.value.code == code


def test_denies_of_long_shelves_come_in_the_order_of_the_layers() -> None:
    denies = [{**allow("s3:*", f"arn:aws:s3:::bucket-{i}/*"), "Effect": "Deny"} for i in range(MANY)]
    policies = Policies(
        identity=(read("mine", allow("*", "*"), *denies),),
        scp=((read("org", allow("*", "*"), *denies, kind=PolicyKind.SCP),),),
        boundary=read("bound", allow("*", "*"), {**allow("s3:Get*", "*"), "Effect": "Deny"}, kind=PolicyKind.BOUNDARY),
    )
    decision = decide(ask("s3:GetObject", "arn:aws:s3:::bucket-9/x"), policies)
    assert decision.result is Result.EXPLICITLY_DENIED
    assert [s.policy for s in decision.determining] == ["org", "mine", "bound"]
    assert decision.blocking_layer is Layer.GUARDRAIL


def test_a_refusal_of_many_names_the_absent_key_and_explains_itself() -> None:
    statements = [
        allow("s3:*", "*", Condition={"StringEquals": {"aws:PrincipalTag/team": f"t{i}"}}) for i in range(MANY)
    ]
    policies = Policies(identity=(read("p", *statements),))
    request = ask("s3:GetObject", "arn:aws:s3:::b/x")
    assert decide(request, policies).missing_keys == ("aws:principaltag/team",)
    explanation = explain(request, policies)
    assert len(explanation.considered) == MANY
    assert explanation.remedies


def test_what_is_filed_twice_is_considered_once() -> None:
    statements = [
        allow("s3:*", [f"arn:aws:s3:::b{i}/*", f"arn:aws:s3:::b{i}/x*"], Condition={"Bool": {"k": "true"}})
        for i in range(MANY)
    ]
    policies = Policies(identity=(read("p", *statements),))
    request = ask("s3:GetObject", "arn:aws:s3:::b7/x1")
    assert [s.index for s in explain(request, policies).considered] == [7]
    allowed = decide(ask("s3:GetObject", "arn:aws:s3:::b7/x1", k="true"), policies)
    assert [s.index for s in allowed.determining] == [7]


def test_beginnings_of_every_length_are_found_whatever_else_begins_alike() -> None:
    begun = [f"arn:aws:s3:::{text}*" for text in ("a", "ab", "abc", "abcd", "abcde-" * 3, "z")]
    others = [f"arn:aws:sqs:eu-west-1:111122223333:queue-{i}-*" for i in range(MANY)]
    found = shelf(*(allow("*", resource) for resource in (*begun, *others)))
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::a") == [0]
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::abcd") == [0, 1, 2, 3]
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::" + "abcde-" * 4) == [0, 1, 2, 3, 4]
    assert looked_at(found, "s3:getobject", "arn:aws:s3:::b") == []
    assert looked_at(found, "sqs:sendmessage", "arn:aws:sqs:eu-west-1:111122223333:queue-7-x") == [6 + 7]


def test_beginnings_come_and_go_with_the_statements_that_have_them() -> None:
    statements = [
        compile_document(read(f"p{i}", allow("*", f"arn:aws:s3:::{'b' * i}*")), Layer.IDENTITY) for i in range(1, 60)
    ]
    whole = Shelf([s for (s,) in statements])
    resource = "arn:aws:s3:::" + "b" * 60
    left = list(range(1, 60))
    for length in (2, 3, 40, 1, 59):  # shorter than what tells beginnings apart, and longer
        whole = whole.replacing(statements[length - 1], ())
        left.remove(length)
        assert sorted(s.ref.policy for s in whole.candidates("s3:getobject", resource, {})) == sorted(
            f"p{i}" for i in left
        )
    whole = whole.replacing((), statements[1])
    assert "p2" in {s.ref.policy for s in whole.candidates("s3:getobject", resource, {})}


def test_what_no_condition_files_is_not_asked_for_keys() -> None:
    plain = shelf(*(allow("s3:*", f"arn:aws:s3:::bucket-{i}/*") for i in range(MANY)))
    assert not plain.asks
    wanting = allow("s3:*", "*", Condition={"StringEquals": {"aws:PrincipalTag/team": "t"}})
    asking = plain.replacing((), compile_document(read("q", wanting), Layer.IDENTITY))
    assert asking.asks
    assert asking.unasked("s3:getobject", "arn:aws:s3:::bucket-3/x", {}) == {"aws:principaltag/team"}
    nested = shelf(
        *(
            allow("s3:*", "arn:aws:s3:::shared/*", Condition={"StringEquals": {"aws:PrincipalTag/team": f"t{i}"}})
            for i in range(MANY)
        )
    )
    assert nested.asks
    assert nested.unasked("s3:getobject", "arn:aws:s3:::shared/x", {}) == {"aws:principaltag/team"}
