"""How many earlier passwords the account refuses."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import at_least
from watchword.inventory import FrontEnd

CHECK = Check(
    id="password-policy-reuse",
    title="Earlier passwords are refused",
    severity=Severity.LOW,
    why="A password that leaked once comes back, if it may be taken again.",
    remedy="Set `password_reuse_prevention = 24`.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("password_policy",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=at_least("reuse", 24, "fewer than 24 earlier passwords are refused", fix="refuse 24 earlier ones"),
    fixes=(FrontEnd.TERRAFORM,),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",),
    frameworks=Frameworks(nist_800_53=("IA-5(1)",), cis_aws=("1.9",), pci_dss_4=("8.3.7",), iso_27001=("A.5.17",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_13",),
        trivy=("AVD-AWS-0056",),
        tfsec=("aws-iam-no-password-reuse",),
        prowler=("iam_password_policy_reuse_24",),
        security_hub=("IAM.16",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_account_password_policy" "this" {
  password_reuse_prevention = 24
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_account_password_policy" "this" {
  password_reuse_prevention = 5
}
""",
        ),
    ),
)
