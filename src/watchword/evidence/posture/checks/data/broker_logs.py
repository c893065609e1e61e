"""Brokers that send their logs out."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="broker-logs",
    title="Brokers send their logs out",
    severity=Severity.LOW,
    why="Who connected, and was refused, is seen in the broker's log alone.",
    remedy="Turn logs on: `logs { general = true }` for Amazon MQ, `logging_info` for Kafka.",
    function=Function.DATA_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("broker",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("logs", "its logs stay with it"),
    references=(
        "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/security-logging-monitoring.html",
        "https://docs.aws.amazon.com/msk/latest/developerguide/msk-logging.html",
    ),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_48", "CKV_AWS_80"),
        trivy=("AVD-AWS-0070", "AVD-AWS-0074"),
        tfsec=("aws-mq-enable-general-logging", "aws-msk-enable-logging"),
        prowler=("mq_broker_logging_enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_mq_broker" "orders" {
  broker_name = "orders"

  logs {
    general = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_msk_cluster" "events" {
  cluster_name = "events"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::AmazonMQ::Broker
    Properties:
      BrokerName: orders
      Logs:
        General: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::AmazonMQ::Broker
    Properties:
      BrokerName: orders
""",
        ),
    ),
)
