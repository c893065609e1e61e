"""Policies that allow everything but some actions, or on everything but some resources."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good, seen, which
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.evidence.posture.powers import judging
from watchword.inventory import Absent, FrontEnd, Value, both, either


def _open(document: Value) -> list[Seen]:
    wide = which(grants(document), lambda s: both(s.allows, s.unconditional, lambda: _names_the_rest(s)))
    return [
        seen(
            f"{s.path}.{'NotResource' if isinstance(s.not_actions, Absent) else 'NotAction'}",
            s.not_resources if isinstance(s.not_actions, Absent) else s.not_actions,
        )
        for s in wide
    ]


def _names_the_rest(statement: PolicyStatement) -> bool:
    return either(
        lambda: not statement.not_resources.is_absent,
        lambda: both(lambda: not statement.not_actions.is_absent, statement.on_everything),
    )


CHECK = Check(
    id="iam-allow-not-action",
    title="No policy allows everything but what it names",
    severity=Severity.HIGH,
    why="`NotAction` and `NotResource` with Allow give all that is not named, also what AWS adds "
    "tomorrow. What was meant as a limit is a blank cheque.",
    remedy="Name what is allowed, and write what must never be as a Deny.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_open, "everything is allowed that is not named"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(cfn_nag=("W14", "W15", "W16", "W20", "W21", "W22")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "limits" {
  name = "limits"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::reports/*" },
      { Effect = "Deny", NotAction = ["s3:*"], Resource = "*" },
    ]
  })
}
""",
            says="NotAction in a Deny is a limit",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "power" {
  name = "power"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", NotAction = ["iam:*"], Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reader:
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
  Power:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            NotAction: iam:*
            Resource: "*"
""",
        ),
    ),
)
