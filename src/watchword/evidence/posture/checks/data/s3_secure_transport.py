"""A bucket's policy that refuses requests which are not encrypted."""

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
    unsure,
)
from watchword.evidence.posture.policies import PolicyStatement, statements
from watchword.inventory import UNKNOWN_NAME, Asset, FrontEnd, Value, both, some


def judge(bucket: Asset, estate: Estate) -> Answer:
    del estate
    policy = bucket["policy"]
    if some(statements(policy), _refuses_clear):
        return passed()
    return failed("nothing refuses plain HTTP", seen("policy", policy))


def _refuses_clear(statement: PolicyStatement) -> bool:
    return both(
        lambda: not statement.allows(),
        lambda: statement.grants_action("s3:GetObject"),
        statement.for_anyone,
        lambda: some(statement.conditions.items(), lambda test: _is_about_clear(*test)),
    )


def _is_about_clear(operator: str, tests: Value) -> bool:
    """Whether a condition holds for what comes without TLS, or with an old version of it."""
    names = {name.lower(): value for name, value in tests.items()}
    if UNKNOWN_NAME in (operator, *names):
        return bool(tests[UNKNOWN_NAME])  # raises: it may be what is looked for
    if operator.lower() in {"bool", "boolifexists"} and "aws:securetransport" in names:
        return some(names["aws:securetransport"].each(), lambda value: value == "false")
    if operator.lower() in {"numericlessthan", "numericlessthanifexists"} and "s3:tlsversion" in names:
        return some(names["s3:tlsversion"].each(), lambda value: value.number() > 1)
    return False


CHECK = Check(
    id="s3-secure-transport",
    title="Buckets refuse requests that are not encrypted",
    severity=Severity.MEDIUM,
    why="S3 also answers over plain HTTP. Only a policy that denies what comes without TLS keeps objects from "
    "being read on the way.",
    remedy="Add a statement that denies `s3:*` to everybody where `aws:SecureTransport` is `false`.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("object_store",),
    providers=("aws",),
    native_types=("aws_s3_bucket", "AWS::S3::Bucket", "live:AWS::S3::Bucket"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS",
    ),
    frameworks=Frameworks(
        nist_800_53=("SC-8", "SC-8(1)"),
        cis_aws=("2.1.1",),
        pci_dss_4=("4.2.1",),
        soc_2=("CC6.7",),
        iso_27001=("A.8.24",),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_379",),
        prowler=("s3_bucket_secure_transport_policy",),
        security_hub=("S3.5",),
        config=("s3-bucket-ssl-requests-only",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

data "aws_iam_policy_document" "logs" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
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
            says="no policy at all",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
    }]
  })
}
""",
            says="a policy that is about something else",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "policy" {
  type = string
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = var.policy
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::S3::Bucket
  LogsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: !Sub "${Logs.Arn}/*"
            Condition:
              Bool:
                aws:SecureTransport: "false"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::S3::Bucket
""",
        ),
    ),
)
