"""Buckets with versions, of which a version is deleted with a second factor alone."""

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
from watchword.inventory import Asset, FrontEnd, either


def judge(bucket: Asset, estate: Estate) -> Answer:
    del estate
    if not bucket["versioning"].boolean(default=False):
        return not_applicable("the bucket keeps no versions")
    if bucket["lifecycle"].is_known and bucket["lifecycle"]:
        return not_applicable("S3 lets no bucket have both a lifecycle and MFA delete")
    if either(
        lambda: bucket["mfa_delete"].boolean(default=False), lambda: bucket["object_lock"].boolean(default=False)
    ):
        return passed()
    return failed("a version is deleted without a second factor", seen("mfa_delete", bucket["mfa_delete"]))


CHECK = Check(
    id="s3-mfa-delete",
    title="Deleting an object's version takes a second factor",
    severity=Severity.LOW,
    why="Versions protect against deletion only as long as nobody deletes the versions. With MFA delete a "
    "stolen session is not enough.",
    remedy="Turn MFA delete on as the root user; or use object lock, which asks for no root user.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.OPTIMAL,
    kinds=("object_store",),
    providers=("aws",),
    native_types=("aws_s3_bucket", "live:AWS::S3::Bucket"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html",),
    frameworks=Frameworks(nist_800_53=("CP-9", "IA-2(1)"), cis_aws=("2.1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(prowler=("s3_bucket_no_mfa_delete",), security_hub=("S3.20",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "trail" {
  bucket = "trail"
}

resource "aws_s3_bucket_versioning" "trail" {
  bucket = aws_s3_bucket.trail.id
  mfa    = "arn:aws:iam::111122223333:mfa/root 123456"

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "trail" {
  bucket = "trail"
}

resource "aws_s3_bucket_versioning" "trail" {
  bucket = aws_s3_bucket.trail.id

  versioning_configuration {
    status = "Enabled"
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "scratch" {
  bucket = "scratch"
}
""",
        ),
    ),
)
