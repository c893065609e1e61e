"""The account's least length of passwords."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import at_least
from watchword.inventory import FrontEnd

CHECK = Check(
    id="password-policy-length",
    title="Passwords have at least fourteen characters",
    severity=Severity.MEDIUM,
    why="Short passwords are tried out.",
    remedy="Set `minimum_password_length = 14` or more.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("password_policy",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=at_least(
        "length", 14, "passwords may be shorter than fourteen characters", default=6, fix="ask for fourteen"
    ),
    fixes=(FrontEnd.TERRAFORM,),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",),
    frameworks=Frameworks(nist_800_53=("IA-5(1)",), cis_aws=("1.8",), pci_dss_4=("8.3.6",), iso_27001=("A.5.17",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_10",),
        trivy=("AVD-AWS-0063",),
        tfsec=("aws-iam-set-minimum-password-length",),
        prowler=("iam_password_policy_minimum_length_14",),
        security_hub=("IAM.15",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = 14
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_account_password_policy" "this" {
  require_numbers = true
}
""",
            says="six by default",
        ),
    ),
)
