"""Databases that cannot be deleted in one step."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="database-deletion-protection",
    title="Databases are protected from deletion",
    severity=Severity.MEDIUM,
    why="One wrong plan, or one stolen session, deletes a database in a single call. With protection on "
    "it takes two, and the first is noticed.",
    remedy="Set `deletion_protection = true` (`DeletionProtection: true`). Of Cloud SQL set "
    "`deletion_protection_enabled = true` in `settings`: `deletion_protection` beside it stops "
    "Terraform alone.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=("database",),
    providers=("aws", "google"),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
        "aws_neptune_cluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::DocDB::DBCluster",
        "AWS::Neptune::DBCluster",
        "live:AWS::RDS::DBInstance",
        "live:AWS::RDS::DBCluster",
        "google_sql_database_instance",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("deletion_protection", "one call deletes it", fix="protect it from deletion"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
        "https://cloud.google.com/sql/docs/mysql/deletion-protection",
    ),
    frameworks=Frameworks(nist_800_53=("CM-3", "CP-9"), soc_2=("A1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_139", "CKV_AWS_293", "CKV2_AWS_58"),
        trivy=("AVD-AWS-0177",),
        prowler=("rds_instance_deletion_protection", "rds_cluster_deletion_protection"),
        security_hub=("RDS.7", "RDS.8"),
        config=("rds-instance-deletion-protection-enabled", "rds-cluster-deletion-protection-enabled"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine              = "postgres"
  deletion_protection = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_rds_cluster" "orders" {
  engine = "aurora-postgresql"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      DeletionProtection: true
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
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    deletion_protection_enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
  }
}
""",
        ),
    ),
)
