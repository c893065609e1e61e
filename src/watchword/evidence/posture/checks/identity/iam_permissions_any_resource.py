"""Policies that let anybody's permissions be changed."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good
from watchword.evidence.posture.powers import judging, shown_grants, unrestricted
from watchword.inventory import FrontEnd, Value


def _changes_any(document: Value) -> list[Seen]:
    return shown_grants(unrestricted(document, ("Permissions management",)))


CHECK = Check(
    id="iam-permissions-any-resource",
    title="Whose permissions may be changed is named",
    severity=Severity.MEDIUM,
    why="Changing who may do what, on any resource, is what an administrator does, whatever the policy is called.",
    remedy="Name the resources whose policies may be changed, or demand a permissions boundary.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_changes_any, "permissions of anything may be changed"),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
    ),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.8.2",)),
    known_as=KnownAs(checkov=("CKV_AWS_109", "CKV_AWS_289", "CKV_AWS_355", "CKV_AWS_356")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "site" {
  name = "site"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutBucketPolicy", Resource = "arn:aws:s3:::site" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "site" {
  name = "site"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutBucketPolicy", Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:PutBucketPolicy
            Resource: arn:aws:s3:::site
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:PutBucketPolicy
            Resource: "*"
""",
        ),
    ),
)
