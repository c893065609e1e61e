"""Search clusters that stand in a network of one's own."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(domain: Asset, estate: Estate) -> Answer:
    del estate
    subnets = domain["subnets"]
    return (
        passed()
        if not subnets.is_absent and bool(subnets)
        else failed("it has a public address", seen("subnets", subnets))
    )


CHECK = Check(
    id="search-in-network",
    title="Search clusters stand in a network",
    severity=Severity.HIGH,
    why="A cluster outside of your networks has a public address, and its policy is the only door.",
    remedy="Give it `vpc_options` (`VPCOptions`) with private subnets. It cannot be moved: make a new one.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("search_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), pci_dss_4=("1.4.4",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_137",),
        cfn_nag=("W90",),
        security_hub=("ES.2", "Opensearch.2"),
        config=("elasticsearch-in-vpc-only",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  vpc_options {
    subnet_ids = ["subnet-0123456789abcdef0"]
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
      VPCOptions:
        SubnetIds: [subnet-0123456789abcdef0]
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
