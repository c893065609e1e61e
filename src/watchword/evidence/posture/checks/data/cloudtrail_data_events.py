"""Trails that record what is read and written in stores."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cloudtrail-data-events",
    title="Trails record what is read and written in stores",
    severity=Severity.LOW,
    why="Management events tell that a bucket was made, not that somebody read everything in it.",
    remedy="Add an `event_selector` with data resources, or an `advanced_event_selector`, for the stores that matter.",
    function=Function.DATA_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("log_trail",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("data_events", "what is read and written is not recorded"),
    references=("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12"), cis_aws=("3.8", "3.9"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)
    ),
    known_as=KnownAs(
        prowler=("cloudtrail_s3_dataevents_read_enabled", "cloudtrail_s3_dataevents_write_enabled"),
        trivy=("AVD-AWS-0171", "AVD-AWS-0172"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "trail"

  event_selector {
    read_write_type = "All"

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
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
      EventSelectors:
        - DataResources:
            - Type: AWS::S3::Object
              Values: [arn:aws:s3]
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
