"""The volumes that machines are declared with."""

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
    passed,
    seen,
    which,
)
from watchword.inventory import Absent, Asset, FrontEnd, Known, Value


def judge(machine: Asset, estate: Estate) -> Answer:
    disks = [(f"volumes[{index}].encrypted", disk["encrypted"]) for index, disk in enumerate(machine["volumes"].each())]
    if not isinstance(machine["root_encrypted"], Absent):
        disks.insert(0, ("root_encrypted", machine["root_encrypted"]))
    if not disks:
        return not_applicable("it says nothing of its volumes, which are then its image's")
    plain = which(disks, lambda disk: not disk[1].boolean(default=False))
    if not plain:
        return passed()
    # Where the account encrypts by default, a volume of which nothing is said is encrypted.
    if all(_by_default(value) for _, value in plain) and machine.root in estate.fact(_encrypting):
        return passed()
    # No fix: a volume of a machine that runs is encrypted by replacing the machine or the volume.
    return failed("a volume is not encrypted", *(seen(*disk) for disk in plain))


def _by_default(value: Value) -> bool:
    return isinstance(value, Known) and value.is_default


def _encrypting(estate: Estate) -> frozenset[str]:
    """The roots that turn encryption by default on."""
    return frozenset(one.root for one in estate.of("volume_defaults") if one["encrypted"].boolean(default=True))


CHECK = Check(
    id="instance-volumes-encrypted",
    title="Machines' volumes are encrypted at rest",
    severity=Severity.HIGH,
    why="What a machine writes to its disks lives on in snapshots and images; unencrypted, whoever gets "
    "hold of one of them can read it.",
    remedy="Set `encrypted` in `root_block_device`, `ebs_block_device` and `block_device_mappings`, or turn "
    "encryption by default on for the account.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-28", "SC-28(1)"), pci_dss_4=("3.5.1",), soc_2=("CC6.1",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_8",),
        trivy=("AVD-AWS-0131", "AVD-AWS-0008"),
        tfsec=("aws-ec2-enable-at-rest-encryption",),
        prowler=("ec2_ebs_volume_encryption",),
        security_hub=("EC2.3",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"

  root_block_device {
    encrypted = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_launch_template" "web" {
  name = "web"

  block_device_mappings {
    device_name = "/dev/sda1"

    ebs {
      volume_size = 20
      encrypted   = false
    }
  }
}
""",
            says="one of its other volumes",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs:
            Encrypted: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs:
            Encrypted: false
""",
        ),
    ),
)
