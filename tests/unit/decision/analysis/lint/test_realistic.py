"""Policies as people write them: what lint says of each, and above all of which it says nothing."""

import json

import pytest

from support.catalogues import catalogue
from watchword.decision.analysis.lint import lint
from watchword.decision.language import PolicyKind, parse_policy

ACCOUNT = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
GITHUB = "token.actions.githubusercontent.com"
EKS = "oidc.eks.eu-central-1.amazonaws.com/id/D539D4633E53DE1B71EXAMPLE0000000"

IDENTITY, RESOURCE, TRUST, SCP, BOUNDARY, RCP, ENDPOINT = (
    PolicyKind.IDENTITY,
    PolicyKind.RESOURCE,
    PolicyKind.TRUST,
    PolicyKind.SCP,
    PolicyKind.BOUNDARY,
    PolicyKind.RCP,
    PolicyKind.ENDPOINT,
)

Statement = dict[str, object]
CLEAN: dict[str, tuple[PolicyKind, list[Statement]]] = {
    "read one bucket": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
                "Resource": "arn:aws:s3:::reports",
            },
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::reports/*"},
        ],
    ),
    "bucket and its objects in one statement": (
        IDENTITY,
        [{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}],
    ),
    "a home for each user": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::homes",
                "Condition": {"StringLike": {"s3:prefix": ["", "${aws:username}/*"]}},
            },
            {"Effect": "Allow", "Action": "s3:*Object", "Resource": "arn:aws:s3:::homes/${aws:username}/*"},
        ],
    ),
    "a function's execution role": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/aws/lambda/orders:*",
            },
            {
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"],
                "Resource": [
                    f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders",
                    f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders/index/*",
                ],
            },
            {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1-2"},
        ],
    ),
    "a reader of everything's names": (
        IDENTITY,
        [{"Effect": "Allow", "Action": ["ec2:Describe*", "s3:ListAllMyBuckets", "iam:List*"], "Resource": "*"}],
    ),
    "pull images": (
        IDENTITY,
        [
            {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                "Resource": f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/orders",
            },
        ],
    ),
    "a deployer that passes one role to one service": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": f"{ROLE}/orders-task",
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
            {
                "Effect": "Allow",
                "Action": "ecs:UpdateService",
                "Resource": f"arn:aws:ecs:eu-central-1:{ACCOUNT}:service/main/orders",
            },
        ],
    ),
    "instances of one team": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["ec2:StartInstances", "ec2:StopInstances"],
                "Resource": f"arn:aws:ec2:*:{ACCOUNT}:instance/*",
                "Condition": {"StringEquals": {"aws:ResourceTag/Team": "${aws:PrincipalTag/Team}"}},
            }
        ],
    ),
    "one's own credentials, with a second factor": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["iam:GetUser", "iam:ChangePassword", "iam:ListMFADevices"],
                "Resource": f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}",
            },
            {
                "Effect": "Deny",
                "NotAction": ["iam:GetUser", "iam:ListMFADevices", "sts:GetSessionToken"],
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            },
        ],
    ),
    "a boundary": (
        BOUNDARY,
        [
            {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "logs:*"], "Resource": "*"},
            {"Effect": "Deny", "Action": ["s3:PutBucketPolicy", "s3:PutBucketAcl"], "Resource": "*"},
        ],
    ),
    "the region lock of an organisation": (
        SCP,
        [
            {
                "Effect": "Deny",
                "NotAction": ["iam:*", "organizations:*", "route53:*", "cloudfront:*", "support:*", "sts:*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
            }
        ],
    ),
    "FullAWSAccess": (SCP, [{"Effect": "Allow", "Action": "*", "Resource": "*"}]),
    "nobody leaves, nobody stops the trail": (
        SCP,
        [
            {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
            {"Effect": "Deny", "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"], "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
            },
        ],
    ),
    "only for the organisation, and for AWS's services": (
        RCP,
        [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            }
        ],
    ),
    "a bucket: TLS only, one account's role": (
        RESOURCE,
        [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"{ROLE}/reader"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::reports/*",
            },
        ],
    ),
    "a bucket behind a distribution": (
        RESOURCE,
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::site/*",
                "Condition": {"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"}},
            }
        ],
    ),
    "a queue for a topic": (
        RESOURCE,
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders",
                "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"}},
            }
        ],
    ),
    "a key": (
        RESOURCE,
        [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"{ROLE}/orders"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Principal": {"Service": "logs.eu-central-1.amazonaws.com"},
                "Action": ["kms:Encrypt*", "kms:Decrypt*"],
                "Resource": "*",
                "Condition": {
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"}
                },
            },
        ],
    ),
    "an instance's role": (
        TRUST,
        [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    ),
    "a role for a branch of a repository": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
                    "StringLike": {f"{GITHUB}:sub": "repo:octo-org/octo-repo:ref:refs/heads/release-*"},
                },
            }
        ],
    ),
    "a role for a service account": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{EKS}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{EKS}:sub": "system:serviceaccount:shop:orders",
                        f"{EKS}:aud": "sts.amazonaws.com",
                    }
                },
            }
        ],
    ),
    "a role for pods": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    ),
    "a role for a partner": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "7f1c9a52"}},
            }
        ],
    ),
    "a role for a provider of SAML": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"},
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            }
        ],
    ),
    "an endpoint for one organisation": (
        ENDPOINT,
        [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
                },
            }
        ],
    ),
    "the policy of a new topic": (
        RESOURCE,
        [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["sns:GetTopicAttributes", "sns:Publish", "sns:Subscribe"],
                "Resource": f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders",
                "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
            }
        ],
    ),
    "one's own keys": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["iam:*AccessKey*", "iam:ChangePassword"],
                "Resource": f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}",
            },
            {"Effect": "Allow", "Action": "iam:CreateVirtualMFADevice", "Resource": "arn:aws:iam::*:mfa/*"},
        ],
    ),
    "an instance from these parts": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": "ec2:RunInstances",
                "Resource": [
                    "arn:aws:ec2:eu-central-1::image/ami-0a1b2c3d",
                    *(
                        f"arn:aws:ec2:eu-central-1:{ACCOUNT}:{kind}/*"
                        for kind in ("instance", "subnet", "volume", "network-interface", "security-group")
                    ),
                ],
            }
        ],
    ),
    "guardrails on tags, metadata and sharing": (
        SCP,
        [
            {
                "Effect": "Deny",
                "Action": "ec2:RunInstances",
                "Resource": ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*"],
                "Condition": {"Null": {"aws:RequestTag/CostCenter": "true"}},
            },
            {
                "Effect": "Deny",
                "Action": "ec2:RunInstances",
                "Resource": "arn:aws:ec2:*:*:instance/*",
                "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}},
            },
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"NumericLessThan": {"ec2:RoleDelivery": "2.0"}},
            },
            {
                "Effect": "Deny",
                "Action": ["ram:CreateResourceShare", "ram:UpdateResourceShare"],
                "Resource": "*",
                "Condition": {"Bool": {"ram:RequestedAllowsExternalPrincipals": "true"}},
            },
        ],
    ),
    "a role for machines with certificates": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "rolesanywhere.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {"aws:PrincipalTag/x509Subject/CN": "build"},
                    "ArnEquals": {"aws:SourceArn": f"arn:aws:rolesanywhere:eu-central-1:{ACCOUNT}:trust-anchor/1"},
                },
            }
        ],
    ),
    "a bucket for each team": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::${aws:PrincipalTag/Team}-reports",
            }
        ],
    ),
    "an application": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["http:GET", "http:HEAD", "http:POST"],
                "Resource": "arn:watchword:app:::payroll/*",
                "Condition": {
                    "ForAnyValue:StringEquals": {"watchword:Groups": ["clerks", "payroll"]},
                    "StringEquals": {"watchword:AuthAssurance": ["aal2", "aal3"]},
                    "NumericLessThan": {"watchword:AuthAge": "3600"},
                    "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]},
                },
            }
        ],
    ),
    "state of infrastructure as code": (
        IDENTITY,
        [
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::tf-state-9d2f"},
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                "Resource": "arn:aws:s3:::tf-state-9d2f/network/*",
            },
            {
                "Effect": "Allow",
                "Action": ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
                "Resource": "arn:aws:dynamodb:*:*:table/tf-locks",
            },
        ],
    ),
    "metrics and alarms": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": "cloudwatch:PutMetricData",
                "Resource": "*",
                "Condition": {"StringEquals": {"cloudwatch:namespace": "orders"}},
            },
            {"Effect": "Allow", "Action": ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], "Resource": "*"},
        ],
    ),
    "secrets of one application": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                "Resource": f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:orders/*",
            },
            {
                "Effect": "Allow",
                "Action": ["ssm:GetParameter", "ssm:GetParametersByPath"],
                "Resource": f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/orders/*",
            },
        ],
    ),
}

# What the rules say of policies that have something to say of. Every other rule is silent.
FOUND: dict[str, tuple[PolicyKind, list[Statement], set[str]]] = {
    "an administrator": (IDENTITY, [{"Effect": "Allow", "Action": "*", "Resource": "*"}], {"admin-grant"}),
    "a power user": (
        IDENTITY,
        [
            {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*"},
        ],
        {"allow-not-action"},
    ),
    "a pipeline that does too much": (
        IDENTITY,
        [
            {
                "Effect": "Allow",
                "Action": ["cloudformation:CreateStack", "iam:PassRole", "s3:PutObject", "s3:GetObject"],
                "Resource": "*",
            }
        ],
        {"pass-role", "privilege-escalation", "secrets-any-resource", "resource-wildcard"},
    ),
    "a public bucket": (
        RESOURCE,
        [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}],
        {"public-principal"},
    ),
    "a bucket where objects are meant": (
        IDENTITY,
        [{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "arn:aws:s3:::reports"}],
        {"resource-mismatch"},
    ),
    "a role for all repositories of the world": (
        TRUST,
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}},
            }
        ],
        {"oidc-subject-open"},
    ),
}


def _found(kind: PolicyKind, statements: list[Statement]) -> list[str]:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    document = parse_policy(text, name="p.json", kind=kind)
    return [f"{f.rule}: {f.message}" for f in lint(document, catalogue(), text=text)]


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_said_of(name: str) -> None:
    assert _found(*CLEAN[name]) == []


@pytest.mark.parametrize("name", FOUND)
def test_this_is_said_of(name: str) -> None:
    kind, statements, expected = FOUND[name]
    assert {line.partition(":")[0] for line in _found(kind, statements)} == expected
