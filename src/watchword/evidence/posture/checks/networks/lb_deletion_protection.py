"""Load balancers that cannot be deleted in one step."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="lb-deletion-protection",
    title="Load balancers are protected from deletion",
    severity=Severity.LOW,
    why="A load balancer that is deleted takes its address with it, and everything behind it is away.",
    remedy="Set `enable_deletion_protection = true`.",
    function=Function.NETWORK_RESILIENCE,
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
    judge=must("deletion_protection", "one call deletes it", fix="protect it from deletion"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",),
    frameworks=Frameworks(nist_800_53=("CM-3", "CP-10"), soc_2=("A1.2",), iso_27001=("A.8.14",)),
    known_as=KnownAs(checkov=("CKV_AWS_150",), prowler=("elbv2_deletion_protection",), security_hub=("ELB.6",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "web" {
  name                       = "web"
  enable_deletion_protection = true
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
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - Key: deletion_protection.enabled
          Value: "true"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Name: web
""",
        ),
    ),
)
