"""Policies that allow everything on everything."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants, is_judged_elsewhere, taken_back
from watchword.inventory import Asset, FrontEnd, UnknownValueError, Value, both

# What an administrator can do and nobody else should. A document whose Deny takes all of it back is no administrator's.
_PROBES: Final = (
    ("iam:CreateUser", "arn:aws:iam::111122223333:user/someone"),
    ("iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/someone"),
    ("iam:PutUserPolicy", "arn:aws:iam::111122223333:user/someone"),
    ("iam:UpdateAssumeRolePolicy", "arn:aws:iam::111122223333:role/someone"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/someone"),
    ("s3:DeleteBucket", "arn:aws:s3:::something"),
    ("kms:ScheduleKeyDeletion", "arn:aws:kms:eu-west-1:111122223333:key/something"),
    ("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/something"),
)


def judge(policy: Asset, estate: Estate) -> Answer:
    document = policy["document"]
    if document.is_absent:
        return not_applicable("it holds no policy document")
    if policy.kind == "policy_document" and is_judged_elsewhere(document, estate):
        return not_applicable("it is a policy of something, and is judged there")
    whole = which(grants(document), _everything)
    if not whole or _refused(document):
        return passed()
    return failed(
        "everything is allowed on everything: who holds it is an administrator",
        *(seen(f"document.{statement.path}.Action", statement.actions) for statement in whole),
    )


def _everything(statement: PolicyStatement) -> bool:
    return both(
        statement.allows,
        statement.names_every_action,
        statement.on_everything,
        statement.unconditional,
    )


def _refused(document: Value) -> bool:
    try:
        return taken_back(document, _PROBES)
    except UnknownValueError:
        return False  # a Deny that cannot be read takes nothing back; the grant is there to be read


CHECK = Check(
    id="iam-policy-full-admin",
    title="No policy allows everything on everything",
    severity=Severity.CRITICAL,
    why="Whoever holds it can do anything, give it to others, and remove the traces. One stolen session is then the "
    "whole account.",
    remedy="Allow the actions that are used, on the resources they are used on; `watchword policy narrow` writes such "
    "a policy from what was recorded. For people who administer, use a role that is taken for an hour, with a second "
    "factor.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    frameworks=Frameworks(
        nist_800_53=("AC-2", "AC-3", "AC-6", "AC-6(1)"),
        cis_aws=("1.16",),
        pci_dss_4=("7.2.1", "7.2.2"),
        soc_2=("CC6.3",),
        iso_27001=("A.5.15", "A.8.2"),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_1", "CKV_AWS_62"),
        prowler=(
            "iam_customer_attached_policy_no_administrative_privileges",
            "iam_inline_policy_no_administrative_privileges",
        ),
        security_hub=("IAM.1",),
        config=("iam-policy-no-statements-with-admin-access",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "reader" {
  name = "reader"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::reports/*" },
      { Effect = "Deny", Action = "*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } },
    ]
  })
}
""",
            says="a wildcard in a Deny is no finding",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "admin" {
  name = "admin"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
data "aws_iam_policy_document" "admin" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "admin" {
  name   = "admin"
  role   = "deployer"
  policy = data.aws_iam_policy_document.admin.json
}
""",
            says="by the data source",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
data "aws_iam_policy_document" "bucket" {
  statement {
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}
""",
            says="a document that names principals is no identity's",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "actions" {
  type = list(string)
}

resource "aws_iam_policy" "some" {
  name = "some"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::reports/*
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Admin:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: "*"
            Resource: "*"
""",
        ),
    ),
)
