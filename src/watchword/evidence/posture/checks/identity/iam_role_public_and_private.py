"""Roles that machines on the Internet share with machines behind them."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.guards import public_address
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
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(role: Asset, estate: Estate) -> Answer:
    machines = estate.fact(_machines).get(role.uid, ())
    if len(machines) < 2:  # noqa: PLR2004 - one shares with nobody
        return not_applicable("no two machines that are declared here run as it")
    public = which(machines, lambda machine: public_address(machine, estate) is not None)
    if not public:
        return passed()
    private = which(machines, lambda machine: _is_private(machine, estate))
    if not private:
        return passed()
    return failed(
        f"{public[0].name} on the Internet and {private[0].name} behind it run as it",
        seen(f"{public[0].address}.profile", public[0]["profile"]),
        seen(f"{private[0].address}.profile", private[0]["profile"]),
    )


def _is_private(machine: Asset, estate: Estate) -> bool:
    """Whether it surely has no public address. One of which neither it nor its subnet says so is neither."""
    if not machine["public_address"].is_absent:
        return not machine["public_address"].boolean()
    subnets = estate.named(machine["subnet"], machine)
    return bool(subnets) and public_address(machine, estate) is None


def _machines(estate: Estate) -> dict[str, list[Asset]]:
    """By the role that they run as."""
    found: dict[str, list[Asset]] = {}
    for machine in estate.of("instance"):
        for profile in estate.named(machine["profile"], machine):
            for name in profile["role"].each() if profile.kind == "instance_profile" else ():
                for role in estate.named(name, profile):
                    found.setdefault(role.uid, []).append(machine)
    return found


CHECK = Check(
    id="iam-role-public-and-private",
    title="Machines on the Internet have roles of their own",
    severity=Severity.MEDIUM,
    why="What a machine behind the edge may do is then what the machine at the edge may do: who gets into the one has "
    "the rights of both.",
    remedy="Give each of them a role and an instance profile of its own, with what it needs.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    supports=(Function.NETWORK_SEGMENTATION,),
    kinds=("iam_role",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",),
    frameworks=Frameworks(nist_800_53=("AC-5", "AC-6", "SC-7"), iso_27001=("A.8.2", "A.8.22")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

resource "aws_instance" "one" {
  associate_public_ip_address = false
  iam_instance_profile        = aws_iam_instance_profile.app.name
}

resource "aws_instance" "two" {
  associate_public_ip_address = false
  iam_instance_profile        = aws_iam_instance_profile.app.name
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

resource "aws_subnet" "inside" {
  vpc_id = "vpc-1"
}

resource "aws_instance" "web" {
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.app.name
}

resource "aws_instance" "app" {
  subnet_id            = aws_subnet.inside.id
  iam_instance_profile = aws_iam_instance_profile.app.name
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref Role]
  One:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: true}]
  Two:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: true}]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref Role]
  Web:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: true}]
  App:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: false}]
""",
        ),
    ),
)
