"""Rules whose breach somebody has to notice."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="remediation-automatic",
    title="What breaks a rule is mended without waiting for somebody",
    severity=Severity.LOW,
    why="A remediation that waits for a person waits for Monday. What is safe to do by machine is done a minute after "
    "it went wrong.",
    remedy="Set `automatic = true` (`Automatic: true`) once the remediation was tried by hand, with a bound on how "
    "often and how much at once.",
    function=Function.DEVICES_AUTOMATION,
    stage=Stage.ADVANCED,
    kinds=("remediation",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must("automatic", "somebody has to start it"),
    references=("https://docs.aws.amazon.com/config/latest/developerguide/remediation.html",),
    frameworks=Frameworks(nist_800_53=("CM-3(5)", "CM-6", "SI-2(2)"), iso_27001=("A.8.9",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_config_remediation_configuration" "buckets" {
  config_rule_name = "s3-bucket-public-read-prohibited"
  target_type      = "SSM_DOCUMENT"
  target_id        = "AWS-DisableS3BucketPublicReadWrite"
  automatic        = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_config_remediation_configuration" "buckets" {
  config_rule_name = "s3-bucket-public-read-prohibited"
  target_type      = "SSM_DOCUMENT"
  target_id        = "AWS-DisableS3BucketPublicReadWrite"
}
""",
            says="by hand by default",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Buckets:
    Type: AWS::Config::RemediationConfiguration
    Properties:
      ConfigRuleName: s3-bucket-public-read-prohibited
      TargetType: SSM_DOCUMENT
      TargetId: AWS-DisableS3BucketPublicReadWrite
      Automatic: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Buckets:
    Type: AWS::Config::RemediationConfiguration
    Properties:
      ConfigRuleName: s3-bucket-public-read-prohibited
      TargetType: SSM_DOCUMENT
      TargetId: AWS-DisableS3BucketPublicReadWrite
""",
        ),
    ),
)
