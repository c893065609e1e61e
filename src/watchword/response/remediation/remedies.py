"""The remedies there are: for each check, the one reading call, the calls that mend and those that undo them.

This list is the whole of what may ever be called. A remedy turns one setting on or off; none deletes a thing that
somebody made, and what it takes away (a rule, a key's use) its undo puts back.

Facts: the AWS API references of S3, EC2, RDS, KMS, CloudTrail and IAM.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watchword.response.remediation.model import Call, Json

_ARN: Final = re.compile(
    r"arn:(?P<partition>[^:]+):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.+)"
)
_WORLD: Final = frozenset({"0.0.0.0/0", "::/0"})


@dataclass(frozen=True, slots=True)
class Arn:
    service: str
    region: str
    account: str
    rest: str

    @property
    def name(self) -> str:
        return self.rest.rpartition("/")[2].rpartition(":")[2]


def parse_arn(text: str) -> Arn | None:
    match = _ARN.fullmatch(text)
    return None if match is None else Arn(match["service"], match["region"], match["account"], match["rest"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How the findings of one check are mended.

    `look` gives the reading call for an address (None: the remedy does not speak about such a thing); `mended` says
    whether an answer is as it should be; `calls` and `undo` what is called, given the answer from before. Both are told
    the time, since a key may be too old at one and not at another.
    """

    check: str
    does: str
    look: Callable[[str], Call | None]
    mended: Callable[[Json, datetime], bool]
    calls: Callable[[str, Json, datetime], tuple[Call, ...]]
    undo: Callable[[str, Json, datetime], tuple[Call, ...]]
    operations: tuple[str, ...]  # the reading one first
    keeps: Json  # of the answer: what counts; {} and [] say where to look, None is the whole

    def relevant(self, answer: Json) -> Json:
        """What counts of an answer: the rest (a time of the last backup) changes without meaning anything here."""
        return _kept(answer, self.keeps)


def _kept(value: Json, keeps: Json) -> Json:
    if isinstance(keeps, dict) and isinstance(value, dict):
        return {name: _kept(value[name], inner) for name, inner in keeps.items() if name in value}
    if isinstance(keeps, list) and isinstance(value, list):
        return [_kept(one, keeps[0]) for one in value]
    return value


def remedy_for(check: str) -> Remedy | None:
    return REMEDIES.get(check)


def _at(value: Json, *path: str | int) -> Json:
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _about(address: str, service: str, prefix: str = "") -> Arn | None:
    arn = parse_arn(address)
    return arn if arn is not None and arn.service == service and arn.rest.startswith(prefix) else None


def _region(address: str) -> str:
    arn = parse_arn(address)
    return arn.region if arn is not None and arn.region else "us-east-1"


# Buckets: all four settings of the public access block.

_BLOCK: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _bucket_look(address: str) -> Call | None:
    arn = _about(address, "s3")
    if arn is None or arn.account or "/" in arn.rest:
        return None
    return Call(operation="s3:GetPublicAccessBlock", region="us-east-1", parameters={"Bucket": arn.rest})


def _bucket_calls(address: str, before: Json, _now: datetime) -> tuple[Call, ...]:
    del before
    block: dict[str, Json] = dict.fromkeys(_BLOCK, True)
    return (_bucket_call(address, block),)


def _bucket_call(address: str, block: Mapping[str, Json]) -> Call:
    return Call(
        operation="s3:PutPublicAccessBlock",
        region="us-east-1",
        parameters={"Bucket": address.rpartition(":")[2], "PublicAccessBlockConfiguration": dict(block)},
    )


def _bucket_undo(address: str, before: Json, _now: datetime) -> tuple[Call, ...]:
    block = _at(before, "PublicAccessBlockConfiguration")
    if isinstance(block, dict):
        return (_bucket_call(address, block),)
    return (
        Call(
            operation="s3:DeletePublicAccessBlock",
            region="us-east-1",
            parameters={"Bucket": address.rpartition(":")[2]},
        ),
    )


# Volumes: encryption by default, of a region.


