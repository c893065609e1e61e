"""Roles that a service may assume on behalf of any customer's resource."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, both, some


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    from watchword.decision.analysis.lint.facts import SOURCE_KEYS

    led = which(
        grants(role["trust"]),
        lambda s: both(s.allows, lambda: _names_such(s), lambda: not s.narrowed(keys=SOURCE_KEYS)),
    )
    if not led:
        return passed()
    return failed(
        "a service may assume it for any customer's resource",
        *(seen(f"trust.{s.path}.Principal", s.principal) for s in led),
    )


def _names_such(statement: PolicyStatement) -> bool:
    # The services whose documentation asks for the condition. Others send no such keys: their roles would stop working.
    from watchword.decision.analysis.lint.rules.confused_deputy import IN_TRUST

    return some(statement.principals(), lambda entry: entry[0] == "Service" and entry[1].text() in IN_TRUST)


CHECK = Check(
    id="iam-trust-confused-deputy",
    title="Roles of services say on whose behalf",
    severity=Severity.LOW,
    why="A service calls with its own name, whoever's resource makes it call. Another customer can point "
    "a resource of theirs at your role, and the service will use what you allow it.",
    remedy="Demand `aws:SourceAccount` or `aws:SourceArn` in the role's trust policy.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_role",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(prowler=("iam_role_cross_service_confused_deputy_prevention",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
""",
            says="the service sends no source",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "timer" {
  name = "timer"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "scheduler.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Timer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: scheduler.amazonaws.com
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                aws:SourceAccount: "111122223333"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Timer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: scheduler.amazonaws.com
            Action: sts:AssumeRole
""",
        ),
    ),
)
