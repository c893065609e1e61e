"""Search clusters that answer over TLS 1.2 alone."""

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
    passed,
    seen,
    together,
)
from watchword.inventory import Asset, FrontEnd

_MODERN: Final = r"Policy-Min-TLS-1-[23]-.+"


def judge(domain: Asset, estate: Estate) -> Answer:
    del estate
    https, policy = domain["https_required"], domain["tls_policy"]
    modern = mend(domain, "tls_policy", "Policy-Min-TLS-1-2-2019-07", "accept TLS 1.2 and later alone")
    if not https.boolean(default=False):
        alone = mend(domain, "https_required", True, "answer over TLS alone")
        return failed(
            "it answers over HTTP",
            seen("https_required", https),
            fix=alone if policy.is_known and policy.matches(_MODERN) else together(alone, modern),
        )
    if policy.matches(_MODERN):
        return passed()
    return failed("it accepts TLS 1.0", seen("tls_policy", policy), fix=modern)


CHECK = Check(
    id="search-https-required",
    title="Search clusters answer over TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="Queries and what they find cross the network in clear where HTTP is answered.",
    remedy='Set `enforce_https = true` and `tls_security_policy = "Policy-Min-TLS-1-2-2019-07"`.',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("search_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/infrastructure-security.html",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_83", "CKV_AWS_228"),
        trivy=("AVD-AWS-0046", "AVD-AWS-0126"),
        tfsec=("aws-elastic-search-enforce-https", "aws-elastic-search-use-secure-tls-policy"),
        prowler=("opensearch_service_domains_https_communications_enforced",),
        security_hub=("ES.8", "Opensearch.8"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_elasticsearch_domain" "logs" {
  domain_name = "logs"

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-0-2019-07"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::OpenSearchService::Domain
    Properties:
      DomainEndpointOptions:
        EnforceHTTPS: true
        TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::OpenSearchService::Domain
    Properties:
      DomainName: logs
""",
        ),
    ),
)
