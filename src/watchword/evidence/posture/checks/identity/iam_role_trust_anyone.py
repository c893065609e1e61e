"""Roles that any account of AWS may assume."""

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
    passed,
    seen,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, both


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    trust = role["trust"]
    if trust.is_absent:
        return not_applicable("its trust policy is not declared here")
    open_ = which(grants(trust), _open)
    if not open_:
        return passed()
    return failed(
        "anybody's account may assume it",
        *(seen(f"trust.{statement.path}.Principal", statement.principal) for statement in open_),
    )


def _open(statement: PolicyStatement) -> bool:
    return both(statement.allows, statement.for_anyone, lambda: not statement.narrowed())


CHECK = Check(
    id="iam-role-trust-anyone",
    title="No role trusts everybody",
    severity=Severity.CRITICAL,
    why="A trust policy for `*` lets every account of AWS take the role, with all that it may do.",
    remedy="Name the accounts, roles or services that take it; for accounts of others, with an `sts:ExternalId`, for "
    "your own organisation by `aws:PrincipalOrgID`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_role",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.1",), soc_2=("CC6.1", "CC6.3"), iso_27001=("A.5.15",)
    ),
    known_as=KnownAs(checkov=("CKV_AWS_60",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" },
      {
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
      },
    ]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = ["*"] }, Action = "sts:AssumeRole" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sts:AssumeRole"
      Condition = { StringEqualsIfExists = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
    }]
  })
}
""",
            says="a condition that holds where the key is absent",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: "*"
            Action: sts:AssumeRole
""",
        ),
    ),
)
