"""Policies that let anything of a kind be read, though it could be named."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good
from watchword.evidence.posture.powers import judging, shown_grants, unrestricted
from watchword.inventory import FrontEnd, Value


def _reads_any(document: Value) -> list[Seen]:
    return shown_grants(unrestricted(document, ("Read",)))


CHECK = Check(
    id="iam-read-any-resource",
    title="What may be looked at is named",
    severity=Severity.LOW,
    why="Settings and contents of everything of a kind tell whoever takes the session where to go next.",
    remedy="Name the resources. Where the action takes none, or lists, `*` is right and is no finding.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.OPTIMAL,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_reads_any, "anything of a kind may be read"),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(checkov=("CKV_AWS_355", "CKV_AWS_356")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "list" {
  name = "list"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:ListAllMyBuckets", "ec2:DescribeInstances"], Resource = "*" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "items" {
  name = "items"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["dynamodb:GetItem"], Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Items:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: dynamodb:GetItem
            Resource: arn:aws:dynamodb:eu-west-1:111122223333:table/orders
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Items:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: dynamodb:GetItem
            Resource: "*"
""",
        ),
    ),
)
