"""The second pair of eyes: what a narrowed policy promises is asked of the engine, and a broken promise is no report."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from watchword.decision.analysis.containment import Answer
from watchword.decision.analysis.usage import Narrowing, Recorded, narrow, verify
from watchword.decision.engine import Request
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.errors import DefectError
from watchword.kernel.principals import person

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BUCKET = "arn:aws:s3:::reports"


def policy(action: str, resource: str) -> PolicyDocument:
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": resource}}
    )
    return parse_policy(text, name="p", kind=PolicyKind.IDENTITY)


def used(action: str = "s3:GetObject", resource: str = f"{BUCKET}/a") -> Recorded:
    request = Request(principal=person("a@example.com"), action=action, resource=resource, context={})
    return Recorded(request=request, at=NOON, allowed=True)


OLD = (policy("s3:*", "*"),)
RECORDS = (used(), used("s3:PutObject"), replace(used("s3:DeleteObject"), allowed=False))


def narrowed_to(document: PolicyDocument) -> Narrowing:
    return replace(narrow(OLD, RECORDS), documents=(document,))


def test_what_was_narrowed_is_verified_by_replay_and_by_proof() -> None:
    verified = verify(OLD, narrow(OLD, RECORDS), RECORDS)
    assert (verified.same, verified.replayed, verified.undecided) == (True, 2, 0)
    assert verified.contained is Answer.YES


def test_a_request_that_is_lost_is_a_defect() -> None:
    with pytest.raises(DefectError) as caught:
        verify(OLD, narrowed_to(policy("s3:GetObject", f"{BUCKET}/*")), RECORDS)
    assert caught.value.code == "narrow.lost"


def test_a_request_that_is_gained_is_a_defect() -> None:
    with pytest.raises(DefectError) as caught:
        verify(OLD, narrowed_to(policy("*", "*")), RECORDS)
    assert caught.value.code == "narrow.gained"


def test_records_that_changed_meanwhile_show_nothing_either_way() -> None:
    narrowing = narrowed_to(policy("s3:GetObject", f"{BUCKET}/*"))
    verified = verify(OLD, narrowing, (*RECORDS, used("s3:ListBucket", BUCKET)))
    assert not verified.same
    assert verified.contained is Answer.YES


def test_nothing_is_within_anything() -> None:
    narrowing = narrow(OLD, ())
    assert verify(OLD, narrowing, ()).contained is Answer.YES
