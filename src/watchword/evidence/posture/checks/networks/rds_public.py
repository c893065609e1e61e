"""Databases with an address on the Internet."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="rds-public",
    title="Databases are not on the Internet",
    severity=Severity.HIGH,
    why="A database with a public address is found by machines within the hour, and its password is all that is left.",
    remedy="Set `publicly_accessible = false` (`PubliclyAccessible: false`) and put it in private subnets.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("database",),
    providers=("aws",),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster_instance",
        "aws_neptune_cluster_instance",
        "AWS::RDS::DBInstance",
        "live:AWS::RDS::DBInstance",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public", "it has an address on the Internet", fix="keep it off the Internet"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7"), cis_aws=("2.3.3",), pci_dss_4=("1.4.4",), soc_2=("CC6.6",), iso_27001=("A.8.22",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_17", "CKV_AWS_102"),
        trivy=("AVD-AWS-0180",),
        tfsec=("aws-rds-no-public-db-access",),
        prowler=("rds_instance_no_public_access",),
        cfn_nag=("F22",),
        security_hub=("RDS.2",),
        config=("rds-instance-public-access-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.t4g.small"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine              = "postgres"
  instance_class      = "db.t4g.small"
  publicly_accessible = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_rds_cluster_instance" "orders" {
  cluster_identifier  = "orders"
  engine              = "aurora-postgresql"
  publicly_accessible = true
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      PubliclyAccessible: false
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      PubliclyAccessible: true
""",
        ),
    ),
)
