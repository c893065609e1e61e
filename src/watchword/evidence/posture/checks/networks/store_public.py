"""Warehouses, brokers and replication machines with an address on the Internet."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="store-public",
    title="Warehouses, brokers and replication instances are not on the Internet",
    severity=Severity.HIGH,
    why="They hold or carry the data of many systems, and were made for private networks.",
    remedy="Set `publicly_accessible = false` (`PubliclyAccessible: false`); for Kafka leave public access off.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("warehouse", "broker", "replication_instance"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public", "it has an address on the Internet", fix="keep it off the Internet"),
    fixes=(FrontEnd.TERRAFORM,),
    references=(
        "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-clusters-vpc.html",
        "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_ReplicationInstance.html",
    ),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), pci_dss_4=("1.4.4",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_87", "CKV_AWS_89", "CKV_AWS_69"),
        trivy=("AVD-AWS-0072",),
        tfsec=("aws-mq-no-public-access",),
        prowler=(
            "redshift_cluster_public_access",
            "dms_instance_no_public_access",
            "mq_broker_not_publicly_accessible",
            "kafka_cluster_is_public",
        ),
        security_hub=("Redshift.1", "DMS.1"),
        config=("redshift-cluster-public-access-check", "dms-replication-not-public"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier  = "reports"
  publicly_accessible = false
}

resource "aws_msk_cluster" "events" {
  cluster_name = "events"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_cluster" "reports" {
  cluster_identifier  = "reports"
  publicly_accessible = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_dms_replication_instance" "copy" {
  replication_instance_id = "copy"
  publicly_accessible     = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_mq_broker" "orders" {
  broker_name         = "orders"
  publicly_accessible = true
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
      PubliclyAccessible: false
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Copy:
    Type: AWS::DMS::ReplicationInstance
    Properties:
      ReplicationInstanceClass: dms.t3.small
      PubliclyAccessible: true
""",
        ),
    ),
)
