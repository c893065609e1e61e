"""Roles that everything in another account may assume."""

import re
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
    not_applicable,
    passed,
    seen,
    unsure,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, Known, Reference, Unknown, Value, both, some

_ACCOUNT: Final = re.compile(r"\d{12}|arn:[\w-]+:iam::\d{12}:root")
_OWN_ARN: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):")
_OWN: Final = ("data.aws_caller_identity.", "#AWS::AccountId")


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    own = _account_of(role)
    trust = role["trust"]
    if trust.is_absent:
        return not_applicable("its trust policy is not declared here")
    led = which(
        grants(trust),
        lambda s: both(
            s.allows,
            lambda: some(s.principals(), lambda entry: _is_other_account(entry, own)),
            lambda: not s.narrowed(),
            lambda: not _mfa(s),
        ),
    )
    if not led:
        return passed()
    return failed(
        "everything in another account that its administrators let may assume it",
        *(seen(f"trust.{statement.path}.Principal", statement.principal) for statement in led),
    )


def _is_other_account(entry: tuple[str, Value], own: str) -> bool:
    kind, value = entry
    if kind != "AWS" or _is_own(value):
        return False
    return _ACCOUNT.fullmatch(value.text()) is not None and (not own or own not in value.text())


def _account_of(role: Asset) -> str:
    """The account in which a role stands, where its address or its state tells."""
    told = role.native["arn"] if "arn" in role.native.names() else None
    for text in (role.address, told.text() if isinstance(told, Known) else ""):
        found = _OWN_ARN.match(text)
        if found:
            return found[1]
    return ""


def _is_own(value: Value) -> bool:
    """Whether it is the account in which the role stands itself, as declarations say it."""
    if not isinstance(value, Unknown):
        return False
    return any(isinstance(part, Reference) and any(own in part.target for own in _OWN) for part in value.parts)


def _mfa(statement: PolicyStatement) -> bool:
    """Whether a second factor is demanded: then people assume it, each by their own name."""
    return some(
        statement.conditions.items(),
        lambda test: (
            test[0] == "Bool"
            and some(test[1].items(), lambda key: key[0].lower() == "aws:multifactorauthpresent" and key[1] == "true")
        ),
    )


CHECK = Check(
    id="iam-trust-whole-account",
    title="Roles trust other accounts by more than their number",
    severity=Severity.MEDIUM,
    why="A trust in an account as a whole is a trust in whoever administers it, and in whoever talks its services into "
    "using the role for them: a supplier's account works for all of the supplier's customers.",
    remedy="Name the roles that come, or demand an `sts:ExternalId` from suppliers and `aws:PrincipalOrgID` "
    "within your organisation.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_role",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6", "AC-20"), pci_dss_4=("7.2.1",), iso_27001=("A.5.15", "A.5.19")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
data "aws_caller_identity" "here" {}

resource "aws_iam_role" "audit" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "sts:ExternalId" = "b1946ac9" } }
      },
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:role/auditor" }, Action = "sts:AssumeRole" },
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.here.account_id}:root" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}
""",
            says="with an external id, one role alone, the own account",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "audit" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "sts:AssumeRole" }]
  })
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "auditor" {}

resource "aws_iam_role" "audit" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = var.auditor }, Action = "sts:AssumeRole" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: arn:aws:iam::444455556666:root
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                aws:PrincipalOrgID: o-a1b2c3d4e5
          - Effect: Allow
            Principal:
              AWS: !Sub arn:aws:iam::${AWS::AccountId}:root
            Action: sts:AssumeRole
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: arn:aws:iam::444455556666:root
            Action: sts:AssumeRole
""",
        ),
    ),
)
