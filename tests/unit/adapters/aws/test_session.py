"""What is called, and what becomes of what AWS's SDK raises, against a session that answers as it is told."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from watchword.adapters.aws.asks import NOT_IN_REGION, Ask
from watchword.adapters.aws.session import Account, CallFailed, as_json
from watchword.kernel.errors import DefectError, UnavailableError

_ALLOWED = frozenset({"eks:ListClusters", "iam:GetCredentialReport"})


class _Client:
    """A client whose every method does what `does` says."""

    def __init__(self, does: dict[str, Any]) -> None:
        self._does = does
        self.meta = SimpleNamespace(
            method_to_api_mapping={
                "get_caller_identity": "GetCallerIdentity",
                "list_clusters": "ListClusters",
                "generate_credential_report": "GenerateCredentialReport",
            }
        )

    def can_paginate(self, method: str) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        def call(**_: object) -> Any:
            done = self._does[name]
            if isinstance(done, Exception):
                raise done
            return done() if callable(done) else done

        return call


class _Session:
    region_name = "eu-west-1"

    def __init__(self, **does: Any) -> None:
        identity = {"Account": "111122223333", "Arn": "arn:aws:sts::111122223333:assumed-role/audit/x"}
        self._client = _Client({"get_caller_identity": identity, **does})
        self.made: list[tuple[str, str]] = []

    def client(self, service: str, *, region_name: str, config: object) -> _Client:
        self.made.append((service, region_name))
        return self._client

    def get_available_regions(self, service: str, *, partition_name: str) -> list[str]:
        return ["us-east-1", "eu-west-1"]


def _account(waited: list[float] | None = None, **does: Any) -> Account:
    return Account(_Session(**does), _ALLOWED, wait=(waited if waited is not None else []).append)


def _ask(account: Account, region: str = "eu-west-1") -> list[object]:
    return list(account.pages(Ask("eks:ListClusters"), region, {}))


def test_whose_credentials_these_are_is_asked_first() -> None:
    account = _account()
    assert (account.number, account.partition, account.home) == ("111122223333", "aws", "eu-west-1")


def test_an_answer_is_json_without_what_is_about_the_answer() -> None:
    account = _account(list_clusters={"clusters": ["a"], "ResponseMetadata": {"RequestId": "1"}})
    assert _ask(account) == [{"clusters": ["a"]}]
    assert as_json({"at": datetime(2026, 6, 30, tzinfo=UTC), "raw": b"x"}) == {
        "at": "2026-06-30T00:00:00+00:00",
        "raw": "x",
    }


@pytest.mark.parametrize(
    ("raised", "region", "code"),
    [
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListClusters"),
            "eu-west-1",
            "AccessDenied",
        ),
        (ReadTimeoutError(endpoint_url="https://eks"), "eu-west-1", "ReadTimeoutError"),
        (EndpointConnectionError(endpoint_url="https://eks"), "eu-west-1", "EndpointConnectionError"),
        (EndpointConnectionError(endpoint_url="https://eks"), "xx-none-1", NOT_IN_REGION),
    ],
)
def test_what_the_sdk_raises_is_a_reason(raised: Exception, region: str, code: str) -> None:
    with pytest.raises(CallFailed) as caught:
        _ask(_account(list_clusters=raised), region)
    assert caught.value.code == code


def test_what_it_does_not_raise_on_purpose_is_no_reason() -> None:
    with pytest.raises(ZeroDivisionError):
        _ask(_account(list_clusters=ZeroDivisionError()))


def test_what_is_not_listed_is_not_called() -> None:
    account = _account()
    with pytest.raises(DefectError, match="eks:DeleteCluster is not among what may be called"):
        list(account.pages(Ask("eks:DeleteCluster"), "eu-west-1", {"name": "a"}))


def test_the_credential_report_is_waited_for_and_is_rows() -> None:
    states = iter(["STARTED", "INPROGRESS", "COMPLETE"])
    waited: list[float] = []
    account = _account(
        waited,
        generate_credential_report=lambda: {"State": next(states)},
        get_credential_report={"Content": b"user,mfa_active\nann,true\n"},
    )
    assert list(account.pages(Ask("iam:GetCredentialReport"), "us-east-1", {})) == [
        {"Rows": [{"user": "ann", "mfa_active": "true"}]}
    ]
    assert len(waited) == 2


def test_a_report_that_is_never_ready_is_given_up() -> None:
    waited: list[float] = []
    account = _account(waited, generate_credential_report={"State": "INPROGRESS"})
    with pytest.raises(CallFailed) as caught:
        list(account.pages(Ask("iam:GetCredentialReport"), "us-east-1", {}))
    assert caught.value.code == "ReportNotReady"
    assert len(waited) == 30


def test_without_a_network_nobody_says_whose_credentials_these_are() -> None:
    with pytest.raises(UnavailableError, match="whose credentials"):
        _account(get_caller_identity=EndpointConnectionError(endpoint_url="https://sts.eu-west-1.amazonaws.com"))


def test_few_clients_are_kept() -> None:
    session = _Session(list_clusters={"clusters": []})
    account = Account(session, _ALLOWED)
    for number in range(100):
        list(account.pages(Ask("eks:ListClusters"), f"eu-west-{number}", {}))
    assert len(account._clients) == 32
    list(account.pages(Ask("eks:ListClusters"), "eu-west-99", {}))
    assert session.made.count(("eks", "eu-west-99")) == 1
