"""Ports of load balancers that answer over HTTP."""

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
)
from watchword.inventory import Asset, FrontEnd, Value, both, some


def judge(listener: Asset, estate: Estate) -> Answer:
    del estate
    protocol = listener["protocol"]
    if protocol.text(default="").upper() != "HTTP":
        encrypted = protocol.text(default="").upper() in {"HTTPS", "TLS", "SSL"}
        return passed() if encrypted else not_applicable("it passes on what it gets, encrypted or not")
    if some(listener["actions"].each(), _leads_to_tls):
        return passed()
    return failed("it answers over HTTP", seen("protocol", protocol), seen("actions", listener["actions"]))


def _leads_to_tls(action: Value) -> bool:
    return both(lambda: action["type"] == "redirect", lambda: action["redirect_protocol"] == "HTTPS")


CHECK = Check(
    id="lb-listener-encrypted",
    title="Load balancers answer over TLS, or lead there",
    severity=Severity.HIGH,
    why="What is sent over HTTP can be read and changed on the way: passwords, sessions, pages.",
    remedy="Use HTTPS with a certificate, and let the port for HTTP redirect there.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("load_balancer_listener",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-8", "SC-8(1)"), pci_dss_4=("4.2.1",), soc_2=("CC6.7",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_2", "CKV_AWS_376", "CKV2_AWS_20"),
        trivy=("AVD-AWS-0054",),
        tfsec=("aws-elb-http-not-used",),
        prowler=("elbv2_insecure_ssl_ciphers", "elbv2_ssl_listeners", "elb_ssl_listeners"),
        cfn_nag=("W55",),
        security_hub=("ELB.1", "ELB.3"),
        config=("alb-http-to-https-redirection-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_elb" "web" {
  listener {
    lb_port           = 80
    lb_protocol       = "http"
    instance_port     = 80
    instance_protocol = "http"
  }
}
""",
            says="of the older kind",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "tcp" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/web/1"
  port              = 22
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Https:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1
      Port: 443
      Protocol: HTTPS
      DefaultActions:
        - Type: forward
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Http:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1
      Port: 80
      Protocol: HTTP
      DefaultActions:
        - Type: forward
""",
        ),
    ),
)
