"""Buckets whose requests are logged."""

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
    passed,
    seen,
)
from watchword.evidence.posture.requirements import is_set
from watchword.inventory import Asset, FrontEnd


def judge(bucket: Asset, estate: Estate) -> Answer:
    if is_set(bucket["logging_target"]):
        return passed()
    if bucket.uid in estate.fact(_targets):
        return not_applicable("it is where other logs are written; one that logs into itself never ends")
    return failed("requests are not logged", seen("logging_target", bucket["logging_target"]))


def _targets(estate: Estate) -> frozenset[str]:
    """The buckets that logs are written to."""
    writers = [(asset, asset["logging_target"]) for asset in estate.of("object_store")]
    writers += [(asset, asset["bucket"]) for asset in estate.of("log_trail")]
    writers += [(asset, asset["destination"]) for asset in estate.of("flow_log")]
    return frozenset(target.uid for asset, value in writers for target in estate.named(value, asset))


CHECK = Check(
    id="s3-access-logging",
    title="Access to buckets is logged",
    severity=Severity.LOW,
    why="After a leak, the log tells who read what. Without it nobody can say how much was taken.",
    remedy="Log to a bucket that is kept for logs: `aws_s3_bucket_logging` in Terraform, "
    "`LoggingConfiguration` in CloudFormation; or record data events with CloudTrail. Of Google Cloud "
    "set `logging { log_bucket = … }`, or record data access of Cloud Storage.",
    function=Function.DATA_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("aws", "google"),
    native_types=("aws_s3_bucket", "AWS::S3::Bucket", "live:AWS::S3::Bucket", "google_storage_bucket"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
        "https://cloud.google.com/storage/docs/access-logs",
    ),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-3", "AU-12"),
        cis_aws=("3.4",),
        pci_dss_4=("10.2.1",),
        soc_2=("CC7.2",),
        iso_27001=("A.8.15",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_18", "CKV_GCP_62"),
        trivy=("AVD-AWS-0089",),
        tfsec=("aws-s3-enable-bucket-logging",),
        prowler=("s3_bucket_server_access_logging_enabled",),
        cfn_nag=("W35",),
        security_hub=("S3.9",),
        config=("s3-bucket-logging-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket" "orders" {
  bucket = "orders"
}

resource "aws_s3_bucket_logging" "orders" {
  bucket        = aws_s3_bucket.orders.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "orders/"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "orders" {
  bucket = "orders"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::S3::Bucket
  Orders:
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
  Orders:
    Type: AWS::S3::Bucket
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
  logging {
    log_bucket = "elsewhere"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
}
""",
        ),
    ),
)
