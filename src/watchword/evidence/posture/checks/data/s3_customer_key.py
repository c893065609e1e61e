"""Buckets whose objects are encrypted with a key of KMS."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import Asset, FrontEnd


def _takes_logs(bucket: Asset) -> str:
    if bucket["acl"].is_known and bucket["acl"] == "log-delivery-write":
        return "load balancers and S3 itself deliver logs only to buckets with S3's own keys"
    return ""


CHECK = Check(
    id="s3-customer-key",
    title="Buckets are encrypted with a key of KMS",
    severity=Severity.LOW,
    why="With a key of KMS, who may read is decided twice, at the bucket and at the key, and each use of "
    "the key is recorded. S3's own keys (AES256, its default) are used for whoever may read the "
    "object.",
    remedy="Set the algorithm `aws:kms` and a key of your own, with a bucket key to keep the calls of KMS few.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("object_store",),
    providers=("aws",),
    native_types=("aws_s3_bucket", "AWS::S3::Bucket", "live:AWS::S3::Bucket"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=one_of(
        "encryption_algorithm",
        ("aws:kms", "aws:kms:dsse"),
        "objects are encrypted with S3's own keys alone",
        unless=_takes_logs,
    ),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-12", "SC-28", "SC-28(1)"), pci_dss_4=("3.5.1",), soc_2=("CC6.1",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_145",),
        trivy=("AVD-AWS-0132",),
        tfsec=("aws-s3-encryption-customer-key",),
        prowler=("s3_bucket_kms_encryption",),
        security_hub=("S3.17",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "orders" {
  bucket = "orders"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "orders" {
  bucket = aws_s3_bucket.orders.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
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
            says="the default is S3's own",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: aws:kms
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
    ),
)
