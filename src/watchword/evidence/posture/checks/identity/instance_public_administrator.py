"""Machines on the Internet that run as administrators."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.guards import public_address
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
)
from watchword.evidence.posture.powers import is_administrator
from watchword.inventory import Absent, Asset, FrontEnd, Reason, ReasonKind, UnknownValueError, some


def judge(machine: Asset, estate: Estate) -> Answer:
    profile = machine["profile"]
    if isinstance(profile, Absent):
        return not_applicable("it runs as nobody")
    profiles = estate.named(profile, machine)
    roles = [role for one in profiles for name in one["role"].each() for role in estate.named(name, one)]
    if not roles:
        reason = Reason(ReasonKind.REFERENCE, "the role it runs as is not declared here", profile.place)
        raise UnknownValueError((reason,), machine.place)
    if not some(roles, lambda role: is_administrator(role, estate)):
        return passed()
    shown = public_address(machine, estate)
    if shown is None:
        return passed()
    return failed("it is on the Internet, and runs as an administrator", shown, seen("profile", profile))


CHECK = Check(
    id="instance-public-administrator",
    title="No machine on the Internet runs as an administrator",
    severity=Severity.CRITICAL,
    why="Whoever gets into the machine has its role. One flaw in what it serves is then the whole account.",
    remedy="Give the machine a role with what it needs, and take its public address away.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",),
    frameworks=Frameworks(nist_800_53=("AC-6", "SC-7"), pci_dss_4=("7.2.5",), soc_2=("CC6.3",), iso_27001=("A.8.2",)),
    known_as=KnownAs(prowler=("ec2_instance_internet_facing_with_instance_profile",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "web" {
  name                = "web"
  assume_role_policy  = "{}"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
}

resource "aws_iam_instance_profile" "web" {
  name = "web"
  role = aws_iam_role.web.name
}

resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.web.name
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_role" "web" {
  name                = "web"
  assume_role_policy  = "{}"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
}

resource "aws_iam_instance_profile" "web" {
  name = "web"
  role = aws_iam_role.web.name
}

resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.web.name
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  associate_public_ip_address = true
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
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore]
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref Role]
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: true
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
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref Role]
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: true
""",
        ),
    ),
)
