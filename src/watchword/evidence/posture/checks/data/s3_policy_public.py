"""A bucket's policy that lets anybody in, with nothing that says who they must be."""

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
    unsure,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, both


def judge(bucket: Asset, estate: Estate) -> Answer:
    del estate
    policy = bucket["policy"]
    if policy.is_absent:
        return not_applicable("the bucket has no policy of its own")
    if bucket["restrict_public_buckets"].is_known and bucket["restrict_public_buckets"]:
        return passed()  # S3 then lets only the bucket's own account and AWS services in
    public = which(grants(policy), _public)
    if not public:
        return passed()
    return failed(
        "the policy lets anybody in",
        *(seen(f"policy.{statement.path}.Principal", statement.principal) for statement in public),
        *(seen(f"policy.{statement.path}.Action", statement.actions) for statement in public),
    )


def _public(statement: PolicyStatement) -> bool:
    return both(statement.allows, statement.for_anyone, lambda: not statement.narrowed())


CHECK = Check(
    id="s3-policy-public",
    title="Bucket policies let nobody in who is not named",
    severity=Severity.CRITICAL,
    why="A statement that allows `*` without a condition on who asks gives what it allows to the whole Internet, "
    "without a sign-in and without a trace of a person.",
    remedy="Name the accounts, roles or services that need it, or add a condition with fixed values: "
    "`aws:PrincipalOrgID`, `aws:SourceVpce`, `aws:SourceArn`. For web sites, put CloudFront with origin access control "
    "before the bucket.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6", "SC-7"),
        pci_dss_4=("7.2.1",),
        soc_2=("CC6.1", "CC6.3"),
        iso_27001=("A.5.15", "A.8.3"),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_70",),
        prowler=("s3_bucket_policy_public_write_access", "s3_bucket_public_access"),
        cfn_nag=("F16",),
        security_hub=("S3.2", "S3.3"),
        config=("s3-bucket-public-read-prohibited", "s3-bucket-public-write-prohibited"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OurOrganisation"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.site.arn}/*"
        Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
      },
      {
        Sid       = "NeverInClear"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = "${aws_s3_bucket.site.arn}/*"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
""",
            says="anybody of the organisation; a Deny for all is no finding",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.site.arn}/*"
    }]
  })
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "policy" {
  type = string
}

resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = var.policy
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::S3::Bucket
  SitePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: arn:aws:iam::111122223333:role/reader
            Action: s3:GetObject
            Resource: !Sub "${Site.Arn}/*"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::S3::Bucket
  SitePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: s3:GetObject
            Resource: !Sub "${Site.Arn}/*"
""",
        ),
    ),
)
