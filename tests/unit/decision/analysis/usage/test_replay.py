"""Recorded requests answered again: what is proven, what is not, and how many lines it takes to say."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watchword.decision.analysis.usage import MOST_RESOURCES, Recorded, Seen, by_policies, replay
from watchword.decision.engine import Attachment, PolicySet, Request
from watchword.decision.language import PolicyKind, parse_policy
from watchword.kernel.principals import person

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def policies(**statement: object) -> PolicySet:
    body = {"Effect": "Allow", "Action": "http:*", "Resource": "*"} | statement
    text = json.dumps({"Version": "2012-10-17", "Statement": body})
    document = parse_policy(text, name="p", kind=PolicyKind.IDENTITY)
    return PolicySet.build(documents={"p": document}, attachments=[Attachment(policy="p", everyone=True)], revision="r")


def asked(path: str = "/", *, method: str = "GET", allowed: bool = True, minutes: int = 0) -> Recorded:
    return Recorded(
        request=Request(
            principal=person("alice@example.com"),
            action=f"http:{method}",
            resource=f"arn:watchword:app:::payroll{path}",
            context={},
        ),
        at=NOON + timedelta(minutes=minutes),
        allowed=allowed,
    )


EVERYTHING = by_policies(policies().applicable)


def test_losses_and_gains_are_counted_and_named() -> None:
    only_get = by_policies(policies(Action="http:GET").applicable)
    records = [asked(), asked(method="POST"), asked(method="POST", minutes=5)]
    found = replay(records, EVERYTHING, only_get)
    assert (found.examined, found.unchanged, found.losses, found.gains) == (3, 1, 2, 0)
    (change,) = found.changes
    assert (change.who, change.action, change.gained, change.requests) == (
        "arn:watchword:iam:::person/alice@example.com",
        "http:POST",
        False,
        2,
    )
    assert (change.first, change.last) == (NOON, NOON + timedelta(minutes=5))
    refused = [replace(r, allowed=False) for r in records]
    found = replay(refused, only_get, EVERYTHING)
    assert (found.not_reproduced, found.gains, found.changes[0].gained) == (1, 2, True)
    assert found.changes[0].because == ("p#0",)


def test_what_the_old_policies_do_not_answer_so_proves_nothing() -> None:
    found = replay([asked(allowed=False)], EVERYTHING, EVERYTHING)
    assert (found.examined, found.not_reproduced, found.proven) == (1, 1, 0)


def test_what_depends_on_something_untold_is_undecided() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    office = by_policies(policies(Condition=condition).applicable)
    untold = replace(asked(), untold=frozenset({"aws:sourceip"}))
    found = replay([untold, asked()], EVERYTHING, office)
    assert (found.undecided, found.losses) == (1, 1)
    # The other way round it cannot be reproduced.
    assert replay([untold], office, EVERYTHING).not_reproduced == 1


def test_a_resource_that_is_untold_is_undecided_unless_all_resources_are_the_same() -> None:
    somewhere = by_policies(policies(Resource="arn:watchword:app:::payroll/*").applicable)
    untold = replace(asked(), request=replace(asked().request, resource="*"), resource_told=False)
    assert replay([untold], EVERYTHING, somewhere).undecided == 1
    assert replay([untold], EVERYTHING, EVERYTHING).unchanged == 1
    found = replay([untold], EVERYTHING, by_policies(policies(Action="http:POST").applicable))
    assert (found.losses, found.changes[0].resource, found.changes[0].examples) == (1, "", ())


def test_many_resources_become_one_line_with_examples() -> None:
    nothing = by_policies(policies(Action="http:POST").applicable)
    few = replay([asked(f"/a/{n}") for n in range(MOST_RESOURCES)], EVERYTHING, nothing)
    assert len(few.changes) == MOST_RESOURCES
    found = replay([asked(f"/a/{n}") for n in range(MOST_RESOURCES + 5)], EVERYTHING, nothing)
    (change,) = found.changes
    assert change.resource == "arn:watchword:app:::payroll/a/*"
    assert change.requests == found.losses == MOST_RESOURCES + 5
    assert len(change.examples) == 3


def test_nothing_examined_says_so() -> None:
    found = replay([], EVERYTHING, EVERYTHING)
    assert (found.examined, found.proven, found.first, found.changes) == (0, 0, None, ())


def test_different_beginnings_have_no_common_pattern() -> None:
    seen = Seen(most=1)
    for resource in ("arn:aws:s3:::a/x", "arn:aws:sqs:eu-west-1:1:q"):
        seen.add(resource)
    assert seen.pattern() == "*"


def test_too_many_beginnings_are_not_told_apart() -> None:
    seen = Seen()
    for n in range(100):
        seen.add(f"arn:aws:sqs:eu-west-1:{n}:q")
    assert seen.anything
    assert seen.total == 100
