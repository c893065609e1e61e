"""Policies that let everything be read that an account keeps: secrets, parameters, objects, tables."""

from typing import Final

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good
from watchword.evidence.posture.powers import broadly, judging, shown_grants
from watchword.inventory import FrontEnd, Value

_LEFT_OUT: Final = frozenset(
    {"codeartifact:GetAuthorizationToken"}
)  # a token for packages: the rest of the list is data


def _reads_anything(document: Value) -> list[Seen]:
    from watchword.decision.analysis.lint.rules.secrets_any_resource import CONTENT

    return shown_grants(broadly(document, (action for action in CONTENT if action not in _LEFT_OUT)))


CHECK = Check(
    id="iam-data-any-resource",
    title="What may be read is named",
    severity=Severity.MEDIUM,
    why="Whoever may read every secret, every parameter or every object takes them all with one stolen session.",
    remedy="Name the secrets, parameters, buckets and tables that are read.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_reads_anything, "it may read everything of a kind"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.5",), iso_27001=("A.8.3",)),
    known_as=KnownAs(checkov=("CKV_AWS_108", "CKV_AWS_288")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "app" {
  name = "app"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue", "ssm:GetParameter"]
      Resource = [
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-*",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/app/*",
      ]
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "app" {
  name = "app"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:Get*", Resource = "*" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "app" {
  name = "app"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::*" }]
  })
}
""",
            says="every object of every bucket",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::reports/*
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: secretsmanager:GetSecretValue
            Resource: "*"
""",
        ),
    ),
)
