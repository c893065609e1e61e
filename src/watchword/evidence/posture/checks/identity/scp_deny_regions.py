"""An organisation whose accounts may use any region."""

from typing import Final

from watchword.evidence.posture.guardrails import Probe, judge_rail
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside, unsure
from watchword.inventory import FrontEnd

_PROBES: Final = tuple(
    # A region that is on nobody's list: what is denied there is denied wherever it is not meant to be.
    Probe(action=action, region="xx-nowhere-1")
    for action in ("ec2:RunInstances", "s3:CreateBucket", "lambda:CreateFunction", "rds:CreateDBInstance")
)


CHECK = Check(
    id="scp-deny-regions",
    title="Accounts use the regions that are meant alone",
    severity=Severity.MEDIUM,
    why="What starts in a region that nobody looks at runs for months. Data that lies there may lie where it must not.",
    remedy="Deny what is asked in other regions (`aws:RequestedRegion`) in a service control policy on the root; "
    "leave out the global services.",
    function=Function.IDENTITY_GOVERNANCE,
    stage=Stage.ADVANCED,
    kinds=("account", "organization", "organization_policy"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge_rail(_PROBES, "an account may use any region"),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "CM-7", "SC-7"), iso_27001=("A.5.23", "A.8.2")),
    known_as=KnownAs(prowler=("organizations_scp_check_deny_regions",)),
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
      NotAction = ["iam:*", "organizations:*", "sts:*"]
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
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
      Action    = "ec2:*"
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = aws_organizations_organization.all.roots[0].id
}
""",
            says="one service alone",
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
      NotAction = ["iam:*", "organizations:*", "sts:*"]
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
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
            NotAction: ["iam:*", "sts:*"]
            Resource: "*"
            Condition: {StringNotEquals: {"aws:RequestedRegion": [eu-west-1]}}
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
