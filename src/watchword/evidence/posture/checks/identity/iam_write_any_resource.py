"""Policies that let anything of a kind be changed or deleted."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good
from watchword.evidence.posture.powers import judging, shown_grants, unrestricted
from watchword.inventory import FrontEnd, Value


def _writes_any(document: Value) -> list[Seen]:
    return shown_grants(unrestricted(document, ("Write",)))


CHECK = Check(
    id="iam-write-any-resource",
    title="What may be changed is named",
    severity=Severity.LOW,
    why="An action that could be narrowed to one queue or one table, and is not, can be turned on all of them.",
    remedy="Name the resources. Where the action takes none, `*` is right and is no finding.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_writes_any, "anything of a kind may be changed"),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_111", "CKV_AWS_290", "CKV_AWS_355", "CKV_AWS_356"), cfn_nag=("W11", "W12", "W13")
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "metrics" {
  name = "metrics"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["cloudwatch:PutMetricData", "ec2:DescribeInstances"], Resource = "*" }]
  })
}
""",
            says="the action takes no resource",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "tables" {
  name = "tables"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["dynamodb:DeleteTable"], Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Tables:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: dynamodb:PutItem
            Resource: arn:aws:dynamodb:eu-west-1:111122223333:table/orders
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Tables:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: dynamodb:PutItem
            Resource: "*"
""",
        ),
    ),
)
