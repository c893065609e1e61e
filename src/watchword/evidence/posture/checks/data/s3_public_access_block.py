"""A bucket's block of public access: four switches, all of them on, at the bucket or at its account."""

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
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd

_SWITCHES: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def judge(bucket: Asset, estate: Estate) -> Answer:
    del estate
    off = which(_SWITCHES, lambda name: not bucket[name].boolean(default=False))
    if not off:
        return passed()
    return failed(
        f"public access is not blocked: {', '.join(off)} " + ("is off" if len(off) == 1 else "are off"),
        *(seen(name, bucket[name]) for name in off),
        fix=together(*(mend(bucket, name, True, "block public access") for name in off)),
    )


CHECK = Check(
    id="s3-public-access-block",
    title="Buckets block public access",
    severity=Severity.HIGH,
    why="One access control list or one statement too wide makes every object of a bucket readable by anybody. The "
    "block holds whatever the lists and policies say, now and later.",
    remedy="Turn all four switches on: `aws_s3_bucket_public_access_block` in Terraform, "
    "`PublicAccessBlockConfiguration` in CloudFormation.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-21", "SC-7"),
        cis_aws=("2.1.4",),
        pci_dss_4=("1.3.1", "7.2.1"),
        soc_2=("CC6.1",),
        iso_27001=("A.8.3",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"),
        trivy=("AVD-AWS-0086", "AVD-AWS-0087", "AVD-AWS-0091", "AVD-AWS-0093", "AVD-AWS-0094"),
        tfsec=(
            "aws-s3-block-public-acls",
            "aws-s3-block-public-policy",
            "aws-s3-ignore-public-acls",
            "aws-s3-no-public-buckets",
            "aws-s3-specify-public-access-block",
        ),
        prowler=("s3_bucket_level_public_access_block",),
        security_hub=("S3.8",),
        config=("s3-bucket-level-public-access-prohibited",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
""",
            says="no block at all",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = true
}
""",
            says="one switch is off",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "block" {
  type = bool
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = var.block
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
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
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
""",
            says="one switch is left out",
        ),
    ),
)
