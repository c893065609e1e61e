"""Tables that are encrypted with a key of KMS in the account."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="dynamodb-customer-key",
    title="Tables are encrypted with a key of KMS in the account",
    severity=Severity.LOW,
    why="DynamoDB always encrypts, by default with a key that nobody in the account can see. With a key "
    "of the account, its uses are recorded and can be ended.",
    remedy="Turn `server_side_encryption` on, with `kms_key_arn` for a key of your own.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("table",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must(
        "encrypted_with_customer_key",
        "it is encrypted with a key of the service alone",
        fix="encrypt it with a key of KMS",
    ),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",),
    frameworks=Frameworks(nist_800_53=("SC-12", "SC-28"), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_119",),
        trivy=("AVD-AWS-0025",),
        tfsec=("aws-dynamodb-table-customer-key",),
        prowler=("dynamodb_tables_kms_cmk_encryption_enabled",),
        config=("dynamodb-table-encrypted-kms",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_dynamodb_table" "orders" {
  name = "orders"

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k"
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
      SSESpecification:
        SSEEnabled: true
        SSEType: KMS
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
