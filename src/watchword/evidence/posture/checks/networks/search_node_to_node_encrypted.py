"""Search clusters whose nodes talk to each other encrypted."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="search-node-to-node-encrypted",
    title="Nodes of search clusters talk to each other encrypted",
    severity=Severity.LOW,
    why="Nodes copy whole indexes to each other; in clear, whoever sees the network sees them.",
    remedy="Turn `node_to_node_encryption` on (`NodeToNodeEncryptionOptions`).",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("search_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("node_to_node", "its nodes talk in clear", fix="encrypt what nodes say"),
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ntn.html",),
    frameworks=Frameworks(nist_800_53=("SC-8",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_6",),
        trivy=("AVD-AWS-0043",),
        tfsec=("aws-elastic-search-enable-in-transit-encryption",),
        prowler=("opensearch_service_domains_node_to_node_encryption_enabled",),
        security_hub=("ES.3", "Opensearch.3"),
        config=("elasticsearch-node-to-node-encryption-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  node_to_node_encryption {
    enabled = true
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
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::OpenSearchService::Domain
    Properties:
      NodeToNodeEncryptionOptions:
        Enabled: true
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
