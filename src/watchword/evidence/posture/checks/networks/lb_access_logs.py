"""Load balancers whose requests are logged."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import Asset, FrontEnd


def _gateway(balancer: Asset) -> str:
    return "a gateway load balancer has no access logs" if balancer["type"] == "gateway" else ""


CHECK = Check(
    id="lb-access-logs",
    title="Requests at load balancers are logged",
    severity=Severity.LOW,
    why="The load balancer sees every request before anything behind it does, and knows from where it came.",
    remedy="Turn `access_logs` on, with a bucket.",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("load_balancer",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("access_logs", "requests are not logged", unless=_gateway),
    references=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), soc_2=("CC7.2",), iso_27001=("A.8.15",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_91", "CKV_AWS_92"),
        prowler=("elbv2_logging_enabled", "elb_logging_enabled"),
        cfn_nag=("W26", "W52"),
        security_hub=("ELB.5",),
        config=("elb-logging-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "web" {
  name = "web"

  access_logs {
    bucket  = "logs"
    enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb" "web" {
  name = "web"

  access_logs {
    bucket = "logs"
  }
}
""",
            says="off unless it is said",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - Key: access_logs.s3.enabled
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
