"""An organisation whose accounts may start machines that hand out their credentials."""

from typing import Final

from watchword.evidence.posture.guardrails import Probe, judge_rail
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good, outside, unsure
from watchword.inventory import FrontEnd

_PROBES: Final = (
    Probe(
        action="ec2:RunInstances",
        resource="arn:aws:ec2:eu-west-1:111122223333:instance/*",
        context={"ec2:metadatahttptokens": "optional"},
    ),
)


CHECK = Check(
    id="scp-require-imdsv2",
    title="No machine starts whose metadata is read without a token",
    severity=Severity.MEDIUM,
    why="One template that was forgotten is enough. Refused by the organisation, a machine that answers "
    "without a token cannot be started at all.",
    remedy="Deny `ec2:RunInstances` unless `ec2:MetadataHttpTokens` is `required` in a service control policy on "
    "the root.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    supports=(Function.RESOURCE_ACCESS,),
    kinds=("account", "organization", "organization_policy"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge_rail(_PROBES, "an account may start machines with IMDSv1"),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6", "IA-9"), iso_27001=("A.8.9",)),
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
      Action    = "ec2:RunInstances"
      Resource  = "arn:aws:ec2:*:*:instance/*"
      Condition = { StringNotEquals = { "ec2:MetadataHttpTokens" = "required" } }
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
      Action    = "ec2:RunInstances"
      Resource  = "*"
      Condition = { StringEquals = { "ec2:MetadataHttpTokens" = "required" } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = aws_organizations_organization.all.roots[0].id
}
""",
            says="the other way round",
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
      Action    = "ec2:RunInstances"
      Resource  = "arn:aws:ec2:*:*:instance/*"
      Condition = { StringNotEquals = { "ec2:MetadataHttpTokens" = "required" } }
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
            Action: "ec2:RunInstances"
            Resource: "arn:aws:ec2:*:*:instance/*"
            Condition: {StringNotEquals: {"ec2:MetadataHttpTokens": required}}
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
