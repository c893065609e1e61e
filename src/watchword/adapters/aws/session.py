"""The one place that calls AWS: reads alone, an allow-list of operations, bounded retries, errors in words of ours.

    account = open_account(profile="audit")
    for page in account.pages(Ask("s3:ListBuckets"), "us-east-1", {}): …

- Nothing is called that is not in the tables (`asks`) or that is no read by its name. `GenerateCredentialReport` is the
  one exception: it makes IAM write a report that only who may read it sees.
- Throttling is met by boto3's adaptive retries, and by a bound: after `_ATTEMPTS` the answer is not known.
- Credentials are found by boto3's own chain; none is read, kept or recorded here.
"""

import csv
import io
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from watchword.adapters.aws.asks import NOT_IN_REGION, Ask, Json
from watchword.kernel.errors import DefectError, InvalidInputError, NotFoundError, UnavailableError

if TYPE_CHECKING:
    import boto3

_READS: Final = re.compile(r"[a-z0-9]+:(?:Describe|List|Get)[A-Z]\w*")
# Makes a report be written, and changes nothing that decides anything.
GENERATE: Final = "iam:GenerateCredentialReport"
IDENTITY: Final = "sts:GetCallerIdentity"
REGIONS: Final = "ec2:DescribeRegions"
OWN: Final = (GENERATE, IDENTITY, REGIONS)  # what is called beside the tables
# AWS SDKs reference guide, "Retry behavior": adaptive retries wait longer each time, and slow down a client's calls.
_ATTEMPTS: Final = 6
_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 60
_CONNECTIONS: Final = 32  # more than there are workers
_CLIENTS: Final = 32  # kept at once: each holds some megabytes
_REPORT_TRIES: Final = 30  # IAM writes the credential report within seconds
_REPORT_WAIT: Final = 2.0
_HOMES: Final[Mapping[str, str]] = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


