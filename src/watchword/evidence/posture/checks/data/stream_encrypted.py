"""Streams that are encrypted at rest."""

from typing import Final

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
    together,
)
from watchword.inventory import Absent, Asset, FrontEnd

_MANAGED: Final = "alias/aws/kinesis"  # Kinesis Data Streams Developer Guide, "How Do I Get Started with SSE?"


def judge(stream: Asset, estate: Estate) -> Answer:
    del estate
    if stream["encrypted"].boolean(default=False):
        return passed()
    key = (mend(stream, "key", _MANAGED, "with the service's key"),) if isinstance(stream["key"], Absent) else ()
    return failed(
        "records are not encrypted at rest",
        seen("encrypted", stream["encrypted"]),
        fix=together(mend(stream, "encrypted", True, "encrypt records"), *key),
    )


CHECK = Check(
    id="stream-encrypted",
    title="Streams are encrypted at rest",
    severity=Severity.MEDIUM,
    why="A stream keeps every record for a day to a year, in clear unless it is told otherwise.",
    remedy='Set `encryption_type = "KMS"` with a key (`StreamEncryption`); for Firehose, turn server-side '
    "encryption on.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("stream",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",),
    frameworks=Frameworks(nist_800_53=("SC-28",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_43", "CKV_AWS_240"),
        trivy=("AVD-AWS-0064",),
        tfsec=("aws-kinesis-enable-in-transit-encryption",),
        prowler=("kinesis_stream_encrypted_at_rest", "firehose_stream_encrypted_at_rest"),
        security_hub=("Kinesis.1", "DataFirehose.1"),
        config=("kinesis-stream-encrypted",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_kinesis_stream" "clicks" {
  name            = "clicks"
  encryption_type = "KMS"
  kms_key_id      = "alias/aws/kinesis"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_kinesis_stream" "clicks" {
  name = "clicks"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_kinesis_firehose_delivery_stream" "clicks" {
  name        = "clicks"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
    role_arn           = "arn:aws:iam::111122223333:role/clicks"
  }
}
""",
            says="what a stream of Kinesis feeds is encrypted there",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Clicks:
    Type: AWS::Kinesis::Stream
    Properties:
      StreamEncryption:
        EncryptionType: KMS
        KeyId: alias/aws/kinesis
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Clicks:
    Type: AWS::Kinesis::Stream
    Properties:
      ShardCount: 1
""",
        ),
    ),
)
