"""Backup vaults that are encrypted with a key of the account."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="backup-vault-customer-key",
    title="Backup vaults are encrypted with a key of the account",
    severity=Severity.LOW,
    why="A vault holds copies of everything that is worth keeping. With a key of its own, copies can be "
    "kept in another account and opened there.",
    remedy="Name a key: `kms_key_arn` (`EncryptionKeyArn`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("backup_vault",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("key", "it is encrypted with the service's own key"),
    references=("https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",),
    frameworks=Frameworks(nist_800_53=("CP-9(8)", "SC-28"), iso_27001=("A.8.13", "A.8.24")),
    known_as=KnownAs(checkov=("CKV_AWS_166",), prowler=("backup_vaults_encrypted",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_backup_vault" "main" {
  name        = "main"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_backup_vault" "main" {
  name = "main"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::Backup::BackupVault
    Properties:
      BackupVaultName: main
      EncryptionKeyArn: arn:aws:kms:eu-west-1:111122223333:key/k
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::Backup::BackupVault
    Properties:
      BackupVaultName: main
""",
        ),
    ),
)
