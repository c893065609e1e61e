"""An organisation whose accounts' root users may do everything."""

from typing import Final

from watchword.evidence.posture.guardrails import ROOT_USER, Probe, judge_rail
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good, outside, unsure
from watchword.inventory import FrontEnd

_PROBES: Final = tuple(
    Probe(action=action, principal=ROOT_USER)
    for action in ("iam:CreateAccessKey", "s3:GetObject", "ec2:RunInstances", "iam:CreateUser")
)


CHECK = Check(
    id="scp-deny-root-user",
    title="Root users of accounts can do nothing",
    severity=Severity.HIGH,
    why="No policy of an account limits its root user; a service control policy does. Whoever gets at the "
    "mailbox of an old account is otherwise its root.",
    remedy="Deny everything to `arn:aws:iam::*:root` (`aws:PrincipalArn`) in a service control policy on the root.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("account", "organization", "organization_policy"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge_rail(_PROBES, "the root user of an account may do everything"),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",),
    frameworks=Frameworks(nist_800_53=("AC-2", "AC-6", "AC-6(9)"), pci_dss_4=("8.2.2",), iso_27001=("A.8.2",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
}

resource "aws_organizations_policy" "rail" {
  name = "rail"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { StringLike = { "aws:PrincipalArn" = "arn:aws:iam::*:root" } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = aws_organizations_organization.all.roots[0].id
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
}

resource "aws_organizations_policy" "rail" {
  name = "rail"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { StringLike = { "aws:PrincipalArn" = "arn:aws:iam::*:user/*" } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = aws_organizations_organization.all.roots[0].id
}
""",
            says="users, and not the root user",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
}

resource "aws_organizations_policy" "rail" {
  name = "rail"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { StringLike = { "aws:PrincipalArn" = "arn:aws:iam::*:root" } }
    }]
  })
}
""",
            says="it is put on nothing",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "rail" {}

resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
}

resource "aws_organizations_policy" "rail" {
  name    = "rail"
  content = var.rail
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = "r-abcd"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_organizations_policy" "tags" {
  name    = "tags"
  type    = "TAG_POLICY"
  content = jsonencode({ tags = {} })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  All:
    Type: AWS::Organizations::Organization
    Properties:
      FeatureSet: ALL
  Rail:
    Type: AWS::Organizations::Policy
    Properties:
      Name: rail
      Type: SERVICE_CONTROL_POLICY
      TargetIds: [!GetAtt All.RootId]
      Content:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Action: "*"
            Resource: "*"
            Condition: {ArnLike: {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  All:
    Type: AWS::Organizations::Organization
    Properties:
      FeatureSet: ALL
""",
        ),
    ),
)
