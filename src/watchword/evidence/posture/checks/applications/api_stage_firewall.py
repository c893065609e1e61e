"""APIs on the Internet without a web application firewall."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="api-stage-firewall",
    title="Stages of REST APIs have a web application firewall",
    severity=Severity.LOW,
    why="A firewall that reads requests stops the common attacks and slows the rest, before they reach what answers.",
    remedy="Associate a web ACL with the stage: `aws_wafv2_web_acl_association` (`AWS::WAFv2::WebACLAssociation`).",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("api_stage",),
    providers=("aws",),
    native_types=(
        "AWS::ApiGateway::Stage",
        "aws_api_gateway_stage",
        "live:AWS::ApiGateway::Stage",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("firewall", "no web application firewall stands before it"),
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html",),
    frameworks=Frameworks(nist_800_53=("SC-5", "SC-7", "SI-4"), pci_dss_4=("6.4.2",), iso_27001=("A.8.20",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_29",), prowler=("apigateway_restapi_waf_acl_attached",), security_hub=("APIGateway.4",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_stage" "live" {
  rest_api_id   = "api"
  deployment_id = "deployment"
  stage_name    = "live"
}

resource "aws_wafv2_web_acl_association" "live" {
  resource_arn = aws_api_gateway_stage.live.arn
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1"
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
  Firewall:
    Type: AWS::WAFv2::WebACLAssociation
    Properties:
      ResourceArn: !Sub arn:aws:apigateway:eu-west-1::/restapis/api/stages/${Live}
      WebACLArn: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1
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
