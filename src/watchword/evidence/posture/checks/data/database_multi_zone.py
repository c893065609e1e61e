"""Databases that stand in more than one zone."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import is_set, must
from watchword.inventory import Asset, FrontEnd


def _replica(database: Asset) -> str:
    return "a replica stands in for its source" if is_set(database["copied_from"]) else ""


CHECK = Check(
    id="database-multi-zone",
    title="Databases stand in more than one zone",
    severity=Severity.LOW,
    why="A zone fails now and then; a database in it alone is away until somebody restores it elsewhere.",
    remedy="Set `multi_az = true` (`MultiAZ: true`).",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=("database",),
    providers=("aws",),
    native_types=("aws_db_instance", "AWS::RDS::DBInstance", "live:AWS::RDS::DBInstance"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("multi_zone", "it stands in one zone alone", unless=_replica),
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html",),
    frameworks=Frameworks(nist_800_53=("CP-10", "SC-36"), soc_2=("A1.2",), iso_27001=("A.8.14",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_157",),
        prowler=("rds_instance_multi_az",),
        security_hub=("RDS.5",),
        config=("rds-multi-az-support",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine   = "postgres"
  multi_az = true
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
      MultiAZ: true
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
