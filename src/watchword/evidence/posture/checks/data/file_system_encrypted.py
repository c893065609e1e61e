"""Shared file systems that are encrypted at rest."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="file-system-encrypted",
    title="File systems are encrypted at rest",
    severity=Severity.HIGH,
    why="A shared file system holds what many machines write. Encryption cannot be turned on once it is there.",
    remedy="Set `encrypted = true` (`Encrypted: true`) and copy what is in the old one.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("file_system",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("encrypted", "it is not encrypted at rest", fix="encrypt it"),
    references=("https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-28", "SC-28(1)"), cis_aws=("2.4.1",), pci_dss_4=("3.5.1",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_42",),
        trivy=("AVD-AWS-0037",),
        tfsec=("aws-efs-enable-at-rest-encryption",),
        prowler=("efs_encryption_at_rest_enabled",),
        cfn_nag=("F32",),
        security_hub=("EFS.1",),
        config=("efs-encrypted-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_efs_file_system" "shared" {
  encrypted = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_efs_file_system" "shared" {
  creation_token = "shared"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shared:
    Type: AWS::EFS::FileSystem
    Properties:
      Encrypted: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shared:
    Type: AWS::EFS::FileSystem
""",
        ),
    ),
)
