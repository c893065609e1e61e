"""Names of APIs whose clients show no certificate."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="api-domain-client-certificate",
    title="Names of APIs ask clients for a certificate",
    severity=Severity.LOW,
    why="A certificate of the client's proves which machine asks, before a single byte of the request is believed. For "
    "machines that talk to machines it takes the place of keys that are copied.",
    remedy="Add `mutual_tls_authentication` with a trust store (`MutualTlsAuthentication`), and switch the default "
    "address off; browsers of the public are the exception: waive it there.",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.OPTIMAL,
    kinds=("api_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("client_authorities", "clients are not asked for a certificate"),
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html",),
    frameworks=Frameworks(nist_800_53=("IA-3", "IA-9", "SC-8", "SC-23"), iso_27001=("A.8.5",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_api_gateway_domain_name" "api" {
  domain_name = "api.example.com"

  mutual_tls_authentication {
    truststore_uri = "s3://example-trust/clients.pem"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_apigatewayv2_domain_name" "api" {
  domain_name = "api.example.com"

  domain_name_configuration {
    certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Api:
    Type: AWS::ApiGatewayV2::DomainName
    Properties:
      DomainName: api.example.com
      MutualTlsAuthentication:
        TruststoreUri: s3://example-trust/clients.pem
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Api:
    Type: AWS::ApiGateway::DomainName
    Properties:
      DomainName: api.example.com
""",
        ),
    ),
)
