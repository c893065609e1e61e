"""Regions in which snapshots of volumes may be shared with everybody."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="ebs-snapshot-sharing-blocked",
    title="Snapshots of volumes cannot be shared with everybody",
    severity=Severity.MEDIUM,
    why="A snapshot that is public is a disk that any customer of AWS can attach and read. Blocked for the region, no "
    "mistake makes one public.",
    remedy='Set `state = "block-all-sharing"` in `aws_ebs_snapshot_block_public_access` '
    "(`AWS::EC2::SnapshotBlockPublicAccess`).",
    function=Function.DATA_ACCESS,
    stage=Stage.ADVANCED,
    kinds=("snapshot_defaults",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=one_of("sharing", ("block-all-sharing",), "snapshots may be, or stay, public", default="unblocked"),
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-21"), pci_dss_4=("7.2.1",), iso_27001=("A.8.3",)),
    known_as=KnownAs(prowler=("ec2_ebs_snapshot_account_block_public_access",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_snapshot_block_public_access" "here" {
  state = "block-all-sharing"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_snapshot_block_public_access" "here" {
  state = "block-new-sharing"
}
""",
            says="what is public stays so",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Here:
    Type: AWS::EC2::SnapshotBlockPublicAccess
    Properties:
      State: block-all-sharing
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Here:
    Type: AWS::EC2::SnapshotBlockPublicAccess
    Properties:
      State: block-new-sharing
""",
        ),
    ),
)
