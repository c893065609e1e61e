"""Buckets of records that can be changed afterwards."""

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
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(bucket: Asset, estate: Estate) -> Answer:
    if bucket.uid not in estate.fact(_kept):
        return not_applicable("nothing that is declared here writes records into it")
    if bucket["object_lock"].boolean(default=False):
        return passed()
    return failed("records in it can be deleted before their time", seen("object_lock", bucket["object_lock"]))


def _kept(estate: Estate) -> frozenset[str]:
    """Buckets that something is logged to, but trails: their check asks for more."""
    found: set[str] = set()
    for bucket in estate.of("object_store"):
        found.update(one.uid for one in estate.named(bucket["logging_target"], bucket) if one.uid != bucket.uid)
    for log in estate.of("flow_log"):
        found.update(one.uid for one in estate.named(log["destination"], log))
    return frozenset(found)


CHECK = Check(
    id="s3-object-lock",
    title="Buckets of records are locked against change",
    severity=Severity.LOW,
    why="Access logs and flow logs are what an investigation reads. Who may delete them decides what it finds.",
    remedy="Make the bucket with object lock, and give it a default retention.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.OPTIMAL,
    supports=(Function.DATA_VISIBILITY,),
    kinds=("object_store",),
    providers=("aws",),
    native_types=(
        "AWS::S3::Bucket",
        "aws_s3_bucket",
        "live:AWS::S3::Bucket",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",),
    frameworks=Frameworks(nist_800_53=("AU-9", "AU-11", "CP-9"), pci_dss_4=("10.3.2",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_143",),
        prowler=("s3_bucket_object_lock",),
        security_hub=("S3.15",),
        config=("s3-bucket-default-lock-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket              = "logs"
  object_lock_enabled = true
}

resource "aws_flow_log" "main" {
  vpc_id               = "vpc-1"
  log_destination_type = "s3"
  log_destination      = aws_s3_bucket.logs.arn
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket" "media" {
  bucket = "media"
}

resource "aws_s3_bucket_logging" "media" {
  bucket        = aws_s3_bucket.media.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "media/"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "media" {
  bucket = "media"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: true
  Media:
    Type: AWS::S3::Bucket
    Properties:
      LoggingConfiguration:
        DestinationBucketName: !Ref Logs
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::S3::Bucket
  Media:
    Type: AWS::S3::Bucket
    Properties:
      LoggingConfiguration:
        DestinationBucketName: !Ref Logs
""",
        ),
    ),
)
