"""Tables that cannot be deleted in one step."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="dynamodb-deletion-protection",
    title="Tables are protected from deletion",
    severity=Severity.LOW,
    why="A table is deleted by one call, with everything in it.",
    remedy="Set `deletion_protection_enabled = true`.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=("table",),
    providers=("aws",),
    native_types=("aws_dynamodb_table", "AWS::DynamoDB::Table", "live:AWS::DynamoDB::Table"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("deletion_protection", "one call deletes it", fix="protect it from deletion"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html",),
    frameworks=Frameworks(nist_800_53=("CM-3", "CP-9"), iso_27001=("A.8.13",)),
    known_as=KnownAs(prowler=("dynamodb_table_deletion_protection_enabled",), security_hub=("DynamoDB.6",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_dynamodb_table" "orders" {
  name                        = "orders"
  deletion_protection_enabled = true
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
      DeletionProtectionEnabled: true
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
