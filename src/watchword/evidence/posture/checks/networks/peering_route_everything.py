"""Routes that send everything through a peering."""

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
    not_applicable,
    outside,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.networks import is_everywhere
from watchword.evidence.posture.requirements import is_set
from watchword.inventory import Asset, FrontEnd


def judge(route: Asset, estate: Estate) -> Answer:
    del estate
    if not is_set(route["peering"]):
        return not_applicable("the route leads through no peering")
    all_ = which(route["cidrs"].each(), is_everywhere)
    return failed("everything is sent through a peering", *(seen("cidrs", cidr) for cidr in all_)) if all_ else passed()


CHECK = Check(
    id="peering-route-everything",
    title="No route sends everything through a peering",
    severity=Severity.MEDIUM,
    why="A route for all addresses into somebody else's network lets all traffic be seen there, and makes "
    "of two networks one.",
    remedy="Route the addresses of the other network alone.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("route",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), cis_aws=("5.5",), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV2_AWS_44",), prowler=("vpc_peering_routing_tables_with_least_privilege",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_route" "peer" {
  route_table_id            = "rtb-0123456789abcdef0"
  destination_cidr_block    = "10.1.0.0/16"
  vpc_peering_connection_id = "pcx-0123456789abcdef0"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_route" "peer" {
  route_table_id            = "rtb-0123456789abcdef0"
  destination_cidr_block    = "0.0.0.0/0"
  vpc_peering_connection_id = "pcx-0123456789abcdef0"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_route_table" "peer" {
  vpc_id = "vpc-0123456789abcdef0"

  route {
    cidr_block                = "0.0.0.0/0"
    vpc_peering_connection_id = "pcx-0123456789abcdef0"
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_route" "internet" {
  route_table_id         = "rtb-0123456789abcdef0"
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = "igw-0123456789abcdef0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Peer:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: rtb-0123456789abcdef0
      DestinationCidrBlock: 10.1.0.0/16
      VpcPeeringConnectionId: pcx-0123456789abcdef0
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Peer:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: rtb-0123456789abcdef0
      DestinationCidrBlock: 0.0.0.0/0
      VpcPeeringConnectionId: pcx-0123456789abcdef0
""",
        ),
    ),
)