def _volumes_look(address: str) -> Call | None:
    if _about(address, "ec2", "ebs-defaults") is None:
        return None
    return Call(operation="ec2:GetEbsEncryptionByDefault", region=_region(address), parameters={})


# Databases: not reachable from outside.


def _database_look(address: str) -> Call | None:
    arn = _about(address, "rds", "db:")
    if arn is None:
        return None
    return Call(
        operation="rds:DescribeDBInstances", region=arn.region, parameters={"DBInstanceIdentifier": arn.rest[3:]}
    )


def _database(public: bool) -> Callable[[str, Json, datetime], tuple[Call, ...]]:  # noqa: FBT001 - what is set
    def calls(address: str, before: Json, _now: datetime) -> tuple[Call, ...]:
        del before
        name = address.rpartition(":")[2]
        return (
            Call(
                operation="rds:ModifyDBInstance",
                region=_region(address),
                parameters={"DBInstanceIdentifier": name, "PubliclyAccessible": public, "ApplyImmediately": True},
            ),
        )

    return calls


# Keys of KMS: rotated every year.


def _key_look(address: str) -> Call | None:
    arn = _about(address, "kms", "key/")
    if arn is None:
        return None
    return Call(operation="kms:GetKeyRotationStatus", region=arn.region, parameters={"KeyId": address})


def _one(operation: str, name: str, value: Callable[[str], Json]) -> Callable[[str, Json, datetime], tuple[Call, ...]]:
    """One call with one parameter made of the address."""

    def calls(address: str, before: Json, _now: datetime) -> tuple[Call, ...]:
        del before
        parameters: dict[str, Json] = {name: value(address)} if name else {}
        return (Call(operation=operation, region=_region(address), parameters=parameters),)

    return calls


# Machines: metadata with a token alone.


def _machine_look(address: str) -> Call | None:
    arn = _about(address, "ec2", "instance/")
    if arn is None:
        return None
    return Call(operation="ec2:DescribeInstances", region=arn.region, parameters={"InstanceIds": [arn.name]})


def _tokens(answer: Json) -> Json:
    return _at(answer, "Reservations", 0, "Instances", 0, "MetadataOptions", "HttpTokens")


def _machine_call(address: str, tokens: Json) -> tuple[Call, ...]:
    parameters: dict[str, Json] = {"InstanceId": address.rpartition("/")[2], "HttpTokens": tokens}
    return (Call(operation="ec2:ModifyInstanceMetadataOptions", region=_region(address), parameters=parameters),)


# Trails: files are signed.


def _trail_look(address: str) -> Call | None:
    arn = _about(address, "cloudtrail", "trail/")
    if arn is None:
        return None
    return Call(operation="cloudtrail:GetTrail", region=arn.region, parameters={"Name": address})


def _trail(valid: bool) -> Callable[[str, Json, datetime], tuple[Call, ...]]:  # noqa: FBT001 - what is set
    def calls(address: str, before: Json, _now: datetime) -> tuple[Call, ...]:
        del before
        parameters: dict[str, Json] = {"Name": address, "EnableLogFileValidation": valid}
        return (Call(operation="cloudtrail:UpdateTrail", region=_region(address), parameters=parameters),)

    return calls


# Access keys: the old ones are switched off, and never deleted.

_OLDEST: Final = timedelta(days=90)  # as the check has it


def _user_look(address: str) -> Call | None:
    arn = _about(address, "iam", "user/")
    if arn is None or not arn.rest.endswith("/credentials"):
        return None
    name = arn.rest.removesuffix("/credentials").rpartition("/")[2]
    return Call(operation="iam:ListAccessKeys", region="us-east-1", parameters={"UserName": name})


def _old_keys(answer: Json, now: datetime) -> list[tuple[str, str]]:
    """The user and the id of each active key that is too old; one of which the age is not told is."""
    listed = _at(answer, "AccessKeyMetadata")
    found: list[tuple[str, str]] = []
    for key in listed if isinstance(listed, list) else ():
        if _at(key, "Status") != "Active":
            continue
        try:
            created = datetime.fromisoformat(str(_at(key, "CreateDate")))
            young = now - created <= _OLDEST
        except (ValueError, TypeError):
            young = False
        if not young:
            found.append((str(_at(key, "UserName")), str(_at(key, "AccessKeyId"))))
    return found