class CallFailed(Exception):  # noqa: N818 - an answer that did not come; no error of ours
    """AWS's own code, and its words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words


def check_allowed(operation: str, allowed: Collection[str]) -> None:
    """Raise `DefectError` for what is no read, or is not in the list."""
    if operation in OWN:
        return
    if operation not in allowed or _READS.fullmatch(operation) is None:
        raise DefectError(f"{operation} is not among what may be called", code="aws.not_allowed")


class Account:
    """An account, by the credentials of a profile. Safe to share among threads."""

    def __init__(
        self,
        session: "boto3.session.Session",
        allowed: Collection[str],
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._allowed = frozenset(allowed)
        self._wait = wait
        self._clients: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._lock = Lock()
        self.calls = 0
        self.partition = "aws"  # until the account says otherwise: the question itself may fail
        identity = self._identity()
        self.number = str(identity["Account"])
        self.caller = str(identity["Arn"])
        self.partition = self.caller.split(":")[1]
        # Services of the whole account answer from any region; that of the profile is the one that is surely allowed.
        self.home = session.region_name or _HOMES.get(self.partition, "us-east-1")

    def _identity(self) -> dict[str, Json]:
        region = self._session.region_name or "us-east-1"
        try:
            return cast("dict[str, Json]", next(self.pages(Ask(IDENTITY), region, {})))
        except CallFailed as error:
            raise UnavailableError(
                f"AWS does not say whose credentials these are: {error.words}",
                code="aws.no_identity",
                hint="`aws sts get-caller-identity` with the same profile has to work",
            ) from error

    def regions(self, wanted: Collection[str] = ()) -> tuple[str, ...]:
        """Return the regions that are enabled, or of those the ones that are wanted."""
        try:
            told = next(self.pages(Ask(REGIONS), self.home, {}))
        except CallFailed as error:
            if wanted:
                return tuple(wanted)
            raise UnavailableError(
                f"which regions are enabled was not told: {error.code}",
                code="aws.no_regions",
                hint="allow ec2:DescribeRegions, or name them with --region",
            ) from error
        listed = told["Regions"] if isinstance(told, dict) and isinstance(told["Regions"], list) else []
        enabled = tuple(sorted(str(one["RegionName"]) for one in listed if isinstance(one, dict)))
        missing = sorted(set(wanted) - set(enabled))
        if missing:
            raise InvalidInputError(
                f"{', '.join(missing)}: no region that is enabled in this account",
                code="aws.no_region",
                hint=f"enabled are {', '.join(enabled)}",
            )
        return tuple(region for region in enabled if not wanted or region in wanted)

    def pages(self, ask: Ask, region: str, parameters: Mapping[str, Json]) -> Iterator[Json]:
        """Yield an answer page by page, as JSON. Raises `CallFailed` where it ends otherwise than well."""
        check_allowed(ask.operation, self._allowed)
        service, _, operation = ask.operation.partition(":")
        if ask.operation == "iam:GetCredentialReport":
            yield self._credential_report(region)
            return
        try:
            client = self._client(service, region)
            method = _method(client, operation)
            if client.can_paginate(method):
                pages = {"PaginationConfig": {"PageSize": ask.page}} if ask.page else {}
                for page in client.get_paginator(method).paginate(**parameters, **pages):
                    self._count()
                    yield as_json(_bare(page))
            else:
                self._count()
                yield as_json(_bare(getattr(client, method)(**parameters)))
        except CallFailed:
            raise
        except Exception as error:
            raise self._failed(error, service, region) from error

    def _count(self) -> None:
        with self._lock:
            self.calls += 1

    def _failed(self, error: Exception, service: str, region: str) -> CallFailed:
        """Translate what boto3 raises; what it does not is a defect of ours and goes on."""
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            EndpointConnectionError,
        )
        from botocore.parsers import ResponseParserError

        if isinstance(error, ClientError):
            told = error.response.get("Error", {})
            return CallFailed(str(told.get("Code", "Unknown")), str(told.get("Message", "")))
        if isinstance(error, EndpointConnectionError):
            offered = self._session.get_available_regions(service, partition_name=self.partition)
            elsewhere = bool(offered) and region not in offered
            return CallFailed(NOT_IN_REGION if elsewhere else "EndpointConnectionError", str(error))
        if isinstance(error, BotoCoreError | ResponseParserError):
            return CallFailed(type(error).__name__, str(error))
        raise error

    def _client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                client = self._session.client(
                    service,
                    region_name=region,
                    config=Config(
                        retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS},
                        connect_timeout=_CONNECT_SECONDS,
                        read_timeout=_READ_SECONDS,
                        max_pool_connections=_CONNECTIONS,
                        user_agent_extra="watchword",
                    ),
                )
                self._clients[service, region] = client
                if len(self._clients) > _CLIENTS:
                    self._clients.popitem(last=False)
            self._clients.move_to_end((service, region))
            return client

    def _credential_report(self, region: str) -> Json:
        """Have IAM write its report, and return its rows."""
        try:
            client = self._client("iam", region)
            if not self._written(client):
                return self._not_ready()
            self._count()
            content = client.get_credential_report()["Content"]
        except CallFailed:
            raise
        except Exception as error:
            raise self._failed(error, "iam", region) from error
        rows: list[Json] = [dict(row) for row in csv.DictReader(io.StringIO(content.decode()))]
        return {"Rows": rows}

    def _written(self, client: Any) -> bool:
        check_allowed(GENERATE, self._allowed)
        for _ in range(_REPORT_TRIES):
            self._count()
            if client.generate_credential_report().get("State") == "COMPLETE":
                return True
            self._wait(_REPORT_WAIT)
        return False

    @staticmethod
    def _not_ready() -> Json:
        raise CallFailed("ReportNotReady", "IAM did not finish its credential report")


def open_account(
    *, profile: str | None, allowed: Collection[str], wait: Callable[[float], None] = time.sleep
) -> Account:
    """Open an account by a profile. Raises where the package, the profile or the credentials are not there."""
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ProfileNotFound
    except ImportError as error:
        raise NotFoundError(
            "to read a live account of AWS, its SDK is needed, and is not installed",
            code="aws.no_sdk",
            hint="pip install 'watchword[aws]'",
        ) from error
    try:
        session = boto3.session.Session(profile_name=profile)
    except ProfileNotFound as error:
        raise InvalidInputError(f"{error}", code="aws.no_profile", hint="`aws configure list-profiles`") from error
    except BotoCoreError as error:
        raise InvalidInputError(f"{error}", code="aws.profile") from error
    return Account(session, allowed, wait=wait)


def _method(client: Any, operation: str) -> str:
    """What boto3 calls an operation: `list_buckets`."""
    for method, api in client.meta.method_to_api_mapping.items():
        if api == operation:
            return str(method)
    raise DefectError(f"boto3 knows no operation {operation}", code="aws.no_operation")


def _bare(page: Mapping[str, object]) -> dict[str, object]:
    return {name: child for name, child in page.items() if name != "ResponseMetadata"}


def as_json(thing: object) -> Json:
    """What boto3 made of an answer, as JSON: instants in ISO 8601, bytes as text."""
    if thing is None or isinstance(thing, str | bool | int | float):
        return thing
    if isinstance(thing, Mapping):
        return {str(name): as_json(child) for name, child in thing.items()}
    if isinstance(thing, list | tuple | set):
        return [as_json(child) for child in thing]
    if isinstance(thing, datetime | date):
        return thing.isoformat()
    if isinstance(thing, bytes):
        return thing.decode("utf-8", "replace")
    return str(thing)
