"""Machines whose operating system gets no more patches."""

import re
from collections.abc import Iterator
from typing import Final

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
    unsure,
)
from watchword.inventory import Asset, FrontEnd, Reference, Unknown, Value

# Ended by the end of 2025, each by its publisher's own word; none ever comes back. Patterns of names of images and of
# SSM's public parameters.
_ENDED: Final = (
    ("Amazon Linux 1", re.compile(r"\bamzn-ami-")),
    ("Ubuntu 14.04", re.compile(r"ubuntu[-/].*(trusty|14\.04)")),
    ("Ubuntu 16.04", re.compile(r"ubuntu[-/].*(xenial|16\.04)")),
    ("Ubuntu 18.04", re.compile(r"ubuntu[-/].*(bionic|18\.04)")),
    ("Ubuntu 20.04", re.compile(r"ubuntu[-/].*(focal|20\.04)")),
    ("Debian 8", re.compile(r"debian-(jessie|8)\b")),
    ("Debian 9", re.compile(r"debian-(stretch|9)\b")),
    ("Debian 10", re.compile(r"debian-(buster|10)\b")),
    ("CentOS 6", re.compile(r"centos[ -](linux[ -])?6\b", re.IGNORECASE)),
    ("CentOS 7", re.compile(r"centos[ -](linux[ -])?7\b", re.IGNORECASE)),
    ("CentOS 8", re.compile(r"centos[ -](linux[ -])?8\b", re.IGNORECASE)),
    ("RHEL 6", re.compile(r"rhel-6\.", re.IGNORECASE)),
    ("RHEL 7", re.compile(r"rhel-7\.", re.IGNORECASE)),
    ("Windows Server 2008", re.compile(r"windows_server-2008", re.IGNORECASE)),
    ("Windows Server 2012", re.compile(r"windows_server-2012", re.IGNORECASE)),
)

_PARAMETER: Final = "#resolve:ssm:"


def judge(machine: Asset, estate: Estate) -> Answer:
    image = machine["image"]
    for parameter in _read_from(image):
        ended = _ended(parameter)
        return failed(f"{ended} gets no more patches", seen("image", image)) if ended else passed()
    sources = [
        one for one in estate.named(image, machine) if one.native_type in {"data.aws_ami", "data.aws_ssm_parameter"}
    ]
    if not sources:
        return not_applicable("its image is not chosen by a name here: a number does not tell what is in it")
    for source in sources:
        for path, name in _names(source):
            ended = _ended(name.text())
            if ended:
                return failed(f"{ended} gets no more patches", seen(f"{source.address}.{path}", name))
    return passed()


def _read_from(image: Value) -> list[str]:
    """The parameters of SSM that a template's value is read from."""
    parts = image.parts if isinstance(image, Unknown) else ()
    targets = [part.target for part in parts if isinstance(part, Reference)]
    return [target.removeprefix(_PARAMETER) for target in targets if target.startswith(_PARAMETER)]


def _names(source: Asset) -> Iterator[tuple[str, Value]]:
    if source.native_type == "data.aws_ssm_parameter":
        yield "name", source.native["name"]
        return
    for index, one in enumerate(source.native["filter"].each()):
        if one["name"] == "name":
            for value in one["values"].each():
                yield f"filter[{index}].values", value


def _ended(name: str) -> str:
    return next((system for system, pattern in _ENDED if pattern.search(name)), "")


CHECK = Check(
    id="machine-image-supported",
    title="Images that are chosen by name are of systems that still get patches",
    severity=Severity.MEDIUM,
    why="A system that its publisher no longer mends keeps every flaw that is found from then on.",
    remedy="Choose an image of a release that is supported.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=(
        "https://aws.amazon.com/amazon-linux-ami/faqs/",
        "https://ubuntu.com/about/release-cycle",
        "https://learn.microsoft.com/lifecycle/products/windows-server-2012",
    ),
    frameworks=Frameworks(nist_800_53=("SI-2", "SA-22", "CM-2"), pci_dss_4=("6.3.3",), iso_27001=("A.8.8",)),
    known_as=KnownAs(prowler=("ec2_instance_with_outdated_ami",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
data "aws_ami" "ubuntu" {
  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

resource "aws_instance" "web" {
  ami = data.aws_ami.ubuntu.id
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
data "aws_ami" "ubuntu" {
  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "virtualization-type"
    values = ["hvm"]
  }

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd/ubuntu-xenial-16.04-amd64-server-*"]
  }
}

resource "aws_launch_template" "web" {
  image_id = data.aws_ami.ubuntu.id
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
data "aws_ssm_parameter" "linux" {
  name = "/aws/service/ami-amazon-linux-latest/amzn-ami-hvm-x86_64-gp2"
}

resource "aws_instance" "web" {
  ami = data.aws_ssm_parameter.linux.value
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "release" {}

data "aws_ami" "ubuntu" {
  filter {
    name   = "name"
    values = [var.release]
  }
}

resource "aws_instance" "web" {
  ami = data.aws_ami.ubuntu.id
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami = "ami-0123456789abcdef0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Parameters:
  Image:
    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
    Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !Ref Image
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: "{{resolve:ssm:/aws/service/ami-amazon-linux-latest/amzn-ami-hvm-x86_64-gp2}}"
""",
        ),
    ),
)
