"""Databases of which backups are kept for a week."""

from typing import Final

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
    not_applicable,
    passed,
    seen,
)
from watchword.evidence.posture.requirements import is_set
from watchword.inventory import Asset, FrontEnd, Known

_LEAST: Final = 7


def judge(database: Asset, estate: Estate) -> Answer:
    del estate
    days = database["backup_days"]
    if isinstance(days, Known) and days.is_default and is_set(database["copied_from"]):
        return not_applicable("a replica's source is what is backed up")
    if days.number(default=0) >= _LEAST:
        return passed()
    return failed(
        f"backups are kept for less than {_LEAST} days",
        seen("backup_days", days),
        fix=mend(database, "backup_days", _LEAST, "keep backups for a week"),
    )


CHECK = Check(
    id="database-backups",
    title="Backups of databases are kept for at least seven days",
    severity=Severity.MEDIUM,
    why="What was deleted or changed on a Friday is noticed on a Monday. A backup kept for a day is then gone.",
    remedy="Set the retention period to seven days or more. Of Cloud SQL set `backup_configuration { enabled = "
    "true }`; of Azure `backup_retention_days`.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.INITIAL,
    kinds=("database",),
    providers=("aws", "azurerm", "google"),
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
        "azurerm_postgresql_flexible_server",
        "azurerm_mysql_flexible_server",
        "azurerm_postgresql_server",
        "azurerm_mysql_server",
        "azurerm_mariadb_server",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM,),
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
        "https://cloud.google.com/sql/docs/mysql/backup-recovery/backups",
        "https://learn.microsoft.com/en-us/azure/postgresql/flexible-server/concepts-backup-restore",
    ),
    frameworks=Frameworks(nist_800_53=("CP-9", "CP-10"), soc_2=("A1.2",), iso_27001=("A.8.13",), cis_gcp=("6.7",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_133", "CKV_AWS_360", "CKV_AWS_361", "CKV_GCP_14"),
        trivy=("AVD-AWS-0077",),
        tfsec=("aws-rds-specify-backup-retention",),
        prowler=("rds_instance_backup_enabled",),
        security_hub=("RDS.11", "DocumentDB.2", "Neptune.5"),
        config=("db-instance-backup-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_rds_cluster" "orders" {
  engine                  = "aurora-mysql"
  backup_retention_period = 7
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.t4g.small"
}
""",
            says="none by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_docdb_cluster" "orders" {
  backup_retention_period = 1
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
      BackupRetentionPeriod: 14
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
      BackupRetentionPeriod: 0
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
    backup_configuration {
      enabled = true
    }
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
            says="none by default",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
}
""",
            says="seven days by default",
        ),
    ),
)
