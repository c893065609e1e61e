"""Networks whose default security group lets nothing through."""

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
from watchword.inventory import Absent, Asset, FrontEnd, Value


def judge(network: Asset, estate: Estate) -> Answer:
    groups, doubts = estate.fact(_default_groups)
    for group in groups.get(network.uid, ()):
        for path in ("ingress", "egress", "IpPermissions", "IpPermissionsEgress"):
            rules = group.native[path]
            if not rules.is_absent and bool(rules):
                return failed("its default group lets something through", seen(path, rules))
        return passed()
    for value in doubts.get(network.root, ()):
        bool(value)  # raises: the group may be this network's
    return failed("nobody closed its default group", seen("default_security_group", Absent(network.place)))


def _default_groups(estate: Estate) -> tuple[dict[str, list[Asset]], dict[str, list[Value]]]:
    """The default groups that are declared, by network; and those of which the network is not known, by root."""
    found: dict[str, list[Asset]] = {}
    doubts: dict[str, list[Value]] = {}
    for group in estate.of("security_group"):
        if not group["default"].boolean(default=False):
            continue
        networks = estate.named(group["network"], group)
        for network in networks:
            found.setdefault(network.uid, []).append(group)
        if not networks and group["network"].is_unknown and not group["network"].references:
            doubts.setdefault(group.root, []).append(group["network"])
    return found, doubts


CHECK = Check(
    id="default-sg-rules",
    title="The default security group of a network lets nothing through",
    severity=Severity.MEDIUM,
    why="Whatever is started without a group of its own gets the default one, in which all may talk to each other.",
    remedy="Declare `aws_default_security_group` for the network, without any rule.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), cis_aws=("5.4",), pci_dss_4=("1.3.1",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_12",),
        prowler=("ec2_securitygroup_default_restrict_traffic",),
        security_hub=("EC2.2",),
        config=("vpc-default-security-group-closed",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id
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
            says="nobody closed it",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  ingress {
    protocol  = "-1"
    self      = true
    from_port = 0
    to_port   = 0
  }
}
""",
        ),
    ),
)
