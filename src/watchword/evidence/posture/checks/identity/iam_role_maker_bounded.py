"""Identities that make others, without a bound on what those may do."""

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
    outside,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.policies import documents
from watchword.evidence.posture.powers import broadly
from watchword.inventory import Asset, FrontEnd

_MAKES: Final = ("iam:CreateRole", "iam:CreateUser")
_GIVES: Final = (
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
)


def judge(identity: Asset, estate: Estate) -> Answer:
    del estate
    found = which(documents(identity), lambda entry: bool(broadly(entry[1], _MAKES)))
    if not found:
        return not_applicable("it may make no identities, or is made to bound them")
    if not which(documents(identity), lambda entry: bool(broadly(entry[1], _GIVES))):
        return not_applicable("it may give no rights to what it makes")
    if not identity["boundary"].is_absent:
        return passed()
    shown = [
        seen(f"{path}.{grant.path}", grant.value) for path, document in found for grant in broadly(document, _MAKES)
    ]
    return failed("it may make identities that may do more than it does itself", *shown)


CHECK = Check(
    id="iam-role-maker-bounded",
    title="Whoever makes roles is bounded, and bounds them",
    severity=Severity.MEDIUM,
    why="Who may make a role and give it rights may make one that may do anything, and then use it. A permissions "
    "boundary is what a role's rights cannot exceed, whoever gives them.",
    remedy="Allow `iam:CreateRole` and `iam:PutRolePolicy` on condition of `iam:PermissionsBoundary` alone, and put "
    "a boundary on who makes them.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_role", "iam_user"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6", "AC-6(5)"), iso_27001=("A.8.2",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "deployer" {
  name                 = "deployer"
  assume_role_policy   = "{}"
  permissions_boundary = "arn:aws:iam::111122223333:policy/bound"
}

resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:CreateRole", "iam:PutRolePolicy"], Resource = "*" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "deployer" {
  name               = "deployer"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:CreateRole", "iam:PutRolePolicy"], Resource = "*" }]
  })
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "deployer" {
  name               = "deployer"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["iam:CreateRole", "iam:PutRolePolicy"]
      Resource  = "*"
      Condition = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::111122223333:policy/bound" } }
    }]
  })
}
""",
            says="it must bound what it makes",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      PermissionsBoundary: arn:aws:iam::111122223333:policy/bound
      Policies:
        - PolicyName: deploy
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: ["iam:CreateRole", "iam:AttachRolePolicy"], Resource: "*"}]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: deploy
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: ["iam:CreateRole", "iam:AttachRolePolicy"], Resource: "*"}]
""",
        ),
    ),
)
