"""Block volumes that are encrypted."""

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
    unsure,
)
from watchword.inventory import Asset, FrontEnd, Known, Reason, ReasonKind, UnknownValueError, some


def judge(volume: Asset, estate: Estate) -> Answer:
    encrypted = volume["encrypted"]
    if encrypted.boolean(default=False):
        return passed()
    if isinstance(encrypted, Known) and encrypted.is_default:
        if some(estate.of("volume_defaults"), lambda one: one.root == volume.root and bool(one["encrypted"])):
            return passed()
        if not volume["snapshot"].is_absent:
            reason = Reason(ReasonKind.DATA_SOURCE, "it is encrypted if its snapshot is", volume["snapshot"].place)
            raise UnknownValueError((reason,), volume.place)
    return failed(
        "the volume is not encrypted",
        seen("encrypted", encrypted),
        fix=mend(volume, "encrypted", True, "encrypt the volume"),
    )


CHECK = Check(
    id="ebs-volume-encrypted",
    title="Volumes are encrypted at rest",
    severity=Severity.HIGH,
    why="A snapshot of a volume that is not encrypted can be read by whoever it is shared with, or by "
    "anybody once it is public.",
    remedy="Set `encrypted` on the volume, and turn encryption by default on for the account.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("volume",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-28", "SC-28(1)"),
        cis_aws=("2.2.1",),
        pci_dss_4=("3.5.1",),
        soc_2=("CC6.1",),
        iso_27001=("A.8.24",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_3",),
        trivy=("AVD-AWS-0026",),
        tfsec=("aws-ec2-enable-volume-encryption",),
        prowler=("ec2_ebs_volume_encryption",),
        cfn_nag=("F1",),
        security_hub=("EC2.3",),
        config=("encrypted-volumes",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 40
  encrypted         = true
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 40
}
""",
            says="the account encrypts by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 40
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  snapshot_id       = "snap-0123456789abcdef0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 40
      Encrypted: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 40
""",
        ),
    ),
)
