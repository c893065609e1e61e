"""Databases that identities of IAM may sign in to."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import must
from watchword.inventory import Asset, FrontEnd

_CAN: Final = r"(aurora-)?(mysql|postgresql)|postgres|mariadb|aurora|neptune"


def _cannot(database: Asset) -> str:
    engine = database["engine"]
    if not engine.is_absent and engine.is_known and not engine.matches(_CAN):
        return f"{engine.text()} cannot sign identities of IAM in"
    return ""


_MUST: Final = "it knows passwords alone"
_BY_ATTRIBUTE: Final = must("iam_authentication", _MUST, fix="let identities of IAM sign in", unless=_cannot)
_BY_FLAG: Final = must("iam_authentication", _MUST, unless=_cannot)


def judge(database: Asset, estate: Estate) -> Answer:
    # Of Cloud SQL it is one of a list of flags: nothing that an edit of one argument mends.
    return (_BY_FLAG if database.provider == "google" else _BY_ATTRIBUTE)(database, estate)


CHECK = Check(
    id="database-iam-authentication",
    title="Databases let identities of IAM sign in",
    severity=Severity.LOW,
    why="A password for a database is shared, kept in files and never changed. With IAM, each service "
    "signs in as itself with a token of fifteen minutes.",
    remedy="Set `iam_database_authentication_enabled = true` (`EnableIAMDatabaseAuthentication: true`), and "
    "give the application's role `rds-db:connect`. Of Cloud SQL set the flag "
    "`cloudsql.iam_authentication`; of Azure `azuread_administrator`, or "
    "`active_directory_auth_enabled`.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("database",),
    providers=("aws", "azurerm", "google"),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_neptune_cluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::Neptune::DBCluster",
        "live:AWS::RDS::DBInstance",
        "live:AWS::RDS::DBCluster",
        "google_sql_database_instance",
        "azurerm_mssql_server",
        "azurerm_postgresql_flexible_server",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
        "https://cloud.google.com/sql/docs/postgres/iam-authentication",
        "https://learn.microsoft.com/en-us/azure/azure-sql/database/authentication-aad-overview",
    ),
    frameworks=Frameworks(nist_800_53=("IA-2", "IA-5"), iso_27001=("A.5.16",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_161", "CKV_AWS_162", "CKV_AWS_359", "CKV2_AZURE_27"),
        trivy=("AVD-AWS-0176",),
        prowler=("rds_instance_iam_authentication_enabled", "rds_cluster_iam_authentication_enabled"),
        security_hub=("RDS.10", "RDS.12"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine                              = "postgres"
  iam_database_authentication_enabled = true
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
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "old" {
  engine = "sqlserver-se"
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
      EnableIAMDatabaseAuthentication: true
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
    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
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
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  authentication {
    active_directory_auth_enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
}
""",
        ),
    ),
)
