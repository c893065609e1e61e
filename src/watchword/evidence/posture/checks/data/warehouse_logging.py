"""Data warehouses whose connections and queries are logged."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="warehouse-logging",
    title="Connections and queries of data warehouses are logged",
    severity=Severity.LOW,
    why="Who took a warehouse's data out is known from its log alone.",
    remedy="Add `aws_redshift_logging` (`LoggingProperties`).",
    function=Function.DATA_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("warehouse",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("logging", "connections and queries are not logged"),
    references=("https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_71",), prowler=("redshift_cluster_audit_logging",), security_hub=("Redshift.4",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"

  logging {
    enable = true
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}

resource "aws_redshift_logging" "reports" {
  cluster_identifier   = aws_redshift_cluster.reports.id
  log_destination_type = "cloudwatch"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reports:
    Type: AWS::Redshift::Cluster
    Properties:
      LoggingProperties:
        BucketName: logs
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reports:
    Type: AWS::Redshift::Cluster
    Properties:
      ClusterType: single-node
""",
        ),
    ),
)
