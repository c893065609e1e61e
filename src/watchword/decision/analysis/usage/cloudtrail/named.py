"""Which resource a CloudTrail event is about, where that is certain.

Certain means: the event names the very resource that the service checks the action on, whole, or by a name from which
its ARN follows without knowing anything else (no path, no suffix, no qualifier). All else is not told.

Source: AWS Service Authorization Reference, resource types and their ARNs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_QUEUE = re.compile(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(\d{12})/([A-Za-z0-9_.-]+)")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
_FUNCTION_ARN = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+")
# Actions of Amazon S3 that are checked on the object.
_OBJECT_ACTIONS = frozenset(
    """
    AbortMultipartUpload DeleteObject DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging GetObject
    GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent
    GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes GetObjectVersionTagging GetObjectVersionTorrent
    ListMultipartUploadParts PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging
    PutObjectVersionAcl PutObjectVersionTagging RestoreObject UpdateObjectEncryption
    """.split()  # noqa: SIM905 - quotation marks would hide the words
)
# Actions without a resource type: they are checked on `*`.
_ON_EVERYTHING = frozenset({"s3:ListAllMyBuckets", "sts:GetCallerIdentity"})
# Calls whose ARN stands in a parameter, and the service in that ARN.
_ARN_PARAMETERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sts:AssumeRole": (("roleArn", "iam"),),
    "states:StartExecution": (("stateMachineArn", "states"),),
}
_ARN_PARAMETERS_OF_SERVICE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "kinesis": (("streamARN", "kinesis"),),
    "secretsmanager": (("secretId", "secretsmanager"),),
    "sns": (("topicArn", "sns"),),
}
# The type under which an event lists the one resource that the action is checked on.
_LISTED_TYPES: Mapping[str, str] = {"kms": "AWS::KMS::Key", "dynamodb": "AWS::DynamoDB::Table"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entry of an event's `resources`."""

    type: str
    arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What of an event bears on its resource. `parameters` are those of its request that are texts."""

    partition: str
    region: str
    account: str  # the caller's, whose resources a bare name means
    parameters: Mapping[str, str]
    listed: Sequence[Listed]


def resource_of(action: str, call: Call) -> str | None:
    """Return the resource that an action of this call is checked on; None where that is not certain."""
    if action in _ON_EVERYTHING:
        return "*"
    service, _, name = action.partition(":")
    if service == "s3":
        return _of_s3(name, call)
    for parameter, of in _ARN_PARAMETERS.get(action, _ARN_PARAMETERS_OF_SERVICE.get(service, ())):
        arn = call.parameters.get(parameter, "")
        if arn.startswith(f"arn:{call.partition}:{of}:"):
            return arn
    if service == "sqs":
        queue = _QUEUE.fullmatch(call.parameters.get("queueUrl", ""))
        return f"arn:{call.partition}:sqs:{queue[1]}:{queue[2]}:{queue[3]}" if queue else None
    if service == "lambda":
        return _of_lambda(call)
    if service in _LISTED_TYPES:
        return _of_listed(service, call)
    return None


def _of_s3(name: str, call: Call) -> str | None:
    bucket, key = call.parameters.get("bucketName", ""), call.parameters.get("key")
    # An access point or its alias stands for a bucket that the event does not name.
    if not _BUCKET.fullmatch(bucket) or bucket.endswith(("-s3alias", "--ol-s3")):
        return None
    arn = f"arn:{call.partition}:s3:::{bucket}"
    if name in _OBJECT_ACTIONS:
        return f"{arn}/{key}" if key else None
    return arn if key is None else None


def _of_lambda(call: Call) -> str | None:
    function = call.parameters.get("functionName", "")
    if "qualifier" in call.parameters:
        return None
    if _FUNCTION_ARN.fullmatch(function):
        return function
    if not _PLAIN_NAME.fullmatch(function) or not call.account:
        return None
    return f"arn:{call.partition}:lambda:{call.region}:{call.account}:function:{function}"


def _of_listed(service: str, call: Call) -> str | None:
    if "indexName" in call.parameters:
        return None  # checked on the index
    arns = {entry.arn for entry in call.listed if entry.type == _LISTED_TYPES[service]}
    if len(arns) == 1 and len(call.listed) == 1:
        (arn,) = arns
        return arn if arn.startswith(f"arn:{call.partition}:{service}:") else None
    return None
