"""Search clusters that speak versions of TLS that are broken."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="search-tls-policy",
    title="Search clusters speak TLS 1.2 at least",
    severity=Severity.MEDIUM,
    why="Versions before 1.2 have flaws for which there is no patch; whoever stands between "
    "may make both sides use them.",
    remedy="Set `tls_security_policy` (`TLSSecurityPolicy`) to `Policy-Min-TLS-1-2-PFS-2023-10`.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("search_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=one_of(
        "tls_policy",
        ("Policy-Min-TLS-1-2-2019-07", "Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08"),
        "it speaks versions of TLS before 1.2",
        default="Policy-Min-TLS-1-0-2019-07",
    ),
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/infrastructure-security.html",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-13", "SC-23"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_228",),
        trivy=("AVD-AWS-0126",),
        tfsec=("aws-elastic-search-use-secure-tls-policy",),
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
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_elasticsearch_domain" "logs" {
  domain_name = "logs"
}
""",
            says="1.0 by default",
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
    Type: AWS::Elasticsearch::Domain
    Properties:
      DomainEndpointOptions:
        EnforceHTTPS: true
        TLSSecurityPolicy: Policy-Min-TLS-1-0-2019-07
""",
        ),
    ),
)
