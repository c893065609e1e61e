"""Search clusters that are encrypted at rest."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="search-encrypted",
    title="Search clusters are encrypted at rest",
    severity=Severity.HIGH,
    why="An index holds a copy of what it was made of, often of several stores at once; its disks and "
    "snapshots are as worth reading as theirs.",
    remedy="Turn `encrypt_at_rest` on (`EncryptionAtRestOptions`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("search_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("encrypted", "it is not encrypted at rest", fix="encrypt it"),
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html",),
    frameworks=Frameworks(nist_800_53=("SC-28", "SC-28(1)"), pci_dss_4=("3.5.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_5",),
        trivy=("AVD-AWS-0048",),
        tfsec=("aws-elastic-search-enable-domain-encryption",),
        prowler=("opensearch_service_domains_encryption_at_rest_enabled",),
        security_hub=("ES.1", "Opensearch.1"),
        config=("elasticsearch-encrypted-at-rest",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  encrypt_at_rest {
    enabled = true
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
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::OpenSearchService::Domain
    Properties:
      EncryptionAtRestOptions:
        Enabled: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::Elasticsearch::Domain
""",
        ),
    ),
)
