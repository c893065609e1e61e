"""Topics that are encrypted at rest."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="topic-encrypted",
    title="Topics are encrypted at rest",
    severity=Severity.MEDIUM,
    why="SNS stores what is published until it is delivered, in clear unless it is given a key.",
    remedy="Name a key: `kms_master_key_id` (`KmsMasterKeyId`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("topic",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("key", "messages are not encrypted at rest"),
    references=("https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",),
    frameworks=Frameworks(nist_800_53=("SC-28",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_26",),
        trivy=("AVD-AWS-0095",),
        tfsec=("aws-sns-enable-topic-encryption",),
        prowler=("sns_topics_kms_encryption_at_rest_enabled",),
        security_hub=("SNS.1",),
        config=("sns-encrypted-kms",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sns_topic" "orders" {
  name              = "orders"
  kms_master_key_id = "alias/aws/sns"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sns_topic" "orders" {
  name = "orders"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sns_topic" "orders" {
  name              = "orders"
  kms_master_key_id = ""
}
""",
            says="an empty text is no key",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::SNS::Topic
    Properties:
      KmsMasterKeyId: alias/aws/sns
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::SNS::Topic
""",
        ),
    ),
)
