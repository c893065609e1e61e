"""Names of APIs that accept old versions of TLS."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(domain: Asset, estate: Estate) -> Answer:
    del estate
    version = domain["minimum_tls"]
    if version.matches(r"TLS_1_2|SecurityPolicy_TLS1[23]_.+"):
        return passed()
    return failed(
        "it accepts TLS 1.0",
        seen("minimum_tls", version),
        fix=mend(domain, "minimum_tls", "TLS_1_2", "accept TLS 1.2 and later alone"),
    )


CHECK = Check(
    id="api-domain-tls-version",
    title="Names of APIs accept TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="TLS 1.0 and 1.1 were given up in 2021; who can make a client use them can read what it sends.",
    remedy='Set `security_policy = "TLS_1_2"` (`SecurityPolicy: TLS_1_2`).',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("api_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html",
    ),
    frameworks=Frameworks(nist_800_53=("SC-8(1)", "SC-13"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_206",), trivy=("AVD-AWS-0005",), tfsec=("aws-api-gateway-use-secure-tls-policy",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_domain_name" "api" {
  domain_name     = "api.example.org"
  security_policy = "TLS_1_2"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_domain_name" "api" {
  domain_name     = "api.example.org"
  security_policy = "TLS_1_0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Api:
    Type: AWS::ApiGateway::DomainName
    Properties:
      DomainName: api.example.org
      SecurityPolicy: TLS_1_2
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Api:
    Type: AWS::ApiGateway::DomainName
    Properties:
      DomainName: api.example.org
      SecurityPolicy: TLS_1_0
""",
        ),
    ),
)
