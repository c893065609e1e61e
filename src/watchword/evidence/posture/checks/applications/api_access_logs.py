"""Stages of APIs whose requests are logged."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="api-access-logs",
    title="Requests at APIs are logged",
    severity=Severity.LOW,
    why="Who asked what, and was refused, is seen at the gateway alone.",
    remedy="Add `access_log_settings` (`AccessLogSetting`) with a log group.",
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("api_stage",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("access_logs", "requests are not logged"),
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), soc_2=("CC7.2",), iso_27001=("A.8.15",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_76", "CKV_AWS_95"),
        trivy=("AVD-AWS-0001",),
        tfsec=("aws-api-gateway-enable-access-logging",),
        prowler=("apigateway_restapi_logging_enabled", "apigatewayv2_api_access_logging_enabled"),
        cfn_nag=("W69", "W46"),
        security_hub=("APIGateway.1", "APIGateway.9"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_apigatewayv2_stage" "live" {
  api_id = "abcdef"
  name   = "live"

  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:api"
    format          = "$context.requestId"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_stage" "live" {
  rest_api_id   = "abcdef"
  deployment_id = "ghijkl"
  stage_name    = "live"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Live:
    Type: AWS::ApiGateway::Stage
    Properties:
      AccessLogSetting:
        DestinationArn: arn:aws:logs:eu-west-1:111122223333:log-group:api
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Live:
    Type: AWS::ApiGateway::Stage
    Properties:
      StageName: live
""",
        ),
    ),
)
