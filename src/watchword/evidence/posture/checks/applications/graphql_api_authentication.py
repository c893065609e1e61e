"""GraphQL APIs that a key in a page opens."""

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
    passed,
    seen,
    unsure,
)
from watchword.inventory import Asset, FrontEnd


def judge(api: Asset, estate: Estate) -> Answer:
    del estate
    if api["authentication"].text(default="") != "API_KEY":
        return passed()
    return failed("whoever has the key may ask: nobody is identified", seen("authentication", api["authentication"]))


CHECK = Check(
    id="graphql-api-authentication",
    title="GraphQL APIs know who asks",
    severity=Severity.HIGH,
    why="An API key is the same for everybody who has it, stands in every browser that uses it, and says nothing about "
    "who asks. AWS calls it a way for development and for public data.",
    remedy="Authenticate by AWS_IAM, Amazon Cognito user pools, OpenID Connect or a function of your own.",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("graphql_api",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "IA-2", "IA-9"), pci_dss_4=("8.2.1",), iso_27001=("A.8.5",)),
    known_as=KnownAs(prowler=("appsync_graphql_api_no_api_key_authentication",), security_hub=("AppSync.5",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "AWS_IAM"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "API_KEY"
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "authentication" {}

resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = var.authentication
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
      AuthenticationType: OPENID_CONNECT
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
      AuthenticationType: API_KEY
""",
        ),
    ),
)
