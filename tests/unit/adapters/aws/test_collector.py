"""The collector against an account that is a table of answers: what is asked, what is kept of it, what goes wrong."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Any

import pytest

from watchword.adapters.aws.asks import Ask, Json
from watchword.adapters.aws.collector import collect
from watchword.adapters.aws.evidence import Header, Record
from watchword.adapters.aws.permissions import operations
from watchword.adapters.aws.reader import Answers, reading_of
from watchword.adapters.aws.services import ASKED, aws_shapes
from watchword.adapters.aws.session import CallFailed
from watchword.inventory import Inventory, assemble
from watchword.kernel.errors import DefectError

_ACCOUNT = "111122223333"
Reply = Callable[[Mapping[str, Json]], list[Json]]


class _Table:
    """An account in which everything is empty but what is said."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self._replies = replies
        self.asked: Counter[str] = Counter()
        self._lock = Lock()

    def pages(self, ask: Ask, region: str, parameters: Mapping[str, Json]) -> Iterator[Json]:
        with self._lock:
            self.asked[ask.operation] += 1
        reply = self._replies.get(ask.operation)
        for page in reply(parameters) if reply else [{}]:
            if isinstance(page, CallFailed):
                raise page
            yield page


def _collected(replies: Mapping[str, Reply], *, secrets: bool = False) -> tuple[list[Record], _Table]:
    table = _Table(replies)
    records: list[Record] = []
    collect(
        table,
        records.append,
        ASKED,
        partition="aws",
        number=_ACCOUNT,
        home="us-east-1",
        regions=("eu-west-1", "eu-central-1"),
        secrets=secrets,
    )
    return records, table


def _inventory(records: list[Record]) -> Inventory:
    answers = Answers(
        Header(account=_ACCOUNT, collected_at="2026-06-30T12:00:00+00:00", regions=("eu-central-1", "eu-west-1"))
    )
    for record in records:
        answers.add(record)
    return assemble([reading_of(answers)], aws_shapes())


def _pages(*pages: Any) -> Reply:
    return lambda _parameters: list(pages)


def test_of_an_empty_account_each_list_is_asked_once_a_region_and_nothing_is_unknown() -> None:
    records, table = _collected({"iam:GetAccountSummary": _pages({"SummaryMap": {"AccountMFAEnabled": 1}})})
    assert set(table.asked) <= operations()
    assert table.asked["ec2:DescribeVpcs"] == 2
    assert table.asked["s3:ListBuckets"] == 1
    assert table.asked["guardduty:ListDetectors"] == 2  # though three things hang on it
    assert len(records) == sum(table.asked.values())
    inventory = _inventory(records)
    assert inventory.problems == ()
    assert {asset.kind for asset in inventory.assets.values()} == {
        "account",
        "cloud_region",
        "account_public_access",
        "metadata_defaults",
        "password_policy",
        "volume_defaults",
    }


def test_pages_are_kept_apart_and_the_last_is_marked() -> None:
    records, _ = _collected({"s3:ListBuckets": _pages({"Buckets": [{"Name": "a"}]}, {"Buckets": [{"Name": "b"}]})})
    listed = [record for record in records if record.operation == "s3:ListBuckets"]
    assert [(record.answer, record.last) for record in listed] == [
        ({"Buckets": [{"Name": "a"}]}, False),
        ({"Buckets": [{"Name": "b"}]}, True),
    ]
    assert len(_inventory(records).of("object_store")) == 2


def test_what_is_not_needed_is_not_kept() -> None:
    bucket = {"Name": "a", "Owner": "somebody"}
    records, _ = _collected({"s3:ListBuckets": _pages({"Buckets": [bucket], "Owner": {"DisplayName": "x"}})})
    (listed,) = [record for record in records if record.operation == "s3:ListBuckets"]
    assert listed.answer == {"Buckets": [{"Name": "a"}]}


_FUNCTION = {
    "FunctionName": "f",
    "FunctionArn": f"arn:aws:lambda:eu-west-1:{_ACCOUNT}:function:f",
    "Environment": {"Variables": {"PASSWORD": "hunter2"}},
}
_SECRETS: dict[str, Reply] = {
    "lambda:ListFunctions": _pages({"Functions": [_FUNCTION]}),
    "ec2:DescribeInstances": _pages(
        {"Reservations": [{"Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}}]}]}
    ),
    "ec2:DescribeInstanceAttribute": _pages({"UserData": {"Value": "aHVudGVyMg=="}}),
    "ecs:ListTaskDefinitionFamilies": _pages({"families": ["web"]}),
    "ecs:DescribeTaskDefinition": _pages(
        {
            "taskDefinition": {
                "containerDefinitions": [{"name": "c", "environment": [{"name": "TOKEN", "value": "hunter2"}]}]
            }
        }
    ),
}


def test_secrets_are_left_out_unless_they_are_asked_for() -> None:
    without, _ = _collected(_SECRETS)
    assert "hunter2" not in repr(without)
    assert "aHVudGVyMg==" not in repr(without)
    assert "TOKEN" in repr(without)  # what a variable is called is none
    with_them, _ = _collected(_SECRETS, secrets=True)
    assert "hunter2" in repr(with_them)
    (machine,) = _inventory(with_them).of("instance")[:1]
    assert machine["user_data"] == "hunter2"


def test_a_refusal_is_recorded_and_the_rest_goes_on() -> None:
    def policy(parameters: Mapping[str, Json]) -> list[Json]:
        if parameters["Bucket"] == "closed":
            raise CallFailed("AccessDenied", "no")
        return [{"Policy": '{"Statement": []}'}]

    records, _ = _collected(
        {"s3:ListBuckets": _pages({"Buckets": [{"Name": "closed"}, {"Name": "open"}]}), "s3:GetBucketPolicy": policy}
    )
    closed, other = _inventory(records).of("object_store")
    assert closed["policy"].is_unknown
    assert other["policy"].plain() == {"Statement": []}


def test_a_list_that_fails_on_its_second_page_keeps_the_first_and_is_not_whole() -> None:
    def buckets(_: Mapping[str, Json]) -> list[Json]:
        return [{"Buckets": [{"Name": "a"}]}, CallFailed("SlowDown", "later")]  # type: ignore[list-item]

    records, _ = _collected({"s3:ListBuckets": buckets})
    known, unknown = _inventory(records).of("object_store")
    assert known["name"] == "a"
    assert unknown["name"].is_unknown


def test_a_defect_of_ours_stops_it() -> None:
    def broken(_: Mapping[str, Json]) -> list[Json]:
        raise DefectError("we are wrong", code="test")

    with pytest.raises(DefectError, match="we are wrong"):
        _collected({"s3:ListBuckets": broken})
    with pytest.raises(DefectError, match="we are wrong"):
        _collected({"s3:ListBuckets": _pages({"Buckets": [{"Name": "a"}]}), "s3:GetBucketAcl": broken})


def test_more_things_than_workers_are_asked_about_each_once() -> None:
    names = [f"b{number}" for number in range(300)]
    pages = [{"Buckets": [{"Name": name} for name in names[at : at + 50]]} for at in range(0, 300, 50)]
    records, table = _collected({"s3:ListBuckets": _pages(*pages)})
    assert table.asked["s3:GetBucketPolicy"] == 300
    policies = [record.parameters["Bucket"] for record in records if record.operation == "s3:GetBucketPolicy"]
    assert sorted(map(str, policies)) == sorted(names)
