"""Roles that workflows of anybody's repository may assume."""

import re
from typing import Final

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
    not_applicable,
    outside,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, Unknown, Value, both, every, some

_ISSUER: Final = "token.actions.githubusercontent.com"
_SUBJECT: Final = f"{_ISSUER}:sub"
# A subject with an owner that is spelled out: `repo:acme/*` is anybody of acme, `repo:*` is anybody. Subjects may begin
# otherwise, by a customised claim: what is spelled out before the first wildcard counts.
_OPEN: Final = re.compile(r"[*?].*|repo:[^/]*[*?].*|repo:\*?")


def judge(role: Asset, estate: Estate) -> Answer:
    mine = which(grants(role["trust"]), lambda s: _is_for_github(s, role, estate))
    if not mine:
        return not_applicable("it is not for GitHub's workflows")
    wide = which(mine, lambda s: both(s.allows, lambda: not _names_a_repository(s)))
    return (
        failed(
            "workflows of anybody's repository may assume it",
            *(seen(f"trust.{s.path}.Condition", s.conditions) for s in wide),
        )
        if wide
        else passed()
    )


def _is_for_github(statement: PolicyStatement, role: Asset, estate: Estate) -> bool:
    for kind, value in statement.principals():
        if kind != "Federated":
            continue
        text = value.sketch() if isinstance(value, Unknown) else value.text()
        if _ISSUER in text:
            return True
        if any(_ISSUER in provider.native["url"].text(default="") for provider in estate.named(value, role)):
            return True
    return some(
        statement.conditions.items(), lambda test: some(test[1].items(), lambda pair: pair[0].startswith(_ISSUER))
    )


def _names_a_repository(statement: PolicyStatement) -> bool:
    return some(statement.conditions.items(), lambda test: _narrows_subject(*test))


def _narrows_subject(operator: str, tests: Value) -> bool:
    name = operator.lower().removeprefix("foranyvalue:")
    values = [value for key, value in tests.items() if key.lower() == _SUBJECT]
    if name not in {"stringequals", "stringlike", "stringequalsignorecase"} or not values:
        return False
    return every(values[0].each(), _is_narrow)


def _is_narrow(value: Value) -> bool:
    text = value.sketch() if isinstance(value, Unknown) and value.parts else value.text()
    return _OPEN.fullmatch(text) is None


CHECK = Check(
    id="iam-trust-github-subject",
    title="Roles for GitHub's workflows name the repository",
    severity=Severity.HIGH,
    why="GitHub signs tokens for every workflow of every repository. A role that asks for no subject, or "
    "for any, is open to whoever has an account there.",
    remedy="Demand `token.actions.githubusercontent.com:sub` with your organisation and repository: "
    "`repo:acme/shop:ref:refs/heads/main`.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("iam_role",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub",
    ),
    frameworks=Frameworks(nist_800_53=("AC-3", "IA-2", "IA-9"), iso_27001=("A.5.16",)),
    known_as=KnownAs(checkov=("CKV_AWS_358", "CKV_AWS_393")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "deployer" {
  name = "deployer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme/shop:*" }
      }
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deployer" {
  name = "deployer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } }
    }]
  })
}
""",
            says="no subject",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "deployer" {
  name = "deployer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:*" } }
    }]
  })
}
""",
            says="any repository",
        ),
        outside(
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
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Federated: arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:sub: repo:acme/shop:ref:refs/heads/main
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Federated: arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
""",
        ),
    ),
)
