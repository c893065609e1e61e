"""Secrets that are rotated by themselves."""

from typing import Final

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
    mend,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_MOST: Final = 90


def judge(secret: Asset, estate: Estate) -> Answer:
    del estate
    if not secret["rotation"].boolean(default=False):
        return failed("it is never rotated", seen("rotation", secret["rotation"]))
    days = secret["rotation_days"]
    if days.is_absent or days.number() <= _MOST:  # a schedule in other words has no number of days
        return passed()
    return failed(
        f"it is rotated after more than {_MOST} days",
        seen("rotation_days", days),
        fix=mend(secret, "rotation_days", _MOST, "rotate it every 90 days"),
    )


CHECK = Check(
    id="secret-rotation",
    title="Secrets are rotated by themselves",
    severity=Severity.MEDIUM,
    why="A secret that leaked years ago still opens, if nobody changed it. What is changed by a machine "
    "every month is worth little to a thief.",
    remedy="Add a rotation: `aws_secretsmanager_secret_rotation` (`AWS::SecretsManager::RotationSchedule`), "
    "at most every 90 days.",
    function=Function.DATA_AUTOMATION,
    stage=Stage.ADVANCED,
    kinds=("secret",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",),
    frameworks=Frameworks(nist_800_53=("IA-5(1)",), pci_dss_4=("8.6.3",), iso_27001=("A.5.17",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_57", "CKV_AWS_304"),
        prowler=("secretsmanager_automatic_rotation_enabled",),
        security_hub=("SecretsManager.1", "SecretsManager.4"),
        config=("secretsmanager-rotation-enabled-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_secretsmanager_secret" "token" {
  name = "token"
}

resource "aws_secretsmanager_secret_rotation" "token" {
  secret_id           = aws_secretsmanager_secret.token.id
  rotation_lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:rotate"

  rotation_rules {
    automatically_after_days = 30
  }
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
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties:
      SecretId: !Ref Token
      RotationRules:
        AutomaticallyAfterDays: 30
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
