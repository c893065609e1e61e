"""Passwords of databases that are written in the code."""

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
)
from watchword.evidence.posture.secrets import written_secret
from watchword.inventory import Asset, FrontEnd


def judge(store: Asset, estate: Estate) -> Answer:
    del estate
    name = "auth_token" if store.kind == "cache" else "master_password"
    password = store[name]
    if written_secret("password", password):
        return failed("its password is written in the code", seen(name, password))
    return passed()


CHECK = Check(
    id="database-password-in-code",
    title="Passwords of databases are not in the code",
    severity=Severity.HIGH,
    why="A password in the repository is known to everybody who ever had a copy of it, and is rarely changed.",
    remedy="Change the password, and let the service keep it: `manage_master_user_password = true` "
    "(`ManageMasterUserPassword`). In Azure and Google Cloud sign in with the cloud's own identities, "
    "or read the password from a vault.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("database", "warehouse", "cache"),
    providers=("aws", "azurerm", "google"),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
        "aws_redshift_cluster",
        "aws_elasticache_replication_group",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::DocDB::DBCluster",
        "AWS::Redshift::Cluster",
        "AWS::ElastiCache::ReplicationGroup",
        "google_sql_database_instance",
        "azurerm_mssql_server",
        "azurerm_postgresql_flexible_server",
        "azurerm_mysql_flexible_server",
        "azurerm_postgresql_server",
        "azurerm_mysql_server",
        "azurerm_mariadb_server",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
        "https://learn.microsoft.com/en-us/azure/postgresql/flexible-server/concepts-azure-ad-authentication",
    ),
    frameworks=Frameworks(nist_800_53=("IA-5", "IA-5(7)"), pci_dss_4=("8.6.2",), iso_27001=("A.5.17",)),
    known_as=KnownAs(tfsec=("general-secrets-no-plaintext-exposure",), cfn_nag=("F23", "F34", "F35")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine                      = "postgres"
  manage_master_user_password = true
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
variable "password" {
  type      = string
  sensitive = true
}

resource "aws_db_instance" "orders" {
  engine   = "postgres"
  password = var.password
}
""",
            says="not written here",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_rds_cluster" "orders" {
  engine          = "aurora-mysql"
  master_password = "hunter2hunter2"
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
      ManageMasterUserPassword: true
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
      MasterUserPassword: hunter2hunter2
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  administrator_login    = "orders"
  administrator_password = "Tr0ub4dor-and-3"
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
}
""",
        ),
    ),
)
