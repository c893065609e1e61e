"""GraphQL APIs on the Internet without a web application firewall."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import Asset, FrontEnd


def _private(api: Asset) -> str:
    return "networks alone reach it" if api["private"].boolean(default=False) else ""


CHECK = Check(
    id="graphql-api-firewall",
    title="GraphQL APIs have a web application firewall",
    severity=Severity.LOW,
    why="One address answers every question about the data. A firewall limits how often it is asked and by whom, "
    "before the resolvers work.",
    remedy="Associate a web ACL with the API: `aws_wafv2_web_acl_association` (`AWS::WAFv2::WebACLAssociation`).",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("graphql_api",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must_be_set("firewall", "no web application firewall stands before it", unless=_private),
    references=("https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html",),
    frameworks=Frameworks(nist_800_53=("SC-5", "SC-7", "SI-4"), pci_dss_4=("6.4.2",), iso_27001=("A.8.20",)),
    known_as=KnownAs(checkov=("CKV2_AWS_33",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "AWS_IAM"
}

resource "aws_wafv2_web_acl_association" "shop" {
  resource_arn = aws_appsync_graphql_api.shop.arn
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1"
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
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "AWS_IAM"
  visibility          = "PRIVATE"
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
  Firewall:
    Type: AWS::WAFv2::WebACLAssociation
    Properties:
      ResourceArn: !GetAtt Shop.Arn
      WebACLArn: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1
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
