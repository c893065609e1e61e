"""An organisation that its accounts may leave."""

from typing import Final

from watchword.evidence.posture.guardrails import Probe, judge_rail
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good, outside, unsure
from watchword.inventory import FrontEnd

_PROBES: Final = (Probe(action="organizations:LeaveOrganization"),)


CHECK = Check(
    id="scp-deny-leave-organization",
    title="No account may leave the organisation",
    severity=Severity.HIGH,
    why="Whoever administers an account can take it out of the organisation. From then on no policy, no trail "
    "and no bill of yours covers it.",
    remedy="Deny `organizations:LeaveOrganization` in a service control policy on the root.",
    function=Function.IDENTITY_GOVERNANCE,
    stage=Stage.INITIAL,
    kinds=("account", "organization", "organization_policy"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge_rail(_PROBES, "an account may leave the organisation"),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6", "PM-9"), iso_27001=("A.5.15", "A.8.2")),
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
    Statement = [{ Effect = "Deny", Action = "organizations:LeaveOrganization", Resource = "*" }]
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
      Action    = "organizations:LeaveOrganization"
      Resource  = "*"
      Condition = { StringEquals = { "aws:RequestedRegion" = "us-east-1" } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = aws_organizations_organization.all.roots[0].id
}
""",
            says="a condition that does not hold elsewhere",
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
    Statement = [{ Effect = "Deny", Action = "organizations:LeaveOrganization", Resource = "*" }]
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
            Action: "organizations:LeaveOrganization"
            Resource: "*"
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
