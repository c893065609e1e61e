"""Images and snapshots that are shared with everybody."""

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
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(share: Asset, estate: Estate) -> Answer:
    del estate
    public = which(share["accounts"].each(), lambda account: account == "all")
    return failed("everybody may copy it", *(seen("accounts", one) for one in public)) if public else passed()


CHECK = Check(
    id="snapshot-shared-with-all",
    title="No image and no snapshot is shared with everybody",
    severity=Severity.CRITICAL,
    why="A public snapshot is a copy of a database or a disk that any AWS customer can restore and read. "
    "There are people who search for them all day.",
    remedy="Name the accounts that it is for, and share encrypted snapshots with their key alone.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("share",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-21"), pci_dss_4=("7.2.1",), soc_2=("CC6.1",), iso_27001=("A.8.3",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_302",),
        prowler=("rds_snapshots_public_access", "ec2_ami_public"),
        security_hub=("RDS.1",),
        config=("rds-snapshots-public-prohibited",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders"
  shared_accounts        = ["111122223333"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders"
  shared_accounts        = ["all"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ami_launch_permission" "base" {
  image_id = "ami-0123456789abcdef0"
  group    = "all"
}
""",
        ),
    ),
)
