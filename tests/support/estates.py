"""Small estates, written as `aws iam get-account-authorization-details` writes them."""

import json
from collections.abc import Mapping, Sequence

from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.model import Estate
from watchword.decision.analysis.account.reader import Source, read_estate

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

ACCOUNT = "111111111111"
OTHER = "222222222222"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def arn(kind: str, name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:{kind}/{name}"


def document(*statements: Json) -> dict[str, Json]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Json, resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json, resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trusts(principal: Json, action: Json = "sts:AssumeRole", **more: Json) -> dict[str, Json]:
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


EVERYTHING = document(allow("*"))


def _attached(arns: Sequence[str]) -> list[Json]:
    return [{"PolicyName": a.rpartition("/")[2], "PolicyArn": a} for a in arns]


def _tags(tags: Mapping[str, str] | None) -> list[Json]:
    return [{"Key": k, "Value": v} for k, v in (tags or {}).items()]


def user(
    name: str,
    *statements: Json,
    groups: Sequence[str] = (),
    attached: Sequence[str] = (),
    boundary: str = "",
    tags: Mapping[str, str] | None = None,
    account: str = ACCOUNT,
) -> dict[str, Json]:
    body: dict[str, Json] = {
        "UserName": name.rpartition("/")[2],
        "UserId": f"AIDA{name.upper():X<16}",
        "Arn": arn("user", name, account),
        "GroupList": list(groups),
        "AttachedManagedPolicies": _attached(attached),
        "Tags": _tags(tags),
    }
    if statements:
        body["UserPolicyList"] = [{"PolicyName": "own", "PolicyDocument": document(*statements)}]
    if boundary:
        body["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    return body


def role(
    name: str,
    *statements: Json,
    trust: Json,
    attached: Sequence[str] = (),
    boundary: str = "",
    tags: Mapping[str, str] | None = None,
    profiles: Sequence[str] = (),
    account: str = ACCOUNT,
) -> dict[str, Json]:
    body: dict[str, Json] = {
        "RoleName": name.rpartition("/")[2],
        "RoleId": f"AROA{name.upper():X<16}",
        "Arn": arn("role", name, account),
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [{"InstanceProfileName": p} for p in profiles],
        "AttachedManagedPolicies": _attached(attached),
        "RolePolicyList": [],
        "Tags": _tags(tags),
    }
    if statements:
        body["RolePolicyList"] = [{"PolicyName": "own", "PolicyDocument": document(*statements)}]
    if boundary:
        body["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    return body


def group(name: str, *statements: Json, attached: Sequence[str] = (), account: str = ACCOUNT) -> dict[str, Json]:
    own: list[Json] = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    return {
        "GroupName": name,
        "Arn": arn("group", name, account),
        "GroupPolicyList": own,
        "AttachedManagedPolicies": _attached(attached),
    }


def policy(name: str, default: Json, *others: Json, account: str = ACCOUNT) -> dict[str, Json]:
    """A managed policy; its other versions are called v1, v2, … and the default one comes after them."""
    versions: list[Json] = [
        {"VersionId": f"v{n}", "IsDefaultVersion": False, "Document": d} for n, d in enumerate(others, start=1)
    ]
    last = f"v{len(others) + 1}"
    versions.append({"VersionId": last, "IsDefaultVersion": True, "Document": default})
    return {
        "PolicyName": name,
        "Arn": arn("policy", name, account),
        "DefaultVersionId": last,
        "PolicyVersionList": versions,
    }


def page(
    *,
    users: Sequence[Json] = (),
    groups: Sequence[Json] = (),
    roles: Sequence[Json] = (),
    policies: Sequence[Json] = (),
) -> dict[str, Json]:
    administrator: Json = {
        "PolicyName": "AdministratorAccess",
        "Arn": ADMINISTRATOR,
        "DefaultVersionId": "v1",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": EVERYTHING}],
    }
    return {
        "UserDetailList": list(users),
        "GroupDetailList": list(groups),
        "RoleDetailList": list(roles),
        "Policies": [administrator, *policies],
    }


def source(name: str, body: Json) -> Source:
    return Source(name, json.dumps(body))


def estate(*pages: Json, resources: Json | None = None, organisation: Json | None = None) -> Estate:
    return read_estate(
        [source(f"page{n}.json", p) for n, p in enumerate(pages)],
        resource_policies=[] if resources is None else [source("resources.json", resources)],
        organisation=None if organisation is None else source("organisation.json", organisation),
    )


def scp(*documents: Json) -> dict[str, Json]:
    return {"scp": [{"level": "root", "docs": list(documents)}]}


def inquire(*pages: Json, resources: Json | None = None, organisation: Json | None = None) -> Inquiry:
    return Inquiry(estate(*pages, resources=resources, organisation=organisation))
