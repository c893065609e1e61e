"""Databases that send their logs out."""

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
from watchword.inventory import Asset, FrontEnd


def judge(database: Asset, estate: Estate) -> Answer:
    del estate
    logs = database["log_exports"]
    return passed() if not logs.is_absent and bool(logs) else failed("its logs stay with it", seen("log_exports", logs))


CHECK = Check(
    id="database-logs",
    title="Databases send their logs out",
    severity=Severity.LOW,
    why="Failed sign-ins and slow queries stay on the machine, where they are gone with it.",
    remedy="Name the logs in `enabled_cloudwatch_logs_exports` (`EnableCloudwatchLogsExports`).",
    function=Function.DATA_VISIBILITY,
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
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
    ),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_129", "CKV_AWS_85", "CKV_AWS_101", "CKV_AWS_324"),
        prowler=("rds_instance_integration_cloudwatch_logs",),
        security_hub=("RDS.9", "RDS.34", "DocumentDB.4", "Neptune.2"),
        config=("rds-logging-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine                          = "postgres"
  enabled_cloudwatch_logs_exports = ["postgresql"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine = "postgres"
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
      EnableCloudwatchLogsExports: [postgresql]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
""",
        ),
    ),
)
