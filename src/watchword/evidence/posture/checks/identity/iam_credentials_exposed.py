"""Policies that hand out credentials of others."""

from typing import Final

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good
from watchword.evidence.posture.powers import broadly, judging, shown_grants
from watchword.inventory import FrontEnd, Value

# Those that name a resource and answer with credentials. `ecr:GetAuthorizationToken` and `sts:GetSessionToken` take
# none, and give only what their caller has.
_ANSWERS: Final = (
    "sts:AssumeRole",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "ec2:GetPasswordData",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
)


def _hands_out(document: Value) -> list[Seen]:
    return shown_grants(broadly(document, _ANSWERS))


CHECK = Check(
    id="iam-credentials-exposed",
    title="Credentials of others are not handed out on everything",
    severity=Severity.MEDIUM,
    why="Some actions answer with credentials: keys of users, tokens for registries and clusters, "
    "sessions of other roles. On everything, they are everybody's.",
    remedy="Name the users, roles, clusters and repositories in `Resource`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_hands_out, "it hands out credentials of anybody"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    frameworks=Frameworks(nist_800_53=("AC-6", "IA-5"), iso_27001=("A.5.17",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_107", "CKV_AWS_287"), prowler=("iam_no_custom_policy_permissive_role_assumption",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "pull" {
  name = "pull"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      { Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::111122223333:role/deployer" },
    ]
  })
}
""",
            says="what takes no resource is no finding",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "assume" {
  name = "assume"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Assume:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Resource: arn:aws:iam::111122223333:role/deployer
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Assume:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:CreateAccessKey
            Resource: "*"
""",
        ),
    ),
)
