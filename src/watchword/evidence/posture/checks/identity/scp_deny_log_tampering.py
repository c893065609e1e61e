"""An organisation whose accounts may switch the record off."""

from typing import Final

from watchword.evidence.posture.guardrails import Probe, judge_rail
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good, outside, unsure
from watchword.inventory import FrontEnd

_PROBES: Final = tuple(
    Probe(action=action)
    for action in (
        "cloudtrail:DeleteTrail",
        "cloudtrail:StopLogging",
        "config:DeleteConfigurationRecorder",
        "config:StopConfigurationRecorder",
        "guardduty:DeleteDetector",
    )
)


CHECK = Check(
    id="scp-deny-log-tampering",
    title="No account may stop the record of what is done",
    severity=Severity.HIGH,
    why="The first thing that an intruder with rights does is to stop the trail. What cannot be stopped from "
    "within the account is still there afterwards.",
    remedy="Deny `cloudtrail:StopLogging`, `cloudtrail:DeleteTrail`, `config:StopConfigurationRecorder`, "
    "`config:DeleteConfigurationRecorder` and `guardduty:DeleteDetector` in a service control policy on "
    "the root, except for one role.",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("account", "organization", "organization_policy"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge_rail(_PROBES, "an account may stop its trail, its configuration recorder or its detector"),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-9", "AU-9(4)", "AC-6"), pci_dss_4=("10.3.2",), soc_2=("CC7.2",), iso_27001=("A.8.15",)
    ),
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
      Effect   = "Deny"
      Action   = ["cloudtrail:Stop*", "cloudtrail:Delete*", "config:Stop*", "config:Delete*", "guardduty:*"]
      Resource = "*"
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
    Statement = [{ Effect = "Deny", Action = "cloudtrail:StopLogging", Resource = "*" }]
  })
}

resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = aws_organizations_organization.all.roots[0].id
}
""",
            says="deleting the trail does as well",
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
      Effect   = "Deny"
      Action   = ["cloudtrail:Stop*", "cloudtrail:Delete*", "config:Stop*", "config:Delete*", "guardduty:*"]
      Resource = "*"
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
            Action: ["cloudtrail:Stop*", "cloudtrail:Delete*", "config:Stop*", "config:Delete*", "guardduty:*"]
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
