"""Trails that are encrypted with a key of the account."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cloudtrail-customer-key",
    title="Trails are encrypted with a key of the account",
    severity=Severity.MEDIUM,
    why="The trail tells what there is and who may what. With a key of its own, reading the bucket is not enough.",
    remedy="Name a key: `kms_key_id` (`KMSKeyId`), whose policy lets CloudTrail encrypt.",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("log_trail",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("key", "it is encrypted with the service's own keys"),
    references=(
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html",
    ),
    frameworks=Frameworks(
        nist_800_53=("AU-9", "SC-28"), cis_aws=("3.5",), pci_dss_4=("10.3.2",), iso_27001=("A.8.15", "A.8.24")
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_35",),
        trivy=("AVD-AWS-0015",),
        tfsec=("aws-cloudtrail-enable-at-rest-encryption",),
        prowler=("cloudtrail_kms_encryption_enabled",),
        security_hub=("CloudTrail.2",),
        config=("cloud-trail-encryption-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_kms_key" "trail" {}

resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "trail"
  kms_key_id     = aws_kms_key.trail.arn
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "trail"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::CloudTrail::Trail
    Properties:
      KMSKeyId: alias/trail
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
""",
        ),
    ),
)