def _keys(status: str) -> Callable[[str, Json, datetime], tuple[Call, ...]]:
    def calls(address: str, before: Json, now: datetime) -> tuple[Call, ...]:
        del address
        return tuple(
            Call(
                operation="iam:UpdateAccessKey",
                region="us-east-1",
                parameters={"UserName": user, "AccessKeyId": key, "Status": status},
            )
            for user, key in _old_keys(before, now)
        )

    return calls


# Security groups: rules by which the whole Internet reaches ports that are nobody's business.


def _group_of(address: str) -> str:
    """The group's own address: findings are about one of its rules."""
    whole, slash, rest = address.partition(":security-group/")
    return f"{whole}{slash}{rest.partition('/')[0]}" if slash else address


def _group_look(address: str) -> Call | None:
    arn = _about(_group_of(address), "ec2", "security-group/")
    if arn is None:
        return None
    return Call(operation="ec2:DescribeSecurityGroups", region=arn.region, parameters={"GroupIds": [arn.name]})


def _open_rules(ports: frozenset[int]) -> Callable[[Json], list[Json]]:
    """The parts of a group's rules that let everybody at one of the ports (none named: at every port)."""

    def found(answer: Json) -> list[Json]:
        listed = _at(answer, "SecurityGroups", 0, "IpPermissions")
        return [
            part
            for rule in (listed if isinstance(listed, list) else ())
            if isinstance(rule, dict) and _lets_through(rule, ports) and (part := _worldly(rule)) is not None
        ]

    return found


def _lets_through(rule: Mapping[str, Json], ports: frozenset[int]) -> bool:
    protocol, first, last = rule.get("IpProtocol"), rule.get("FromPort"), rule.get("ToPort")
    if protocol == "-1":
        return True
    if protocol not in {"tcp", "udp", "6", "17"} or not isinstance(first, int) or not isinstance(last, int):
        return False
    if not ports:
        return first <= 1 and last >= 65535  # noqa: PLR2004 - the last port there is
    return protocol in {"tcp", "6"} and any(first <= port <= last for port in ports)


def _worldly(rule: Mapping[str, Json]) -> Json:
    """The rule with the ranges alone that are the whole Internet; None where none is."""
    part: dict[str, Json] = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
    for ranges, name in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
        listed = rule.get(ranges)
        open_ones: list[Json] = [
            one for one in (listed if isinstance(listed, list) else ()) if _at(one, name) in _WORLD
        ]
        if open_ones:
            part[ranges] = open_ones
    return part if "IpRanges" in part or "Ipv6Ranges" in part else None


def _group(check: str, does: str, ports: frozenset[int]) -> Remedy:
    found = _open_rules(ports)

    def call(operation: str) -> Callable[[str, Json, datetime], tuple[Call, ...]]:
        def calls(address: str, before: Json, _now: datetime) -> tuple[Call, ...]:
            group = _group_of(address).rpartition("/")[2]
            parameters: dict[str, Json] = {"GroupId": group, "IpPermissions": found(before)}
            return (Call(operation=operation, region=_region(address), parameters=parameters),)

        return calls

    return Remedy(
        check=check,
        does=does,
        look=_group_look,
        mended=lambda answer, _now: isinstance(_at(answer, "SecurityGroups", 0), dict) and not found(answer),
        calls=call("ec2:RevokeSecurityGroupIngress"),
        undo=call("ec2:AuthorizeSecurityGroupIngress"),
        operations=(
            "ec2:DescribeSecurityGroups",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupIngress",
        ),
        keeps={"SecurityGroups": [{"GroupId": None, "VpcId": None, "IpPermissions": None}]},
    )


