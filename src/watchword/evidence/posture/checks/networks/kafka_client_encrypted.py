"""Brokers that accept encrypted connections alone."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="kafka-client-encrypted",
    title="Brokers accept encrypted connections alone",
    severity=Severity.MEDIUM,
    why="Events carry what the systems behind them know. A broker that also accepts plain text is used in "
    "plain text by somebody.",
    remedy='Set `client_broker = "TLS"` (`ClientBroker: TLS`).',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("broker",),
    providers=("aws",),
    native_types=(
        "aws_msk_cluster",
        "AWS::MSK::Cluster",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=one_of("client_encryption", ("TLS",), "it accepts plain text", default="TLS", fix="take TLS alone"),
    fixes=(FrontEnd.TERRAFORM,),
    references=("https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)"), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_81",),
        trivy=("AVD-AWS-0073",),
        tfsec=("aws-msk-enable-in-transit-encryption",),
        prowler=("kafka_cluster_in_transit_encryption_enabled",),
        security_hub=("MSK.1",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_msk_cluster" "events" {
  cluster_name = "events"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_msk_cluster" "events" {
  cluster_name = "events"

  encryption_info {
    encryption_in_transit {
      client_broker = "TLS_PLAINTEXT"
    }
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Events:
    Type: AWS::MSK::Cluster
    Properties:
      ClusterName: events
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Events:
    Type: AWS::MSK::Cluster
    Properties:
      EncryptionInfo:
        EncryptionInTransit:
          ClientBroker: PLAINTEXT
""",
        ),
    ),
)
