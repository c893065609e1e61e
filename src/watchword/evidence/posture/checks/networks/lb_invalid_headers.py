"""Load balancers that drop malformed headers."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import must
from watchword.inventory import Asset, FrontEnd


def _other_type(balancer: Asset) -> str:
    return "only application load balancers read headers" if balancer["type"] != "application" else ""


CHECK = Check(
    id="lb-invalid-headers",
    title="Load balancers drop malformed headers",
    severity=Severity.LOW,
    why="Headers that two servers read differently are how a request is smuggled past the first.",
    remedy="Set `drop_invalid_header_fields = true`.",
    function=Function.TRAFFIC_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("load_balancer",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must(
        "drop_invalid_headers", "malformed headers are passed on", fix="drop malformed headers", unless=_other_type
    ),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",),
    frameworks=Frameworks(nist_800_53=("SC-7(8)", "SI-10"), iso_27001=("A.8.20",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_131",),
        trivy=("AVD-AWS-0052",),
        tfsec=("aws-elb-drop-invalid-headers",),
        security_hub=("ELB.4",),
        config=("alb-http-drop-invalid-header-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "web" {
  name                       = "web"
  drop_invalid_header_fields = true
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
resource "aws_lb" "net" {
  name               = "net"
  load_balancer_type = "network"
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
        - Key: routing.http.drop_invalid_header_fields.enabled
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
