"""What AWS stores comes out valid for its kind, and what AWS refuses is refused: `check_policy`, kind by kind.

The valid ones are what the consoles and guides of AWS write, shortened. The refused ones carry the rule in their names;
the sources are the IAM User Guide (grammar, elements, "IAM policy validation check reference"), the Organizations User
Guide ("SCP syntax", "RCP syntax") and the messages of IAM's `MalformedPolicyDocument`.
"""

import json
from collections.abc import Mapping

import pytest

from support.decision import Json
from watchword.decision.analysis.validation import check_policy
from watchword.decision.language import PolicyError, PolicyKind, Severity, parse_policy

KIND = PolicyKind
ACCOUNT = "123456789012"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
CLUSTER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def found(kind: PolicyKind, statements: Json, **more: Json | None) -> dict[str, list[str]]:
    body: dict[str, Json | None] = {"Version": "2012-10-17", **more, "Statement": statements}
    diagnostics = check_policy(json.dumps({k: v for k, v in body.items() if v is not None}), name="p", kind=kind)
    return {s.value: [d.code for d in diagnostics if d.severity is s] for s in Severity}


def allow(**elements: Json) -> dict[str, Json]:
    return {"Effect": "Allow", **elements}


def deny(**elements: Json) -> dict[str, Json]:
    return {"Effect": "Deny", **elements}


def on(resource: Json, action: Json = "s3:GetObject", **more: Json) -> dict[str, Json]:
    return allow(Action=action, Resource=resource, **more)


