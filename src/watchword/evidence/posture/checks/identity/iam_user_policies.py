"""Policies that are put on users, rather than on groups or roles."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(user: Asset, estate: Estate) -> Answer:
    if user.kind == "iam_attachment":
        if user["user"].is_absent:
            return not_applicable("the policy is put on no user")
        if estate.named(user["user"], user):
            return not_applicable("the user is declared here, and judged there")
        return failed("a policy is put on a user", seen("user", user["user"]))
    own = [("attached", value) for value in user["attached"].each()]
    own += [("policies", value) for value in user["policies"].each() if not own]
    return failed("policies are put on the user itself", *(seen(*one) for one in own)) if own else passed()


CHECK = Check(
    id="iam-user-policies",
    title="Users get what they may through groups or roles",
    severity=Severity.LOW,
    why="What hangs on single users is forgotten when their work changes; nobody can say who may do "
    "something without reading them all.",
    remedy="Attach the policy to a group, or use a role.",
    function=Function.IDENTITY_GOVERNANCE,
    stage=Stage.INITIAL,
    kinds=("iam_user", "iam_attachment"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html",),
    frameworks=Frameworks(nist_800_53=("AC-2", "AC-6"), cis_aws=("1.15",), pci_dss_4=("7.2.1",), iso_27001=("A.5.18",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_40",),
        trivy=("AVD-AWS-0143",),
        tfsec=("aws-iam-no-user-attached-policies",),
        prowler=("iam_policy_attached_only_to_group_or_roles",),
        cfn_nag=("F10",),
        security_hub=("IAM.2",),
        config=("iam-user-no-policies-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "ci" {
  name = "ci"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "ci" {
  name = "ci"
}

resource "aws_iam_user_policy_attachment" "ci" {
  user       = aws_iam_user.ci.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "ci" {
  name = "ci"
}

resource "aws_iam_user_policy" "ci" {
  user = aws_iam_user.ci.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::reports/*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Ci:
    Type: AWS::IAM::User
    Properties:
      Groups: [deployers]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Ci:
    Type: AWS::IAM::User
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
""",
        ),
    ),
)
