"""Operations of APIs that ask nobody who they are."""

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
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
)
from watchword.inventory import Asset, FrontEnd


def judge(method: Asset, estate: Estate) -> Answer:
    del estate
    if method["method"].matches(r"(?i)OPTIONS( .*)?"):
        return not_applicable("browsers ask with OPTIONS before they sign in")
    authorization = method["authorization"]
    if authorization.text(default="NONE") != "NONE":
        return passed()
    if method["api_key"].boolean(default=False):
        return passed()  # a key is not much, and it is not nothing
    return failed("it asks nobody who they are", seen("authorization", authorization))


CHECK = Check(
    id="api-method-authorization",
    title="Operations of APIs ask who calls",
    severity=Severity.HIGH,
    why="An operation without an authorizer is everybody's; what stands behind it must then check by "
    "itself, and sooner or later does not.",
    remedy="Set `authorization` to `AWS_IAM`, `COGNITO_USER_POOLS` or `CUSTOM` (`JWT` for HTTP APIs).",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("api_method",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "IA-2"), pci_dss_4=("7.2.1",), iso_27001=("A.5.15", "A.8.26")),
    known_as=KnownAs(
        checkov=("CKV_AWS_59", "CKV_AWS_309", "CKV2_AWS_70"),
        trivy=("AVD-AWS-0004",),
        tfsec=("aws-api-gateway-no-public-access",),
        prowler=("apigatewayv2_api_authorizers_enabled",),
        security_hub=("APIGateway.8",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_method" "orders" {
  rest_api_id   = "abcdef"
  resource_id   = "ghijkl"
  http_method   = "GET"
  authorization = "AWS_IAM"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_method" "orders" {
  rest_api_id   = "abcdef"
  resource_id   = "ghijkl"
  http_method   = "POST"
  authorization = "NONE"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_apigatewayv2_route" "orders" {
  api_id    = "abcdef"
  route_key = "GET /orders"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_method" "cors" {
  rest_api_id   = "abcdef"
  resource_id   = "ghijkl"
  http_method   = "OPTIONS"
  authorization = "NONE"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      AuthorizationType: AWS_IAM
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      AuthorizationType: NONE
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Transform: AWS::Serverless-2016-10-31
Globals:
  Api:
    Auth:
      DefaultAuthorizer: AWS_IAM
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Read:
          Type: Api
          Properties: {Path: /orders, Method: get}
""",
            says="what the implicit API says of everybody",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Tokens
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Read:
          Type: HttpApi
          Properties: {ApiId: !Ref Shop, Path: /orders, Method: GET}
        Write:
          Type: HttpApi
          Properties: {ApiId: !Ref Shop, Path: /orders, Method: POST, Auth: {Authorizer: NONE}}
""",
            says="an event that leaves the API's authorizer out",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Read:
          Type: Api
          Properties: {Path: /orders, Method: get}
""",
        ),
        unsure(
            FrontEnd.CLOUDFORMATION,
            """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Api: {Type: String}
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Read:
          Type: Api
          Properties: {RestApiId: !Ref Api, Path: /orders, Method: get}
""",
            says="an API that is declared elsewhere",
        ),
    ),
)