STORED: list[tuple[str, PolicyKind, Json]] = [
    ("administrator", KIND.IDENTITY, [on("*", "*")]),
    ("a statement without a list", KIND.IDENTITY, on("*", ["s3:Get*", "S3:List*", "ec2:Describe?nstances", "a4b:*"])),
    ("power user", KIND.IDENTITY, [allow(NotAction=["iam:*", "organizations:*"], Resource="*")]),
    ("empty Sids", KIND.IDENTITY, [on("*", Sid=""), on("*", Sid="")]),
    (
        "ARNs of many services",
        KIND.IDENTITY,
        [
            on(
                [
                    "arn:aws:s3:::bucket",
                    "arn:aws:s3:::bucket/*",
                    "arn:aws:s3:::home/${aws:username}/*",
                    "arn:aws:s3:::home/${aws:PrincipalTag/team, 'none'}/${*}",
                    "arn:aws:ec2:*::snapshot/*",
                    "arn:aws:ec2:*:*:instance/*",
                    "arn:aws:apigateway:us-east-1::/restapis/*",
                    "arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*",
                    "arn:aws:lambda:*:*:function:name:*",
                    "arn:aws:iam::aws:policy/*",
                    "arn:aws:iam::*:role/aws-service-role/*",
                    f"arn:aws:iam::{ACCOUNT}:mfa/${{aws:username}}",
                    "arn:aws:iam::*:*",
                    "arn:aws-us-gov:kms:*:*:key/*",
                    "arn:aws-cn:s3:::bucket",
                    "arn:*:logs:*:*:log-group:/aws/*:log-stream:*",
                    "arn:aws:dynamodb:us-east-1:123456789012:table/x/index/*",
                    "arn:aws:cloudfront::123456789012:distribution/*",
                ]
            )
        ],
    ),
    (
        "conditions of all types",
        KIND.IDENTITY,
        [
            on(
                "*",
                Condition={
                    "StringLike": {"s3:prefix": ["", "home/", "home/${aws:userid}/*"]},
                    "StringEqualsIgnoreCase": {"aws:RequestTag/Team": "x"},
                    "NumericLessThanEquals": {"s3:max-keys": 10, "aws:MultiFactorAuthAge": "3600"},
                    "DateGreaterThan": {"aws:CurrentTime": "2026-01-31T00:00:00Z", "aws:EpochTime": 1769817600},
                    "Bool": {"aws:SecureTransport": True, "kms:GrantIsForAWSResource": ["true"]},
                    "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64", "192.0.2.1"]},
                    "ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:bucket*"},
                    "ArnNotLikeIfExists": {"aws:PrincipalArn": ["arn:aws:iam::*:role/a", "${aws:PrincipalTag/arn}"]},
                    "BinaryEquals": {"key:x": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="},
                    "Null": {"aws:TokenIssueTime": "true", "ec2:ResourceTag/a": False},
                    "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"},
                },
            )
        ],
    ),
    ("a boundary", KIND.BOUNDARY, [on("*", ["s3:*", "cloudwatch:*"]), deny(NotAction="iam:*", Resource="*")]),
    ("a session policy", KIND.SESSION, [on("arn:aws:s3:::b/*", "s3:*")]),
    (
        "trust in an account, as the console writes it",
        KIND.TRUST,
        [allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="sts:AssumeRole", Condition={})],
    ),
    (
        "trust with an external id",
        KIND.TRUST,
        [
            allow(
                Sid="",
                Principal={"AWS": ACCOUNT},
                Action="sts:AssumeRole",
                Condition={"StringEquals": {"sts:ExternalId": "12345"}},
            )
        ],
    ),
    (
        "trust in everyone of an organisation",
        KIND.TRUST,
        [
            allow(
                Principal={"AWS": "*"},
                Action="sts:AssumeRole",
                Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
            )
        ],
    ),
    (
        "trust in services",
        KIND.TRUST,
        [
            allow(
                Principal={"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com", "ec2.amazonaws.com.cn"]},
                Action="sts:AssumeRole",
            )
        ],
    ),
    (
        "EKS pod identity",
        KIND.TRUST,
        [
            allow(
                Sid="AllowEksAuthToAssumeRoleForPodIdentity",
                Principal={"Service": "pods.eks.amazonaws.com"},
                Action=["sts:AssumeRole", "sts:TagSession"],
            )
        ],
    ),
    (
        "EKS service accounts",
        KIND.TRUST,
        [
            allow(
                Principal={"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{CLUSTER}"},
                Action="sts:AssumeRoleWithWebIdentity",
                Condition={
                    "StringEquals": {
                        f"{CLUSTER}:aud": "sts.amazonaws.com",
                        f"{CLUSTER}:sub": "system:serviceaccount:default:my-service-account",
                    }
                },
            )
        ],
    ),
    (
        "GitHub actions",
        KIND.TRUST,
        [
            allow(
                Principal={"Federated": PROVIDER},
                Action="sts:AssumeRoleWithWebIdentity",
                Condition={
                    "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
                    "StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:*"},
                },
            )
        ],
    ),
    (
        "Cognito",
        KIND.TRUST,
        [
            allow(
                Principal={"Federated": "cognito-identity.amazonaws.com"},
                Action="sts:AssumeRoleWithWebIdentity",
                Condition={"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}},
            )
        ],
    ),
    (
        "SAML",
        KIND.TRUST,
        [
            allow(
                Principal={"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/My_Provider-1"},
                Action=["sts:AssumeRoleWithSAML", "sts:TagSession"],
                Condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            )
        ],
    ),
    (
        "a session and a deleted role are trusted",
        KIND.TRUST,
        [
            allow(
                Principal={"AWS": [f"arn:aws:sts::{ACCOUNT}:assumed-role/role/session", "AROAEXAMPLE1234567890"]},
                Action=["sts:AssumeRole", "sts:SetSourceIdentity"],
            )
        ],
    ),
    ("a public bucket", KIND.RESOURCE, [on("arn:aws:s3:::b/*", Sid="Public Read!", Principal="*")]),
    (
        "an origin access identity",
        KIND.RESOURCE,
        [
            on(
                "arn:aws:s3:::b/*",
                Principal={"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC"},
            ),
            on("arn:aws:s3:::b/*", Principal={"CanonicalUser": CANONICAL}),
            on("arn:aws:s3:::b/*", Principal={"CanonicalUser": CANONICAL + CANONICAL[:32]}),
        ],
    ),
    (
        "a canonical user is denied",
        KIND.RESOURCE,
        [deny(Action="s3:*", Resource="arn:aws:s3:::b/*", Principal={"CanonicalUser": CANONICAL})],
    ),
    (
        "only by TLS and one endpoint",
        KIND.RESOURCE,
        [
            deny(
                Principal={"AWS": "*"},
                Action="s3:*",
                Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
                Condition={
                    "Bool": {"aws:SecureTransport": "false"},
                    "StringNotEquals": {"aws:SourceVpce": "vpce-1a2b"},
                },
            )
        ],
    ),
    (
        "everyone but these is denied",
        KIND.RESOURCE,
        [
            deny(
                NotPrincipal={"AWS": [f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:user/Bob"]},
                Action="s3:*",
                Resource="arn:aws:s3:::b/*",
            )
        ],
    ),
    (
        "log delivery",
        KIND.RESOURCE,
        [
            on(
                "arn:aws:s3:::b/AWSLogs/*",
                "s3:PutObject",
                Sid="AWSLogDeliveryWrite1",
                Principal={"Service": "delivery.logs.amazonaws.com"},
                Condition={
                    "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": [ACCOUNT]},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:*"},
                },
            )
        ],
    ),
    (
        "Sids that stand twice on a bucket",
        KIND.RESOURCE,
        [on("arn:aws:s3:::b/*", Principal="*", Sid="A"), on("arn:aws:s3:::b", "s3:ListBucket", Principal="*", Sid="A")],
    ),
    (
        "a key policy",
        KIND.RESOURCE,
        [
            allow(
                Sid="Enable IAM User Permissions",
                Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                Action="kms:*",
                Resource="*",
            ),
            allow(
                Sid="Allow attachment of persistent resources",
                Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"},
                Action=["kms:CreateGrant"],
                Resource="*",
                Condition={"Bool": {"kms:GrantIsForAWSResource": True}},
            ),
        ],
    ),
    (
        "a topic's default policy",
        KIND.RESOURCE,
        [
            allow(
                Sid="__default_statement_ID",
                Principal={"AWS": "*"},
                Action=["SNS:Publish", "SNS:Subscribe"],
                Resource="arn:aws:sns:us-east-1:123456789012:t",
                Condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
            )
        ],
    ),
    (
        "a function's policy",
        KIND.RESOURCE,
        [
            allow(
                Sid="5f1ea2c4-6c9b-4a1f-9d5e-2f3b",
                Principal={"Service": "s3.amazonaws.com"},
                Action="lambda:InvokeFunction",
                Resource=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f",
                Condition={"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}},
            )
        ],
    ),
    (
        "a repository's policy has no Resource",
        KIND.RESOURCE,
        [allow(Sid="AllowPull", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action=["ecr:BatchGetImage"])],
    ),
    (
        "a REST API's own form of ARN",
        KIND.RESOURCE,
        [
            allow(Principal="*", Action="execute-api:Invoke", Resource="execute-api:/stage/GET/pets"),
            deny(
                Principal="*",
                Action="execute-api:Invoke",
                Resource=["execute-api:/*"],
                Condition={"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}},
            ),
        ],
    ),
    ("an endpoint's default policy", KIND.ENDPOINT, [allow(Principal="*", Action="*", Resource="*")]),
    (
        "an endpoint for one organisation",
        KIND.ENDPOINT,
        [
            allow(
                Sid="a b",
                Principal={"AWS": "*"},
                Action=["s3:*"],
                Resource="*",
                Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
            )
        ],
    ),
    ("FullAWSAccess", KIND.SCP, on("*", "*")),
    (
        "a region lock",
        KIND.SCP,
        [
            deny(
                Sid="DenyOutsideEU",
                NotAction=["iam:*", "route53:*"],
                Resource="*",
                Condition={
                    "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]},
                    "ArnNotLike": {"aws:PrincipalARN": ["arn:aws:iam::*:role/Admin*"]},
                },
            )
        ],
    ),
    (
        "the full language since September 2025",
        KIND.SCP,
        [
            allow(
                Action=["ec2:*Tags", "s3:Get*Acl"],
                Resource="arn:aws:s3:::b/*",
                Condition={"StringEquals": {"aws:RequestedRegion": "eu-central-1"}},
            ),
            allow(NotAction="iam:*", NotResource="arn:aws:s3:::secret/*"),
            deny(Action="s3:*", NotResource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"]),
        ],
    ),
    ("RCPFullAWSAccess", KIND.RCP, [allow(Principal="*", Action="*", Resource="*")]),
    (
        "an RCP against confused deputies",
        KIND.RCP,
        [
            deny(
                Sid="EnforceConfusedDeputyProtection",
                Principal="*",
                Action=["s3:*", "sqs:*", "kms:*"],
                Resource="*",
                Condition={
                    "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
                    "Null": {"aws:SourceAccount": "false"},
                    "Bool": {"aws:PrincipalIsAWSService": "true"},
                },
            )
        ],
    ),
    (
        "an RCP with NotResource",
        KIND.RCP,
        [
            deny(
                Principal="*",
                Action="sts:AssumeRoleWithWebIdentity",
                NotResource="arn:aws:iam::*:role/ci/*",
                Condition={"BoolIfExists": {"aws:SecureTransport": "false"}},
            )
        ],
    ),
]


@pytest.mark.parametrize(("kind", "statements"), [pytest.param(k, s, id=f"{k.value}: {n}") for n, k, s in STORED])
def test_what_aws_stores_is_valid(kind: PolicyKind, statements: Json) -> None:
    assert found(kind, statements)["error"] == []


@pytest.mark.parametrize("kind", [KIND.IDENTITY, KIND.TRUST, KIND.RESOURCE, KIND.SESSION, KIND.ENDPOINT])
def test_inline_and_resource_policies_may_be_of_2008_or_say_no_version(kind: PolicyKind) -> None:
    statement = right_for(kind)
    assert found(kind, statement, Version="2008-10-17") == {"error": [], "warning": []}
    assert found(kind, statement, Version=None) == {"error": [], "warning": ["policy.version.absent"]}


def right_for(kind: PolicyKind) -> dict[str, Json]:
    statement = deny(Action="sts:AssumeRole", Resource="*")
    if kind in {KIND.RESOURCE, KIND.TRUST, KIND.ENDPOINT, KIND.RCP}:
        statement["Principal"] = "*"
    if kind is KIND.TRUST:
        del statement["Resource"]
    return statement


def changed(kind: PolicyKind, **elements: Json | None) -> dict[str, Json]:
    return {k: v for k, v in {**right_for(kind), **elements}.items() if v is not None}


REFUSED: list[tuple[str, PolicyKind, Mapping[str, Json | None], str]] = [
    ("Principal", KIND.IDENTITY, {"Principal": "*"}, "policy.element.forbidden"),
    ("NotPrincipal", KIND.SCP, {"NotPrincipal": {"AWS": ACCOUNT}}, "policy.element.forbidden"),
    ("no Effect", KIND.IDENTITY, {"Effect": None}, "policy.element.missing"),
    ("effect of another case", KIND.IDENTITY, {"Effect": "allow"}, "policy.effect"),
    ("no Action", KIND.IDENTITY, {"Action": None}, "policy.element.missing"),
    ("no Resource", KIND.IDENTITY, {"Resource": None}, "policy.element.missing"),
    ("no Resource on an endpoint", KIND.ENDPOINT, {"Resource": None}, "policy.element.missing"),
    ("no actions", KIND.IDENTITY, {"Action": []}, "policy.value.none"),
    ("no resources", KIND.IDENTITY, {"Resource": []}, "policy.value.none"),
    ("Action and NotAction", KIND.IDENTITY, {"NotAction": "s3:*"}, "policy.element.both"),
    ("Resource and NotResource", KIND.IDENTITY, {"NotResource": "*"}, "policy.element.both"),
    ("an action without a vendor", KIND.IDENTITY, {"Action": "GetObject"}, "policy.action"),
    ("an action of two colons", KIND.IDENTITY, {"Action": "s3:Get:Object"}, "policy.action"),
    ("a vendor with a wildcard", KIND.IDENTITY, {"Action": "s*:GetObject"}, "policy.action"),
    ("two actions in one string", KIND.IDENTITY, {"Action": "s3:GetObject,s3:PutObject"}, "policy.action"),
    ("a number as action", KIND.IDENTITY, {"Action": 1}, "policy.shape"),
    ("a Sid with spaces", KIND.IDENTITY, {"Sid": "a b"}, "policy.sid"),
    ("a Sid with a dash", KIND.SCP, {"Sid": "a-b"}, "policy.sid"),
    ("no ARN", KIND.IDENTITY, {"Resource": "bucket"}, "policy.resource"),
    ("no ARN in the form of another service", KIND.RESOURCE, {"Resource": "s3:/x"}, "policy.resource"),
    ("no partition", KIND.IDENTITY, {"Resource": "arn::s3:::b"}, "policy.resource.partition"),
    ("a misspelt partition", KIND.IDENTITY, {"Resource": "arn:asw:s3:::b"}, "policy.resource.partition"),
    ("no service", KIND.IDENTITY, {"Resource": "arn:aws::::b"}, "policy.resource.service"),
    ("a wildcard as service", KIND.IDENTITY, {"Resource": "arn:aws:*:::b"}, "policy.resource.service"),
    ("an IAM resource of no type", KIND.IDENTITY, {"Resource": "arn:aws:iam::1:u*"}, "policy.resource.type"),
    ("an IAM resource in a region", KIND.BOUNDARY, {"Resource": "arn:aws:iam:us-east-1:1:user/a"},
     "policy.resource.region"),
    ("a short ARN in an SCP", KIND.SCP, {"Resource": "arn:aws:s3"}, "policy.resource.short"),
    ("an element of a statement that is none", KIND.IDENTITY, {"Comment": "x"}, "policy.element.unknown"),
    ("an unknown operator", KIND.IDENTITY, {"Condition": {"StringIs": {"aws:a": "b"}}}, "policy.operator.unknown"),
    ("Null with IfExists", KIND.IDENTITY, {"Condition": {"NullIfExists": {"aws:a": "true"}}},
     "policy.operator.unknown"),
    ("a key without a vendor", KIND.IDENTITY, {"Condition": {"StringEquals": {"ExternalId": "b"}}},
     "policy.condition.key"),
    ("a key in two cases", KIND.IDENTITY, {"Condition": {"StringEquals": {"aws:a": "b", "aws:A": "c"}}},
     "policy.condition.duplicate"),
    ("a list in a list", KIND.IDENTITY, {"Condition": {"StringEquals": {"aws:a": [["b"]]}}}, "policy.shape"),
    ("an object as a value", KIND.IDENTITY, {"Condition": {"StringEquals": {"aws:a": {"b": 1}}}}, "policy.shape"),
    ("no address", KIND.IDENTITY, {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}}, "policy.value.type"),
    ("no ARN under ArnEquals", KIND.IDENTITY, {"Condition": {"ArnEquals": {"ecs:cluster": "name"}}},
     "policy.value.type"),
    ("a variable under Bool", KIND.IDENTITY, {"Condition": {"Bool": {"aws:a": "${aws:b}"}}}, "policy.value.variable"),
    ("a trust policy with a resource", KIND.TRUST, {"Resource": "*"}, "policy.element.forbidden"),
    ("a trust policy without principal", KIND.TRUST, {"Principal": None}, "policy.principal.missing"),
    ("a trust policy with NotPrincipal", KIND.TRUST, {"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}},
     "policy.element.forbidden"),
    ("a trust policy about buckets", KIND.TRUST, {"Action": "s3:GetObject"}, "policy.trust.action"),
    ("a trust policy about everything", KIND.TRUST, {"Action": "*"}, "policy.trust.action"),
    ("a resource policy without principal", KIND.RESOURCE, {"Effect": "Allow", "Principal": None},
     "policy.principal.missing"),
    ("an endpoint policy without principal", KIND.ENDPOINT, {"Effect": "Allow", "Principal": None},
     "policy.principal.missing"),
    ("an account as the whole principal", KIND.RESOURCE, {"Principal": ACCOUNT}, "policy.principal"),
    ("an account of eleven digits", KIND.RESOURCE, {"Principal": {"AWS": "12345678901"}}, "policy.principal"),
    ("the root of no account", KIND.RESOURCE, {"Principal": {"AWS": "arn:aws:iam::1234:root"}}, "policy.principal"),
    ("a group", KIND.RESOURCE, {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:group/g"}}, "policy.principal"),
    ("users by wildcard", KIND.RESOURCE, {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/*"}},
     "policy.principal.wildcard"),
    ("an unknown type of principal", KIND.RESOURCE, {"Principal": {"Aws": "*"}}, "policy.principal.type"),
    ("an RCP that allows", KIND.RCP, {"Effect": "Allow"}, "policy.rcp.allow"),
    ("an RCP with a principal", KIND.RCP, {"Principal": {"AWS": ACCOUNT}}, "policy.rcp.principal"),
    ("an RCP without principal", KIND.RCP, {"Principal": None}, "policy.principal.missing"),
    ("an RCP with NotPrincipal", KIND.RCP, {"Principal": None, "NotPrincipal": "*"}, "policy.rcp.principal"),
    ("an RCP with NotAction", KIND.RCP, {"Action": None, "NotAction": "s3:*"}, "policy.element.forbidden"),
    ("an RCP about every service", KIND.RCP, {"Action": "*"}, "policy.rcp.action"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "elements", "code"), [pytest.param(k, e, c, id=f"{k.value}: {n}") for n, k, e, c in REFUSED]
)
def test_what_aws_refuses_is_refused(kind: PolicyKind, elements: Mapping[str, Json | None], code: str) -> None:
    assert found(kind, right_for(kind)) == {"error": [], "warning": []}
    condition = elements.get("Condition")
    statement = changed(kind, **elements) if condition is None else {**right_for(kind), "Condition": condition}
    assert found(kind, [statement])["error"] == [code]


@pytest.mark.parametrize("kind", [KIND.BOUNDARY, KIND.SCP, KIND.RCP])
def test_managed_policies_and_those_of_an_organisation_must_be_of_2012(kind: PolicyKind) -> None:
    assert found(kind, right_for(kind), Version="2008-10-17")["error"] == ["policy.version.old"]
    assert found(kind, right_for(kind), Version=None)["error"] == ["policy.version.absent"]


@pytest.mark.parametrize("kind", [KIND.IDENTITY, KIND.BOUNDARY, KIND.SESSION, KIND.SCP, KIND.RCP, KIND.TRUST])
def test_sids_are_unique_where_iam_and_organizations_keep_the_document(kind: PolicyKind) -> None:
    twice = [changed(kind, Sid="A"), changed(kind, Sid="A")]
    assert found(kind, twice)["error"] == ["policy.sid.duplicate"]


@pytest.mark.parametrize("kind", KIND)
def test_a_document_over_its_quota_is_a_warning_with_the_figures(kind: PolicyKind) -> None:
    action = ["sts:" + "x" * 1000 + str(n) for n in range(22)]
    body = {"Version": "2012-10-17", "Statement": [changed(kind, Action=action)]}
    size = len(json.dumps(body, separators=(",", ":")))
    (warning,) = check_policy(json.dumps(body, indent=8), name="p", kind=kind)
    assert warning.code == "policy.size"
    assert f"{size:,} characters" in warning.message
    short = {"Version": "2012-10-17", "Statement": [right_for(kind)]}
    assert check_policy(json.dumps(short) + " " * 30_000, name="p", kind=kind) == ()


# What AWS would not store may still be decided by, and the reverse: loading asks the other question.


@pytest.mark.parametrize(
    ("kind", "elements"),
    [
        (KIND.RCP, {"Action": "*"}),
        (KIND.TRUST, {"Action": "s3:GetObject"}),
        (KIND.TRUST, {"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}}),
        (KIND.IDENTITY, {"Condition": {"StringEquals": {"ExternalId": "b"}}}),
        (KIND.IDENTITY, {"Resource": "arn:other:s3:::b"}),
    ],
)
def test_what_is_plain_is_decided_by_though_aws_would_not_store_it(
    kind: PolicyKind, elements: Mapping[str, Json | None]
) -> None:
    body = {"Version": "2012-10-17", "Statement": [changed(kind, **elements)]}
    assert parse_policy(json.dumps(body), name="p", kind=kind).warnings == ()


@pytest.mark.parametrize(
    "elements", [{"Principal": {"CanonicalUser": CANONICAL}}, {"Resource": "execute-api:/stage/GET/pets"}]
)
def test_what_no_request_can_be_compared_with_is_stored_and_not_decided_by(elements: Mapping[str, Json | None]) -> None:
    statement = changed(KIND.RESOURCE, **elements)
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert [d.severity for d in check_policy(text, name="p", kind=KIND.RESOURCE)] == [Severity.WARNING]
    with pytest.raises(PolicyError):
        parse_policy(text, name="p", kind=KIND.RESOURCE)


def test_a_resource_policy_without_resource_is_about_what_carries_it() -> None:
    text = json.dumps({"Statement": {k: v for k, v in right_for(KIND.RESOURCE).items() if k != "Resource"}})
    document = parse_policy(text, name="p", kind=KIND.RESOURCE)
    assert [r.text for r in document.statements[0].resources] == ["*"]
    assert "policy.resource.absent" in [w.code for w in document.warnings]
