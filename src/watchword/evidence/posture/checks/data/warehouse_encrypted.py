"""Data warehouses that are encrypted at rest."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="warehouse-encrypted",
    title="Data warehouses are encrypted at rest",
    severity=Severity.HIGH,
    why="A warehouse gathers the data of many systems; its snapshots leave the cluster.",
    remedy="Set `encrypted = true` (`Encrypted: true`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("warehouse",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("encrypted", "it is not encrypted at rest", fix="encrypt it"),
    references=("https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-db-encryption.html",),
    frameworks=Frameworks(nist_800_53=("SC-28", "SC-28(1)"), pci_dss_4=("3.5.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_64",),
        trivy=("AVD-AWS-0084",),
        tfsec=("aws-redshift-encryption-customer-key",),
        cfn_nag=("F28",),
        security_hub=("Redshift.10",),
        config=("redshift-cluster-configuration-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
  encrypted          = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
  encrypted          = false
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
      Encrypted: true
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
