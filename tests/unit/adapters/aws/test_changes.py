"""Events of a queue: which are changes, and that none is lost before it was looked at."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from support.aws_account import Account, account
from watchword.adapters.aws.changes import ChangeQueue, change_of
from watchword.kernel.errors import UnavailableError


def _call(**detail: Any) -> str:
    return json.dumps({"detail-type": "AWS API Call via CloudTrail", "source": "aws.s3", "detail": detail})


@pytest.mark.parametrize(
    ("body", "words", "service"),
    [
        (
            _call(
                eventSource="s3.amazonaws.com", eventName="PutBucketPolicy", requestParameters={"bucketName": "logs"}
            ),
            "PutBucketPolicy on logs",
            "s3",
        ),
        (_call(eventSource="iam.amazonaws.com", eventName="CreateUser", readOnly=False), "CreateUser", "iam"),
        (
            json.dumps(
                {
                    "detail-type": "Config Configuration Item Change",
                    "detail": {"configurationItem": {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-1"}},
                }
            ),
            "AWS::EC2::SecurityGroup sg-1 changed",
            "ec2",
        ),
        (
            json.dumps(
                {
                    "detail-type": "Config Rules Compliance Change",
                    "detail": {"configRuleName": "s3-versioned", "resourceId": "logs"},
                }
            ),
            "AWS Config: s3-versioned on logs",
            "",
        ),
        (json.dumps({"detail-type": "EC2 Instance State-change", "source": "aws.ec2", "detail": {}}), None, "ec2"),
        ("no JSON", "an event that cannot be read", ""),
        ("[" * 100_000, "an event that cannot be read", ""),
        ("[]", "an event that cannot be read", ""),
        ("{}", "an event that is not known", ""),
    ],
)
def test_changes(body: str, words: str | None, service: str) -> None:
    change = change_of(body)
    assert change is not None
    assert words is None or change.words == words
    assert change.service == service


@pytest.mark.parametrize(
    "body", [_call(eventName="GetObject", readOnly=True), _call(eventName="PutBucketPolicy", errorCode="AccessDenied")]
)
def test_what_changed_nothing(body: str) -> None:
    assert change_of(body) is None


def test_what_strangers_named_is_one_bounded_line() -> None:
    change = change_of(_call(eventName="CreateUser", requestParameters={"userName": "a\n\x1b[31m" + "x" * 500}))
    assert change is not None
    assert change.words.isprintable()
    assert len(change.words) <= 120


@pytest.fixture(scope="module")
def there() -> Iterator[Account]:
    with account() as one:
        yield one


def test_what_was_not_looked_at_comes_again(there: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    sqs = there.client("sqs")
    url = sqs.create_queue(QueueName="changes", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    queue = ChangeQueue(url)
    assert queue.receive() == ()
    sqs.send_message(QueueUrl=url, MessageBody=_call(eventName="CreateUser"))
    sqs.send_message(QueueUrl=url, MessageBody=_call(eventName="ListUsers", readOnly=True))
    first = queue.receive()
    assert {change.words for change in first} == {"CreateUser"}
    again = queue.receive()
    assert {change.words for change in again} == {"CreateUser"}
    queue.forget(again)
    assert queue.receive() == ()


def test_a_queue_that_is_not_there(there: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnavailableError, match="does not answer"):
        ChangeQueue(f"{there.url}/123456789012/gone").receive()
