"""Databases that are encrypted at rest: RDS, Aurora, DocumentDB, Neptune."""

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
    good,
    not_applicable,
    outside,
    unsure,
)
from watchword.evidence.posture.requirements import is_set, must
from watchword.inventory import Asset, FrontEnd, Known, either

_JUDGE: Final = must("encrypted", "it is not encrypted at rest", fix="encrypt it")


def judge(database: Asset, estate: Estate) -> Answer:
    source = either(lambda: is_set(database["copied_from"]), lambda: database["serverless"].boolean(default=False))
    if source and isinstance(database["encrypted"], Known) and database["encrypted"].is_default:
        return not_applicable("it is encrypted as what it is copied from is, or always")
    return _JUDGE(database, estate)


CHECK = Check(
    id="rds-encrypted",
    title="Databases are encrypted at rest",
    severity=Severity.HIGH,
    why="Storage, backups and snapshots of a database that is not encrypted can be read by whoever gets "
    "hold of them. Encryption cannot be turned on later without a new database.",
    remedy="Set `storage_encrypted = true` (`StorageEncrypted: true`); for what is there already, restore an "
    "encrypted copy of a snapshot.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("database",),
    providers=("aws",),
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
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-28", "SC-28(1)"),
        cis_aws=("2.3.1",),
        pci_dss_4=("3.5.1",),
        soc_2=("CC6.1",),
        iso_27001=("A.8.24",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_16", "CKV_AWS_96", "CKV_AWS_74", "CKV_AWS_44"),
        trivy=("AVD-AWS-0079", "AVD-AWS-0080"),
        tfsec=("aws-rds-encrypt-instance-storage-data", "aws-rds-encrypt-cluster-storage-data"),
        prowler=("rds_instance_storage_encrypted", "rds_cluster_storage_encrypted"),
        cfn_nag=("F26", "F27"),
        security_hub=("RDS.3", "RDS.27", "DocumentDB.1", "Neptune.1"),
        config=("rds-storage-encrypted",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine            = "postgres"
  instance_class    = "db.t4g.small"
  storage_encrypted = true
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
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_rds_cluster" "orders" {
  engine            = "aurora-postgresql"
  storage_encrypted = false
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_docdb_cluster" "orders" {
  cluster_identifier = "orders"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "replica" {
  instance_class      = "db.t4g.small"
  replicate_source_db = "orders"
}
""",
            says="a replica is encrypted as its source is",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "encrypted" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine            = "postgres"
  instance_class    = "db.t4g.small"
  storage_encrypted = var.encrypted
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
      DBInstanceClass: db.t4g.small
      StorageEncrypted: true
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
      DBInstanceClass: db.t4g.small
""",
        ),
    ),
)
