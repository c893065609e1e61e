"""Changes that an account tells of itself: events that EventBridge puts into a queue of SQS.

    queue = ChangeQueue(url, profile="audit")
    for change in queue.receive(): …          # Change(words="PutBucketPolicy on payroll-logs", …)
    queue.forget(changes)                     # once what they tell of has been looked at

- A message is forgotten only when it is told so: until then SQS hands it out again, and nothing is missed.
- CloudTrail's calls that read, or that failed, changed nothing. Everything else is a change, also what is not
  understood: an event that nobody can read may be the one that matters.
- Two operations are called, both of this queue: `sqs:ReceiveMessage` and `sqs:DeleteMessage`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError

_REGION: Final = re.compile(r"https://sqs\.([a-z0-9-]+)\.")
_MOST: Final = 10  # of SQS, in one answer
_BATCHES: Final = 20  # in one look: what is beyond is met at the next
_LONGEST: Final = 120  # characters of a change in words
# What the events of EventBridge are called, by their senders' documentation.
_CALL: Final = "AWS API Call via CloudTrail"
_CONSOLE: Final = "AWS Service Event via CloudTrail"
_ITEM: Final = "Config Configuration Item Change"
_COMPLIANCE: Final = "Config Rules Compliance Change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed, in words, and the service that it is of (empty: not known, so perhaps any)."""

    words: str
    service: str
    receipt: str


class ChangeQueue:
    """One queue, by a profile of the SDK's (empty: the environment's credentials)."""

    def __init__(self, url: str, *, profile: str = "") -> None:
        try:
            import boto3
            from botocore.exceptions import BotoCoreError
        except ImportError as error:
            raise NotFoundError(
                "to be told of changes by AWS, its SDK is needed, and is not installed",
                code="aws.no_sdk",
                hint="pip install 'watchword[aws]'",
            ) from error
        self._url = url
        match = _REGION.match(url)
        try:
            session = boto3.session.Session(profile_name=profile or None)
            self._client: Any = session.client("sqs", region_name=match[1] if match else session.region_name)
        except BotoCoreError as error:
            raise InvalidInputError(f"the queue cannot be asked: {error}", code="aws.queue") from error

    def receive(self) -> tuple[Change, ...]:
        """Take what is waiting. Raises `UnavailableError` where the queue does not answer."""
        from botocore.exceptions import BotoCoreError, ClientError

        found: list[Change] = []
        try:
            for _ in range(_BATCHES):
                answer = self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=_MOST, WaitTimeSeconds=0)
                messages = answer.get("Messages", [])
                for message in messages:
                    change = change_of(str(message.get("Body", "")), str(message["ReceiptHandle"]))
                    if change is not None:
                        found.append(change)
                    else:
                        self._delete(str(message["ReceiptHandle"]))
                if len(messages) < _MOST:
                    break
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(f"the queue of changes does not answer: {error}", code="aws.queue") from error
        return tuple(found)

    def forget(self, changes: Iterable[Change]) -> None:
        """Have SQS not hand them out again. Raises `UnavailableError`; then it does."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            for change in changes:
                self._delete(change.receipt)
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(f"the queue of changes does not answer: {error}", code="aws.queue") from error

    def _delete(self, receipt: str) -> None:
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)


def change_of(body: str, receipt: str = "") -> Change | None:
    """Read an event. None where it changed nothing."""
    try:
        event: object = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return Change(words="an event that cannot be read", service="", receipt=receipt)
    detail = event.get("detail")
    kind = str(event.get("detail-type", ""))
    if not isinstance(detail, dict):
        return Change(words=_short(kind or "an event that is not known"), service="", receipt=receipt)
    if kind in {_CALL, _CONSOLE}:
        if detail.get("readOnly") is True or detail.get("errorCode"):
            return None
        service = str(detail.get("eventSource", "")).partition(".")[0]
        what = str(detail.get("eventName", "a call"))
        about = _named(detail.get("requestParameters"))
        return Change(words=_short(f"{what} on {about}" if about else what), service=service, receipt=receipt)
    if kind == _ITEM:
        item = detail.get("configurationItem")
        about = str(item.get("ARN") or item.get("resourceId", "")) if isinstance(item, dict) else ""
        type_ = str(item.get("resourceType", "")) if isinstance(item, dict) else ""
        service = type_.split("::")[1].lower() if type_.count("::") > 1 else ""
        return Change(words=_short(f"{type_ or 'something'} {about} changed"), service=service, receipt=receipt)
    if kind == _COMPLIANCE:
        rule, about = str(detail.get("configRuleName", "a rule")), str(detail.get("resourceId", ""))
        return Change(words=_short(f"AWS Config: {rule} on {about}"), service="", receipt=receipt)
    return Change(words=_short(kind), service=str(event.get("source", "")).removeprefix("aws."), receipt=receipt)


def _named(parameters: object) -> str:
    """The first text among a call's parameters that names something."""
    if not isinstance(parameters, dict):
        return ""
    for name, value in sorted(parameters.items()):
        if isinstance(value, str) and re.search(r"(?i)(name|id|arn)$", str(name)):
            return value
    return ""


def _short(text: str) -> str:
    """Events hold what strangers chose: one line, bounded."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
