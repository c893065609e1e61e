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
    "(`ManageMasterUserPassword`).",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("database", "warehouse", "cache"),
    providers=("aws",),
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
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",),
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
    ),
)
