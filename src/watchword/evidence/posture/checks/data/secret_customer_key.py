"""Secrets that are encrypted with a key of the account."""

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
from watchword.evidence.posture.requirements import is_set
from watchword.inventory import Asset, FrontEnd


def judge(secret: Asset, estate: Estate) -> Answer:
    del estate
    key = secret["key"]
    if is_set(key) and not (key.is_known and key == "alias/aws/secretsmanager"):
        return passed()
    return failed("it is encrypted with the service's own key", seen("key", key))


CHECK = Check(
    id="secret-customer-key",
    title="Secrets are encrypted with a key of the account",
    severity=Severity.LOW,
    why="With the service's own key, whoever may call the service for the secret reads it. A key of the "
    "account is a second lock, which can be shared across accounts and taken away.",
    remedy="Name a key: `kms_key_id` (`KmsKeyId`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("secret",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",),
    frameworks=Frameworks(nist_800_53=("SC-12", "SC-28"), iso_27001=("A.8.24",)),
    known_as=KnownAs(checkov=("CKV_AWS_149",), trivy=("AVD-AWS-0098",), tfsec=("aws-ssm-secret-use-customer-key",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_kms_key" "secrets" {}

resource "aws_secretsmanager_secret" "token" {
  name       = "token"
  kms_key_id = aws_kms_key.secrets.arn
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_secretsmanager_secret" "token" {
  name = "token"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Token:
    Type: AWS::SecretsManager::Secret
    Properties:
      KmsKeyId: alias/secrets
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Token:
    Type: AWS::SecretsManager::Secret
""",
        ),
    ),
)
