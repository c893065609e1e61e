"""What was decided for one person is never handed to another."""

import json

from watchword.decision.engine import PolicySet, Request
from watchword.decision.language import PolicyKind, parse_policy
from watchword.enforcement.gateway import PolicyDecider
from watchword.kernel.principals import ANONYMOUS, person

_ALICE_ALONE = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:watchword:iam:::person/alice@example.com"},
        "Action": "http:GET",
        "Resource": "arn:watchword:app:::wiki/*",
    },
}


def test_the_person_is_part_of_the_question() -> None:
    """Both have the same policies and the same context; only who asks differs."""
    text = json.dumps(_ALICE_ALONE)
    policies = PolicySet.build(
        documents={"wiki": parse_policy(text, name="wiki", kind=PolicyKind.RESOURCE)},
        attachments=(),
        guardrails=(),
        resource_policies={"wiki": "wiki"},
        revision="1",
    )
    decider = PolicyDecider(policies)

    def allowed(email: str) -> bool:
        request = Request(
            principal=person(email), action="http:GET", resource="arn:watchword:app:::wiki/page", context={}
        )
        return decider.decide(request).allowed

    assert [allowed("alice@example.com"), allowed("bob@example.com"), allowed("alice@example.com")] == [
        True,
        False,
        True,
    ]


def test_what_was_decided_for_one_service_is_not_handed_to_another() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "http:*",
        "Resource": "arn:watchword:app:::hooks/*",
        "Principal": {"Service": "events.amazonaws.com"},
    }
    document = parse_policy(
        json.dumps({"Version": "2012-10-17", "Statement": statement}), name="hooks", kind=PolicyKind.RESOURCE
    )
    decider = PolicyDecider(
        PolicySet.build(
            documents={"hooks": document}, attachments=[], resource_policies={"hooks": "hooks"}, revision="r1"
        )
    )
    answers = [
        decider.decide(
            Request(
                principal=ANONYMOUS,
                action="http:POST",
                resource="arn:watchword:app:::hooks/in",
                context={},
                service=service,
            )
        ).allowed
        for service in ("events.amazonaws.com", "", "config.amazonaws.com", "events.amazonaws.com")
    ]
    assert answers == [True, False, False, True]
