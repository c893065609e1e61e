"""GraphQL APIs of which nobody sees who asked what."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="graphql-api-logs",
    title="GraphQL APIs log what is asked",
    severity=Severity.LOW,
    why="All requests go to one address, so that a load balancer's log tells nothing apart. Without the API's own log "
    "nobody knows what was asked for, and what was refused.",
    remedy="Add `log_config` with at least errors (`LogConfig`).",
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("graphql_api",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must("logs", "nothing is logged"),
    references=("https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_193",), prowler=("appsync_field_level_logging_enabled",), security_hub=("AppSync.2",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "AWS_IAM"

  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/logs"
    field_log_level          = "ERROR"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "AWS_IAM"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::AppSync::GraphQLApi
    Properties:
      Name: shop
      AuthenticationType: AWS_IAM
      LogConfig:
        CloudWatchLogsRoleArn: arn:aws:iam::111122223333:role/logs
        FieldLogLevel: ERROR
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::AppSync::GraphQLApi
    Properties:
      Name: shop
      AuthenticationType: AWS_IAM
""",
        ),
    ),
)
