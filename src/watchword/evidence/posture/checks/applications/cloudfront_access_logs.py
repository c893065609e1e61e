"""Content networks whose requests are logged."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cloudfront-access-logs",
    title="Requests at content networks are logged",
    severity=Severity.LOW,
    why="Most requests are answered from the cache and reach no other log.",
    remedy="Add `logging_config` (`Logging`) with a bucket, or standard logging (v2) to CloudWatch.",
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("content_network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("access_logs", "requests are not logged"),
    references=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_86",),
        trivy=("AVD-AWS-0010",),
        tfsec=("aws-cloudfront-enable-logging",),
        prowler=("cloudfront_distributions_logging_enabled",),
        cfn_nag=("W10",),
        security_hub=("CloudFront.5",),
        config=("cloudfront-accesslogs-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  logging_config {
    bucket = "logs.s3.amazonaws.com"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  enabled = true
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Logging:
          Bucket: logs.s3.amazonaws.com
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
""",
        ),
    ),
)
