"""Data warehouses of which no snapshot is kept."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import at_least
from watchword.inventory import FrontEnd

CHECK = Check(
    id="warehouse-backups",
    title="Data warehouses keep snapshots",
    severity=Severity.MEDIUM,
    why="What was loaded over years is not loaded again in a day, where its sources still have it at all.",
    remedy="Keep automated snapshots: `automated_snapshot_retention_period` (`AutomatedSnapshotRetentionPeriod`) of a "
    "week or more.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.INITIAL,
    kinds=("warehouse",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=at_least("backup_days", 1, "no snapshot is kept"),
    references=("https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html",),
    frameworks=Frameworks(nist_800_53=("CP-9", "CP-10"), soc_2=("A1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_343",), prowler=("redshift_cluster_automated_snapshot",), security_hub=("Redshift.3",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "sales" {
  cluster_identifier = "sales"
  node_type          = "ra3.large"
}
""",
            says="one day by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "sales" {
  cluster_identifier                  = "sales"
  node_type                           = "ra3.large"
  automated_snapshot_retention_period = 0
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Sales:
    Type: AWS::Redshift::Cluster
    Properties:
      AutomatedSnapshotRetentionPeriod: 7
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Sales:
    Type: AWS::Redshift::Cluster
    Properties:
      AutomatedSnapshotRetentionPeriod: 0
""",
        ),
    ),
)
