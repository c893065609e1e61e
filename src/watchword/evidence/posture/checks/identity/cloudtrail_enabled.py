"""Trails that are switched on."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cloudtrail-enabled",
    title="Trails are switched on",
    severity=Severity.HIGH,
    why="A trail that was switched off looks as one that was never asked anything.",
    remedy="Set `enable_logging = true`, or leave it out (`IsLogging: true`).",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("log_trail",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("enabled", "it records nothing", default=True, fix="record"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-turning-off-logging.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), cis_aws=("3.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(checkov=("CKV_AWS_251",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "trail"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "trail"
  enable_logging = false
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
      IsLogging: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: false
""",
        ),
    ),
)
