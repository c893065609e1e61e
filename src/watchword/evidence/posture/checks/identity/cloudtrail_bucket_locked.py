"""Trails whose files cannot be deleted."""

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
    passed,
    seen,
    which,
)
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError, either


def judge(trail: Asset, estate: Estate) -> Answer:
    buckets = estate.named(trail["bucket"], trail)
    if not buckets:
        reason = Reason(ReasonKind.REFERENCE, "its bucket is not declared here", trail["bucket"].place)
        raise UnknownValueError((reason,), trail.place)
    loose = which(
        buckets,
        lambda bucket: (
            not either(
                lambda: bucket["object_lock"].boolean(default=False),
                lambda: bucket["mfa_delete"].boolean(default=False),
            )
        ),
    )
    return (
        failed("its files can be deleted", *(seen("bucket.object_lock", one["object_lock"]) for one in loose))
        if loose
        else passed()
    )


CHECK = Check(
    id="cloudtrail-bucket-locked",
    title="Files of trails cannot be deleted before their time",
    severity=Severity.LOW,
    why="Who wants no traces deletes them. A locked object stays, whoever asks.",
    remedy="Turn object lock on for the bucket of the trail, with a retention in compliance mode.",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.OPTIMAL,
    kinds=("log_trail",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",),
    frameworks=Frameworks(nist_800_53=("AU-9", "AU-11"), pci_dss_4=("10.3.2",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        prowler=("cloudtrail_bucket_requires_mfa_delete", "s3_bucket_object_lock"), security_hub=("S3.15",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "trail" {
  bucket              = "trail"
  object_lock_enabled = true
}

resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = aws_s3_bucket.trail.id
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "trail" {
  bucket = "trail"
}

resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = aws_s3_bucket.trail.id
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Trail:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: true
  Main:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: !Ref Trail
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Trail:
    Type: AWS::S3::Bucket
  Main:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: !Ref Trail
""",
        ),
    ),
)
