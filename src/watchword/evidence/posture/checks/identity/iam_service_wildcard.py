"""Policies that allow everything of a sensitive service on everything."""

from typing import Final

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good, seen, which
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.evidence.posture.powers import judging, refused
from watchword.inventory import FrontEnd, Value, both, some

_SENSITIVE: Final = (
    "cloudtrail",
    "dynamodb",
    "guardduty",
    "iam",
    "kms",
    "lambda",
    "organizations",
    "rds",
    "s3",
    "secretsmanager",
    "ssm",
    "sso",
    "sts",
)


def _whole_services(document: Value) -> list[Seen]:
    wide = which(
        grants(document), lambda s: both(s.allows, s.unconditional, s.on_everything, lambda: _names_a_service(s))
    )
    return [seen(f"{s.path}.Action", s.actions) for s in wide if not refused(document, "iam:CreateUser") or _other(s)]


def _names_a_service(statement: PolicyStatement) -> bool:
    return some(statement.actions.each(), lambda action: action.matches(rf"(?i)({'|'.join(_SENSITIVE)}):\*"))


def _other(statement: PolicyStatement) -> bool:
    """Whether it names a sensitive service beside IAM, which a Deny took back."""
    rest = "|".join(name for name in _SENSITIVE if name != "iam")
    return some(statement.actions.each(), lambda action: action.matches(rf"(?i)({rest}):\*"))


CHECK = Check(
    id="iam-service-wildcard",
    title="No policy allows all of a sensitive service",
    severity=Severity.HIGH,
    why="`iam:*`, `kms:*` or `s3:*` on everything includes what nobody thinks of: changing who may, "
    "opening to the world, destroying for good.",
    remedy="Allow the actions that are used, on the resources they are used on.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_whole_services, "everything of a sensitive service is allowed on everything"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.2",), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_49",),
        trivy=("AVD-AWS-0057",),
        prowler=("iam_policy_no_full_access_to_cloudtrail", "iam_policy_no_full_access_to_kms"),
        cfn_nag=("F4",),
        security_hub=("IAM.21",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "bucket" {
  name = "bucket"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"] }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "keys" {
  name = "keys"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:*", "kms:*"], Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Bucket:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:*
            Resource: arn:aws:s3:::reports/*
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Keys:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: kms:*
            Resource: "*"
""",
        ),
    ),
)
