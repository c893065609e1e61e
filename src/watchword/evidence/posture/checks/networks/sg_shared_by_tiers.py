"""Security groups that guard two tiers at once."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.guards import TIER_OF, guarded, raise_doubts
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(group: Asset, estate: Estate) -> Answer:
    members = estate.fact(guarded).members.get(group.uid, ())
    by_tier = {TIER_OF[member.kind]: member for member in members}
    if len(by_tier) > 1:
        return failed(
            f"{' and '.join(sorted(by_tier))} share it",
            *(seen(f"{one.address}.security_groups", one["security_groups"]) for one in by_tier.values()),
        )
    if not members:
        return not_applicable("nothing that is declared here stands behind it")
    raise_doubts(group.root, estate)
    return passed()


CHECK = Check(
    id="sg-shared-by-tiers",
    title="Each tier has security groups of its own",
    severity=Severity.MEDIUM,
    why="A group that balancers, machines and databases share lets each in wherever one of them is to be let in: there "
    "is no line between the tiers that a rule could hold.",
    remedy="Give each tier a group, and let the group of one in at the port of the next.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("security_group",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7", "SC-7(21)"), pci_dss_4=("1.3.1",), iso_27001=("A.8.22",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_security_group" "data" {
  name = "data"
}

resource "aws_instance" "app" {
  vpc_security_group_ids = [aws_security_group.app.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = [aws_security_group.data.id]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "all" {
  name = "all"
}

resource "aws_instance" "app" {
  vpc_security_group_ids = [aws_security_group.all.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = [aws_security_group.all.id]
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "app" {
  name = "app"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: app
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref App]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  All:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: all
  Edge:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      SecurityGroups: [!Ref All]
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref All]
""",
        ),
    ),
)
