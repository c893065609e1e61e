"""Networks of which nobody sees which names are asked for."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, Severity, bad, failed, good, passed, seen
from watchword.inventory import Absent, Asset, FrontEnd, Value


def judge(network: Asset, estate: Estate) -> Answer:
    logged, doubts = estate.fact(_logged)
    if network.uid in logged:
        return passed()
    for value in doubts.get(network.root, ()):
        bool(value)  # raises: the logs may be this network's
    return failed("no log is kept of the names that are asked for in it", seen("query_log", Absent(network.place)))


def _logged(estate: Estate) -> tuple[frozenset[str], dict[str, list[Value]]]:
    """The networks that query logs are about; and, by root, what logs are about that cannot be told."""
    found: set[str] = set()
    doubts: dict[str, list[Value]] = {}
    for one in estate.typed(
        "aws_route53_resolver_query_log_config_association",
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
    ):
        of = one.native["resource_id"] if one.front_end is not FrontEnd.CLOUDFORMATION else one.native["ResourceId"]
        assets = estate.named(of, one)
        found.update(asset.uid for asset in assets)
        if not assets and of.is_unknown and not of.references:
            doubts.setdefault(one.root, []).append(of)
    return frozenset(found), doubts


CHECK = Check(
    id="network-name-query-logs",
    title="The names that are asked for in networks are logged",
    severity=Severity.LOW,
    why="Malware asks for names before it connects, and smuggles data out in the questions themselves. Flow logs see "
    "neither: questions to the provider's resolver are in none.",
    remedy="Associate a resolver query log with the network: `aws_route53_resolver_query_log_config_association` "
    "(`AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation`).",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12", "SI-4"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15", "A.8.16")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_route53_resolver_query_log_config_association" "main" {
  resolver_query_log_config_id = "rqlc-1"
  resource_id                  = aws_vpc.main.id
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  Logs:
    Type: AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation
    Properties:
      ResolverQueryLogConfigId: rqlc-1
      ResourceId: !Ref Main
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
""",
        ),
    ),
)
