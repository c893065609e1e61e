"""Sessions of administrators' roles that end within an hour."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    mend,
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.powers import is_administrator
from watchword.inventory import Asset, FrontEnd

_HOUR: Final = 3600


def judge(role: Asset, estate: Estate) -> Answer:
    seconds = role["session_seconds"]
    if seconds.number(default=_HOUR) <= _HOUR:
        return passed()
    if not is_administrator(role, estate):
        return not_applicable("it is no administrator's")
    return failed(
        "sessions of an administrator last longer than an hour",
        seen("session_seconds", seconds),
        fix=mend(role, "session_seconds", _HOUR, "end sessions after an hour"),
    )


CHECK = Check(
    id="iam-admin-role-session",
    title="Sessions of administrators end within an hour",
    severity=Severity.LOW,
    why="A session that was stolen is good until it ends; for an administrator's, twelve hours are a "
    "day's work for the thief.",
    remedy="Leave `max_session_duration` at 3600, and let people ask anew.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.OPTIMAL,
    kinds=("iam_role",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_view-role-max-session.html",),
    frameworks=Frameworks(nist_800_53=("AC-12", "AC-6(5)"), iso_27001=("A.8.2",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "admin" {
  name                = "admin"
  assume_role_policy  = "{}"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "admin" {
  name                 = "admin"
  assume_role_policy   = "{}"
  max_session_duration = 43200
  managed_policy_arns  = ["arn:aws:iam::aws:policy/AdministratorAccess"]
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "reader" {
  name                 = "reader"
  assume_role_policy   = "{}"
  max_session_duration = 43200
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Admin:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Admin:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      MaxSessionDuration: 43200
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
""",
        ),
    ),
)
