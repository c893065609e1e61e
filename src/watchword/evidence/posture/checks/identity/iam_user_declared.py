"""Users of IAM, where single sign-on would do."""

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
)
from watchword.inventory import Asset, FrontEnd


def judge(user: Asset, estate: Estate) -> Answer:
    del estate
    if user["name"].is_known and "smtp" in user["name"].text().lower():
        return passed()  # SES takes mail over SMTP from users alone
    return failed("it is a user of IAM", seen("name", user["name"]))


CHECK = Check(
    id="iam-user-declared",
    title="People and machines sign in without IAM users",
    severity=Severity.LOW,
    why="A user of IAM has credentials that live until somebody ends them, outside of the directory that "
    "knows who left.",
    remedy="Let people come through IAM Identity Center, and machines through roles or OIDC.",
    function=Function.IDENTITY_STORES,
    stage=Stage.ADVANCED,
    kinds=("iam_user",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
    frameworks=Frameworks(nist_800_53=("AC-2", "IA-2"), iso_27001=("A.5.16",)),
    known_as=KnownAs(checkov=("CKV_AWS_273",)),
    examples=(
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "ci" {
  name = "ci"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "mail" {
  name = "ses-smtp-user"
}
""",
            says="SES takes mail over SMTP from users alone",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Mail:
    Type: AWS::IAM::User
    Properties:
      UserName: ses-smtp-user
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Ci:
    Type: AWS::IAM::User
""",
        ),
    ),
)
