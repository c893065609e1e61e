"""Load balancers that accept old versions of TLS."""

from typing import Final

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
    mend,
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

# Every policy with a least version of 1.2 or more has it in its name. Where none is named, the oldest holds.
_MODERN: Final = r"ELBSecurityPolicy-(TLS-1-2|FS-1-2|TLS13-1-[23])(-.+)?"


def judge(listener: Asset, estate: Estate) -> Answer:
    del estate
    if listener["protocol"].text(default="").upper() not in {"HTTPS", "TLS"}:
        return not_applicable("it does not end TLS")
    policy = listener["tls_policy"]
    if policy.matches(_MODERN):
        return passed()
    return failed(
        "it accepts TLS 1.0 or 1.1",
        seen("tls_policy", policy),
        fix=mend(listener, "tls_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "accept TLS 1.2 and 1.3 alone"),
    )


CHECK = Check(
    id="lb-tls-policy",
    title="Load balancers accept TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="TLS 1.0 and 1.1 were given up in 2021; who can make a client use them can read what it sends.",
    remedy="Name a policy of TLS 1.2 or 1.3: `ELBSecurityPolicy-TLS13-1-2-2021-06`.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("load_balancer_listener",),
    providers=("aws",),
    native_types=(
        "aws_lb_listener",
        "aws_alb_listener",
        "AWS::ElasticLoadBalancingV2::Listener",
        "live:AWS::ElasticLoadBalancingV2::Listener",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-8(1)", "SC-13"), pci_dss_4=("4.2.1",), soc_2=("CC6.7",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_103", "CKV2_AWS_74"),
        trivy=("AVD-AWS-0047",),
        tfsec=("aws-elb-use-secure-tls-policy",),
        prowler=("elbv2_insecure_ssl_ciphers",),
        cfn_nag=("W56",),
        security_hub=("ELB.17",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-2016-08"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "tls" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/web/1"
  protocol          = "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-0-2021-06"
}
""",
            says="TLS 1.3 and everything from 1.0 on",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"
  protocol          = "HTTP"
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
      Protocol: HTTPS
      SslPolicy: ELBSecurityPolicy-FS-1-2-Res-2020-10
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Https:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Protocol: HTTPS
""",
        ),
    ),
)
