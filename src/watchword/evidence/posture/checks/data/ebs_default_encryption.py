"""The account's setting that encrypts every new volume."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="ebs-default-encryption",
    title="The account encrypts new volumes by itself",
    severity=Severity.MEDIUM,
    why="The setting of the account also holds for volumes that nobody thought of: those of machines, of "
    "snapshots, of other services.",
    remedy="Set `enabled = true`, or leave it out, which means the same.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("volume_defaults",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=must("encrypted", "new volumes are not encrypted by default", default=True, fix="encrypt new volumes"),
    fixes=(FrontEnd.TERRAFORM,),
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",),
    frameworks=Frameworks(nist_800_53=("SC-28",), cis_aws=("2.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_106",),
        prowler=("ec2_ebs_default_encryption",),
        security_hub=("EC2.7",),
        config=("ec2-ebs-encryption-by-default",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_encryption_by_default" "this" {}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_encryption_by_default" "this" {
  enabled = false
}
""",
        ),
    ),
)
