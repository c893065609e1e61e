"""Databases that identities of IAM may sign in to."""

from typing import Final

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import must
from watchword.inventory import Asset, FrontEnd

_CAN: Final = r"(aurora-)?(mysql|postgresql)|postgres|mariadb|aurora|neptune"


def _cannot(database: Asset) -> str:
    engine = database["engine"]
    if not engine.is_absent and engine.is_known and not engine.matches(_CAN):
        return f"{engine.text()} cannot sign identities of IAM in"
    return ""


CHECK = Check(
    id="database-iam-authentication",
    title="Databases let identities of IAM sign in",
    severity=Severity.LOW,
    why="A password for a database is shared, kept in files and never changed. With IAM, each service "
    "signs in as itself with a token of fifteen minutes.",
    remedy="Set `iam_database_authentication_enabled = true` (`EnableIAMDatabaseAuthentication: true`), and "
    "give the application's role `rds-db:connect`.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("database",),
    providers=("aws",),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_neptune_cluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::Neptune::DBCluster",
        "live:AWS::RDS::DBInstance",
        "live:AWS::RDS::DBCluster",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("iam_authentication", "it knows passwords alone", fix="let identities of IAM sign in", unless=_cannot),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",),
    frameworks=Frameworks(nist_800_53=("IA-2", "IA-5"), iso_27001=("A.5.16",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_161", "CKV_AWS_162", "CKV_AWS_359"),
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
    ),
)