_ALL: Final = (
    Remedy(
        check="s3-public-access-block",
        does="blocks public access to the bucket",
        look=_bucket_look,
        mended=lambda answer, _now: all(_at(answer, "PublicAccessBlockConfiguration", name) is True for name in _BLOCK),
        calls=_bucket_calls,
        undo=_bucket_undo,
        operations=("s3:GetPublicAccessBlock", "s3:PutPublicAccessBlock", "s3:DeletePublicAccessBlock"),
        keeps={"PublicAccessBlockConfiguration": None},
    ),
    Remedy(
        check="ebs-default-encryption",
        does="encrypts new volumes of the region by default",
        look=_volumes_look,
        mended=lambda answer, _now: _at(answer, "EbsEncryptionByDefault") is True,
        calls=_one("ec2:EnableEbsEncryptionByDefault", "", str),
        undo=_one("ec2:DisableEbsEncryptionByDefault", "", str),
        operations=(
            "ec2:GetEbsEncryptionByDefault",
            "ec2:EnableEbsEncryptionByDefault",
            "ec2:DisableEbsEncryptionByDefault",
        ),
        keeps={"EbsEncryptionByDefault": None},
    ),
    Remedy(
        check="rds-public",
        does="makes the database unreachable from outside of its network",
        look=_database_look,
        mended=lambda answer, _now: _at(answer, "DBInstances", 0, "PubliclyAccessible") is False,
        calls=_database(public=False),
        undo=_database(public=True),
        operations=("rds:DescribeDBInstances", "rds:ModifyDBInstance"),
        keeps={"DBInstances": [{"DBInstanceIdentifier": None, "DbiResourceId": None, "PubliclyAccessible": None}]},
    ),
    Remedy(
        check="kms-key-rotation",
        does="has the key rotated every year",
        look=_key_look,
        mended=lambda answer, _now: _at(answer, "KeyRotationEnabled") is True,
        calls=_one("kms:EnableKeyRotation", "KeyId", str),
        undo=_one("kms:DisableKeyRotation", "KeyId", str),
        operations=("kms:GetKeyRotationStatus", "kms:EnableKeyRotation", "kms:DisableKeyRotation"),
        keeps={"KeyRotationEnabled": None},
    ),
    Remedy(
        check="ec2-imdsv2",
        does="gives out the machine's metadata to who has a token alone",
        look=_machine_look,
        mended=lambda answer, _now: _tokens(answer) == "required",
        calls=lambda address, _before, _now: _machine_call(address, "required"),
        undo=lambda address, before, _now: _machine_call(address, _tokens(before) or "optional"),
        operations=("ec2:DescribeInstances", "ec2:ModifyInstanceMetadataOptions"),
        keeps={
            "Reservations": [
                {"Instances": [{"InstanceId": None, "MetadataOptions": {"HttpTokens": None, "HttpEndpoint": None}}]}
            ]
        },
    ),
    Remedy(
        check="cloudtrail-validation",
        does="has the trail's files signed",
        look=_trail_look,
        mended=lambda answer, _now: _at(answer, "Trail", "LogFileValidationEnabled") is True,
        calls=_trail(valid=True),
        undo=_trail(valid=False),
        operations=("cloudtrail:GetTrail", "cloudtrail:UpdateTrail"),
        keeps={"Trail": {"TrailARN": None, "S3BucketName": None, "LogFileValidationEnabled": None}},
    ),
    Remedy(
        check="iam-access-key-age",
        does="switches off access keys older than ninety days; deletes none",
        look=_user_look,
        mended=lambda answer, now: isinstance(_at(answer, "AccessKeyMetadata"), list) and not _old_keys(answer, now),
        calls=_keys("Inactive"),
        undo=_keys("Active"),
        operations=("iam:ListAccessKeys", "iam:UpdateAccessKey"),
        keeps={"AccessKeyMetadata": [{"UserName": None, "AccessKeyId": None, "Status": None, "CreateDate": None}]},
    ),
    _group(
        "sg-admin-ports-open",
        "takes away the rules by which everybody reaches ports of administration",
        frozenset({22, 3389, 5985, 5986}),
    ),
    _group("sg-all-ports-open", "takes away the rules by which everybody reaches every port", frozenset()),
)

REMEDIES: Final[Mapping[str, Remedy]] = {remedy.check: remedy for remedy in _ALL}
LOOKS: Final = frozenset(remedy.operations[0] for remedy in _ALL)
WRITES: Final = frozenset(operation for remedy in _ALL for operation in remedy.operations[1:])
