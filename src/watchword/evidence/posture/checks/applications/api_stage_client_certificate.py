"""Stages of APIs that do not prove themselves to what stands behind them."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="api-stage-client-certificate",
    title="Stages of REST APIs prove themselves to what they lead to",
    severity=Severity.LOW,
    why="What stands behind the API has an address of its own. Where it does not ask for the API's certificate, "
    "whoever finds that address goes around the API, its authorizers and its limits.",
    remedy="Give the stage a client certificate (`client_certificate_id`, `ClientCertificateId`), and let what stands "
    "behind take no other.",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.OPTIMAL,
    kinds=("api_stage",),
    providers=("aws",),
    native_types=("AWS::ApiGateway::Stage", "aws_api_gateway_stage", "live:AWS::ApiGateway::Stage"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("client_certificate", "it shows no certificate to what it leads to"),
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-client-side-ssl-authentication.html",
    ),
    frameworks=Frameworks(nist_800_53=("IA-3", "IA-9", "SC-8"), iso_27001=("A.8.5",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_51",),
        prowler=("apigateway_restapi_client_certificate_enabled",),
        security_hub=("APIGateway.2",),
        config=("api-gw-ssl-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_stage" "live" {
  rest_api_id           = "api"
  deployment_id         = "deployment"
  stage_name            = "live"
  client_certificate_id = "a1b2c3"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_stage" "live" {
  rest_api_id   = "api"
  deployment_id = "deployment"
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
      RestApiId: api
      StageName: live
      ClientCertificateId: a1b2c3
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Live:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: api
      StageName: live
""",
        ),
    ),
)
