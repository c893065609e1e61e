"""Identities that were given a policy of AWS's that makes them administrators."""

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
    unsure,
    which,
)
from watchword.evidence.posture.powers import is_administrators_policy
from watchword.inventory import Asset, FrontEnd


def judge(identity: Asset, estate: Estate) -> Answer:
    if identity.kind == "iam_attachment":
        # Where the identity is declared here too, it is judged there, with everything that it holds.
        if any(estate.named(identity[who], identity) for who in ("role", "user", "group")):
            return not_applicable("the identity is declared here, and judged there")
        given, path = [identity["policy"]], "policy"
    else:
        given, path = list(identity["attached"].each()), "attached"
    held = which(given, lambda arn: is_administrators_policy(arn, identity, estate))
    return failed("it is an administrator", *(seen(path, arn) for arn in held)) if held else passed()


CHECK = Check(
    id="iam-admin-policy-attached",
    title="No identity holds AWS's administrator policies",
    severity=Severity.HIGH,
    why="`AdministratorAccess` and `IAMFullAccess` give everything, or everything by one more step. One "
    "session that leaks is then the whole account.",
    remedy="Attach a policy of what is needed; `watchword policy narrow` writes one from what was recorded.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_role", "iam_user", "iam_group", "iam_attachment"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-2", "AC-6", "AC-6(5)"),
        cis_aws=("1.16",),
        pci_dss_4=("7.2.2",),
        soc_2=("CC6.3",),
        iso_27001=("A.8.2",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_274", "CKV_AWS_275", "CKV2_AWS_56"),
        prowler=(
            "iam_aws_attached_policy_no_administrative_privileges",
            "iam_role_administratoraccess_policy",
            "iam_user_administrator_access_policy",
        ),
        cfn_nag=("W43",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "reader" {
  name                = "reader"
  assume_role_policy  = "{}"
  managed_policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
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

resource "aws_iam_role_policy_attachment" "deployer" {
  role       = aws_iam_role.deployer.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role_policy_attachment" "deployer" {
  role       = "deployer"
  policy_arn = "arn:aws:iam::aws:policy/IAMFullAccess"
}
""",
            says="the role is somebody else's",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "policy" {
  type = string
}

resource "aws_iam_role_policy_attachment" "deployer" {
  role       = "deployer"
  policy_arn = var.policy
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
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
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
""",
        ),
    ),
)
