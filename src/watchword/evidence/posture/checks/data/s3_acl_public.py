"""A bucket's access control list that gives something to everybody."""

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
    unsure,
)
from watchword.inventory import Asset, FrontEnd, either

_PUBLIC: Final = ("public-read", "public-read-write", "authenticated-read")


def judge(bucket: Asset, estate: Estate) -> Answer:
    del estate
    acl = bucket["acl"]
    if acl.is_absent or acl.text() not in _PUBLIC:
        return passed()
    # A list that has no effect opens nothing, whatever it says.
    without_effect = either(
        lambda: bucket["ignore_public_acls"].boolean(default=False),
        lambda: bucket["object_ownership"] == "BucketOwnerEnforced",
    )
    if without_effect:
        return passed()
    return failed(
        f"the list {acl.text()} opens the bucket",
        seen("acl", acl),
        fix=mend(bucket, "acl", "private", "make the list private"),
    )


CHECK = Check(
    id="s3-acl-public",
    title="No access control list opens a bucket to everybody",
    severity=Severity.CRITICAL,
    why="The canned lists `public-read`, `public-read-write` and `authenticated-read` let anybody, or "
    "anybody with an AWS account of their own, list the bucket; `public-read-write` lets them fill it "
    "and delete from it.",
    remedy="Leave the list out, set object ownership to `BucketOwnerEnforced`, and turn the block of public access on.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.1",), soc_2=("CC6.1", "CC6.3"), iso_27001=("A.5.15", "A.8.3")
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_20", "CKV_AWS_57"),
        trivy=("AVD-AWS-0092",),
        tfsec=("aws-s3-no-public-access-with-acl",),
        prowler=("s3_bucket_public_list_acl", "s3_bucket_public_write_acl"),
        security_hub=("S3.2", "S3.3"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
""",
            says="the list is private by default",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
  acl    = "public-read"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket             = aws_s3_bucket.logs.id
  ignore_public_acls = true
}
""",
            says="a list that is ignored opens nothing",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_s3_bucket_acl" "site" {
  bucket = aws_s3_bucket.site.id
  acl    = "public-read"
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "acl" {}

resource "aws_s3_bucket" "site" {
  bucket = "site"
  acl    = var.acl
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
      AccessControl: Private
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicReadWrite
""",
        ),
    ),
)
