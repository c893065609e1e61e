"""Queues that are encrypted at rest, with KMS or the service's own keys."""

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
    mend,
    passed,
    seen,
)
from watchword.evidence.posture.requirements import is_set
from watchword.inventory import Asset, FrontEnd, either


def judge(queue: Asset, estate: Estate) -> Answer:
    del estate
    managed = queue["managed_encryption"]
    if either(lambda: is_set(queue["key"]), lambda: managed.boolean(default=True)):
        return passed()
    return failed(
        "messages are not encrypted at rest",
        seen("managed_encryption", managed),
        fix=mend(queue, "managed_encryption", True, "encrypt messages"),
    )


CHECK = Check(
    id="queue-encrypted",
    title="Queues are encrypted at rest",
    severity=Severity.MEDIUM,
    why="Messages wait in a queue for up to two weeks, in whatever form they were sent.",
    remedy="Leave the service's own encryption on, or name a key of KMS.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("queue",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    ),
    frameworks=Frameworks(nist_800_53=("SC-28",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_27",),
        trivy=("AVD-AWS-0096",),
        tfsec=("aws-sqs-enable-queue-encryption",),
        prowler=("sqs_queues_server_side_encryption_enabled",),
        security_hub=("SQS.1",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sqs_queue" "orders" {
  name = "orders"
}
""",
            says="encrypted by default",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sqs_queue" "orders" {
  name                    = "orders"
  sqs_managed_sse_enabled = false
  kms_master_key_id       = "alias/orders"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sqs_queue" "orders" {
  name                    = "orders"
  sqs_managed_sse_enabled = false
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::SQS::Queue
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      SqsManagedSseEnabled: false
""",
        ),
    ),
)
