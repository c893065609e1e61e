"""Subnets that give everything in them a public address."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="subnet-public-addresses",
    title="Subnets give no public addresses by themselves",
    severity=Severity.LOW,
    why="Whatever is started in such a subnet is on the Internet, also what was started there by mistake.",
    remedy="Leave `map_public_ip_on_launch` off, and give addresses to load balancers and gateways alone.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("subnet",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public_addresses", "what starts in it gets a public address", fix="give no public addresses"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_130",),
        trivy=("AVD-AWS-0164",),
        tfsec=("aws-ec2-no-public-ip-subnet",),
        prowler=("vpc_subnet_no_public_ip_by_default",),
        cfn_nag=("W33",),
        security_hub=("EC2.15",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_subnet" "private" {
  vpc_id     = "vpc-0123456789abcdef0"
  cidr_block = "10.0.1.0/24"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_subnet" "public" {
  vpc_id                  = "vpc-0123456789abcdef0"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Private:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0123456789abcdef0
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Public:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0123456789abcdef0
      MapPublicIpOnLaunch: true
""",
        ),
    ),
)
