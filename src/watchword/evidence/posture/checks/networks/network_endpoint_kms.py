"""Networks whose private machines reach KMS through a gateway to everywhere."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity, bad, good, outside
from watchword.evidence.posture.private_ways import judge_way
from watchword.inventory import Asset, FrontEnd


def _needed(network: Asset, estate: Estate) -> bool:
    return any(key.root == network.root for key in estate.of("key"))


CHECK = Check(
    id="network-endpoint-kms",
    title="Private subnets reach KMS without the Internet",
    severity=Severity.LOW,
    why="Each read of encrypted data asks KMS. Without an endpoint those requests leave the network, and the "
    "network's way out cannot be closed.",
    remedy="Add an endpoint for KMS to the network: `aws_vpc_endpoint` (`AWS::EC2::VPCEndpoint`), with a policy.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    supports=(Function.TRAFFIC_MANAGEMENT,),
    kinds=("network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge_way((".kms",), needed=_needed, unneeded="no key is declared beside it"),
    references=("https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7", "SC-7(4)"), iso_27001=("A.8.20", "A.8.22")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
data "aws_region" "here" {}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_kms_key" "data" {}

resource "aws_vpc_endpoint" "one" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.${data.aws_region.here.name}.kms"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_kms_key" "data" {}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.main.id
  map_public_ip_on_launch = true
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
  Private:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Main
      CidrBlock: 10.0.1.0/24
  Data:
    Type: AWS::KMS::Key
    Properties:
      Description: data
  One:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Main
      ServiceName: !Sub com.amazonaws.${AWS::Region}.kms
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
  Private:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Main
      CidrBlock: 10.0.1.0/24
  Data:
    Type: AWS::KMS::Key
    Properties:
      Description: data
""",
        ),
    ),
)
