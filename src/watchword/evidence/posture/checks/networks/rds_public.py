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
    remedy="Set `publicly_accessible = false` (`PubliclyAccessible: false`) and put it in private subnets. Of "
    "Cloud SQL set `ipv4_enabled = false` with a `private_network`; of Azure "
    "`public_network_access_enabled = false`.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("database",),
    providers=("aws", "azurerm", "google"),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster_instance",
        "aws_neptune_cluster_instance",
        "AWS::RDS::DBInstance",
        "live:AWS::RDS::DBInstance",
        "google_sql_database_instance",
        "azurerm_mssql_server",
        "azurerm_postgresql_flexible_server",
        "azurerm_mysql_flexible_server",
        "azurerm_postgresql_server",
        "azurerm_mysql_server",
        "azurerm_mariadb_server",
        "azurerm_cosmosdb_account",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public", "it has an address on the Internet", fix="keep it off the Internet"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
        "https://cloud.google.com/sql/docs/mysql/private-ip",
        "https://learn.microsoft.com/en-us/azure/azure-sql/database/connectivity-settings",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7"),
        cis_aws=("2.3.3",),
        pci_dss_4=("1.4.4",),
        soc_2=("CC6.6",),
        iso_27001=("A.8.22",),
        cis_gcp=("6.6",),
    ),
    known_as=KnownAs(
        checkov=(
            "CKV_AWS_17",
            "CKV_AWS_102",
            "CKV_GCP_60",
            "CKV_AZURE_113",
            "CKV_AZURE_68",
            "CKV_AZURE_53",
            "CKV_AZURE_48",
            "CKV_AZURE_101",
        ),
        trivy=("AVD-AWS-0180", "AVD-AZU-0022", "AVD-GCP-0017"),
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
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ipv4_enabled    = false
      private_network = "main"
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
    ip_configuration {
      ipv4_enabled = true
    }
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
  delegated_subnet_id = "subnet"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_mssql_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  version             = "12.0"
}
""",
            says="on the Internet by default",
        ),
    ),
)
