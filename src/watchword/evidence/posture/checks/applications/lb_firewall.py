"""Public load balancers with a web application firewall."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import Asset, FrontEnd


def _not_public(balancer: Asset) -> str:
    if balancer["type"] != "application":
        return "only application load balancers read requests"
    return "it has no public address" if balancer["internal"].boolean(default=False) else ""


CHECK = Check(
    id="lb-firewall",
    title="Public load balancers have a web application firewall",
    severity=Severity.LOW,
    why="A firewall that reads requests stops the common attacks and slows the rest, before they reach "
    "the application.",
    remedy="Associate a web ACL: `aws_wafv2_web_acl_association` (`AWS::WAFv2::WebACLAssociation`).",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("load_balancer",),
    providers=("aws",),
    native_types=(
        "aws_lb",
        "aws_alb",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "live:AWS::ElasticLoadBalancingV2::LoadBalancer",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("firewall", "no web application firewall stands before it", unless=_not_public),
    references=("https://docs.aws.amazon.com/waf/latest/developerguide/waf-chapter.html",),
    frameworks=Frameworks(nist_800_53=("SC-5", "SC-7", "SI-4"), pci_dss_4=("6.4.2",), iso_27001=("A.8.20",)),
    known_as=KnownAs(checkov=("CKV2_AWS_28",), prowler=("elbv2_waf_acl_attached",), security_hub=("ELB.16",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "web" {
  name = "web"
}

resource "aws_wafv2_web_acl_association" "web" {
  resource_arn = aws_lb.web.arn
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "web" {
  name = "web"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "inside" {
  name     = "inside"
  internal = true
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
  Firewall:
    Type: AWS::WAFv2::WebACLAssociation
    Properties:
      ResourceArn: !Ref Web
      WebACLArn: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
""",
        ),
    ),
)
