"""Tables that can be restored to any moment."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="dynamodb-point-in-time-recovery",
    title="Tables can be restored to any moment",
    severity=Severity.MEDIUM,
    why="A faulty release that writes wrong values does so for hours before it is noticed. Point-in-time "
    "recovery brings back the second before it.",
    remedy="Turn `point_in_time_recovery` on.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.INITIAL,
    kinds=("table",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must(
        "point_in_time_recovery", "it cannot be restored to an earlier moment", fix="turn point-in-time recovery on"
    ),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",),
    frameworks=Frameworks(nist_800_53=("CP-9", "CP-10"), soc_2=("A1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_28",),
        trivy=("AVD-AWS-0024",),
        tfsec=("aws-dynamodb-enable-recovery",),
        prowler=("dynamodb_tables_pitr_enabled",),
        cfn_nag=("W78",),
        security_hub=("DynamoDB.2",),
        config=("dynamodb-pitr-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_dynamodb_table" "orders" {
  name = "orders"

  point_in_time_recovery {
    enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_dynamodb_table" "orders" {
  name = "orders"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      PointInTimeRecoverySpecification:
        PointInTimeRecoveryEnabled: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
""",
        ),
    ),
)
