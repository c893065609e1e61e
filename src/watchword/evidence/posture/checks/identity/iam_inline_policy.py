"""Policies that are written into identities."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_MANAGED: Final = frozenset({"aws_iam_policy", "AWS::IAM::ManagedPolicy"})


def judge(policy: Asset, estate: Estate) -> Answer:
    del estate
    if policy.native_type in _MANAGED:
        return passed()
    return failed("it is written into an identity, and nobody finds it elsewhere", seen("document", policy["document"]))


CHECK = Check(
    id="iam-inline-policy",
    title="Policies are documents of their own",
    severity=Severity.LOW,
    why="A policy that is written into one identity has no versions, is in no list of policies, and is written again "
    "for the next identity, a little differently.",
    remedy="Make it a managed policy (`aws_iam_policy`, `AWS::IAM::ManagedPolicy`) and attach it.",
    function=Function.IDENTITY_GOVERNANCE,
    stage=Stage.ADVANCED,
    kinds=("iam_policy",),
    providers=("aws",),
    native_types=(
        "AWS::IAM::Group",
        "AWS::IAM::GroupPolicy",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::IAM::RolePolicy",
        "AWS::IAM::User",
        "AWS::IAM::UserPolicy",
        "aws_iam_group_policy",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_user_policy",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",),
    frameworks=Frameworks(nist_800_53=("AC-2", "AC-6", "CM-2"), iso_27001=("A.5.15",)),
    known_as=KnownAs(config=("iam-no-inline-policy-check",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "read" {
  name = "read"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::media/*" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role_policy" "read" {
  role = "web"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::media/*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Read:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::media/*"}]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::media/*"}]
""",
        ),
    ),
)
