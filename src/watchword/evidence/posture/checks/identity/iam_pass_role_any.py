"""Policies that let any role be handed to a service."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good
from watchword.evidence.posture.powers import broadly, judging, shown_grants
from watchword.inventory import FrontEnd, Value


def _passes_any(document: Value) -> list[Seen]:
    return shown_grants(broadly(document, ("iam:PassRole",)))


CHECK = Check(
    id="iam-pass-role-any",
    title="Roles that may be handed to services are named",
    severity=Severity.MEDIUM,
    why="Who may hand any role to any service acts with the strongest of them, as soon as one service runs their code.",
    remedy="Name the roles in `Resource`, and the service in a condition on `iam:PassedToService`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_passes_any, "any role may be handed to any service"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",),
    frameworks=Frameworks(nist_800_53=("AC-6",), iso_27001=("A.8.2",)),
    known_as=KnownAs(trivy=("AVD-AWS-0342",), cfn_nag=("F38", "F39")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = "*"
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:PassRole", "ecs:RunTask"], Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:PassRole
            Resource: arn:aws:iam::111122223333:role/shop
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Deploy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:PassRole
            Resource: "*"
""",
        ),
    ),
)
