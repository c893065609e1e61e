"""Users of IAM with a password for the console."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="iam-user-console",
    title="No user of IAM has a password for the console",
    severity=Severity.MEDIUM,
    why="A password is guessed, reused and asked for by mail. Single sign-on brings the second factor and "
    "the leaver's process along.",
    remedy="Remove the login profile and sign in through IAM Identity Center.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("iam_user",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("console", "it has a password for the console"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
    frameworks=Frameworks(nist_800_53=("IA-2", "IA-2(1)"), iso_27001=("A.5.17",)),
    known_as=KnownAs(checkov=("CKV2_AWS_22",)),
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
resource "aws_iam_user" "ann" {
  name = "ann"
}

resource "aws_iam_user_login_profile" "ann" {
  user = aws_iam_user.ann.name
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Ci:
    Type: AWS::IAM::User
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Ann:
    Type: AWS::IAM::User
    Properties:
      LoginProfile:
        Password: !Ref Password
Parameters:
  Password:
    Type: String
    NoEcho: true
""",
        ),
    ),
)
