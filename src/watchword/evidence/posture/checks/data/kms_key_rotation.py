"""Keys that encrypt are rotated by the service."""

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
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd


def judge(key: Asset, estate: Estate) -> Answer:
    del estate
    if key["spec"].text(default="SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        return not_applicable("KMS rotates symmetric encryption keys alone")
    rotation = key["rotation"]
    if rotation.boolean(default=False):
        return passed()
    seldom = key.provider == "google" and is_written(said(key, "rotation_period")[1])
    return failed(
        "the key is rotated less often than every ninety days" if seldom else "the key is never rotated",
        seen("rotation", rotation),
        fix=mend(key, "rotation", True, "rotate the key"),
    )


CHECK = Check(
    id="kms-key-rotation",
    title="Encryption keys are rotated",
    severity=Severity.MEDIUM,
    why="A key that is never renewed encrypts ever more under one secret; what leaks once opens all of it. Rotation by "
    "KMS changes no identifier and asks nothing of those who use the key.",
    remedy="Turn rotation on: `enable_key_rotation = true` in Terraform, `EnableKeyRotation: true` in "
    'CloudFormation. In Google Cloud set `rotation_period = "7776000s"` (ninety days), or less.',
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("key",),
    providers=("aws", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
        "https://cloud.google.com/kms/docs/key-rotation",
    ),
    frameworks=Frameworks(
        nist_800_53=("SC-12",),
        cis_aws=("3.6",),
        pci_dss_4=("3.7.4",),
        soc_2=("CC6.1",),
        iso_27001=("A.8.24",),
        cis_gcp=("1.10",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_7", "CKV_GCP_43"),
        trivy=("AVD-AWS-0065",),
        tfsec=("aws-kms-auto-rotate-keys",),
        prowler=("kms_cmk_rotation_enabled",),
        cfn_nag=("F19",),
        security_hub=("KMS.4",),
        config=("cmk-backing-key-rotation-enabled",),
    ),
    examples=(
        good(FrontEnd.TERRAFORM, 'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n}\n'),
        bad(FrontEnd.TERRAFORM, 'resource "aws_kms_key" "k" {\n  description = "orders"\n}\n', says="off by default"),
        bad(FrontEnd.TERRAFORM, 'resource "aws_kms_key" "k" {\n  enable_key_rotation = false\n}\n'),
        outside(
            FrontEnd.TERRAFORM,
            'resource "aws_kms_key" "k" {\n'
            '  key_usage                = "SIGN_VERIFY"\n'
            '  customer_master_key_spec = "RSA_2048"\n'
            "}\n",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            "Resources:\n  K:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            "Resources:\n  K:\n    Type: AWS::KMS::Key\n    Properties:\n      Description: orders\n",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "ring"
  rotation_period = "7776000s"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "ring"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "ring"
  rotation_period = "15552000s"
}
""",
            says="half a year",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "ring"
  purpose = "ASYMMETRIC_SIGN"
}
""",
        ),
    ),
)
