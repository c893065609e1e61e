"""Rules of network ACLs that let the whole Internet at SSH and RDP."""

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
    passed,
    seen,
)
from watchword.evidence.posture.networks import covers_port, open_to_all
from watchword.inventory import Asset, FrontEnd, some

_PORTS: Final = {22: "SSH", 3389: "RDP"}


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if rule["direction"] != "ingress":
        return not_applicable("the rule is about what leaves")
    if rule["action"].text(default="").lower() != "allow":
        return not_applicable("the rule allows nothing")
    anybody = open_to_all(rule, lambda: some(_PORTS, lambda port: covers_port(rule, port)))
    if not anybody:
        return passed()
    return failed(
        "anybody may reach SSH or RDP through the subnet's ACL",
        *(seen("cidrs", cidr) for cidr in anybody),
        seen("protocol", rule["protocol"]),
        seen("from_port", rule["from_port"]),
        seen("to_port", rule["to_port"]),
    )


CHECK = Check(
    id="nacl-admin-ports-open",
    title="Network ACLs do not open ports of administration to the Internet",
    severity=Severity.MEDIUM,
    why="The ACL of a subnet is the second lock behind the security groups. One that lets everything in "
    "leaves a single mistake between the Internet and a machine.",
    remedy="Allow the ports that are served and the ephemeral ones, and deny the rest.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("network_acl_rule",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), cis_aws=("5.1",), pci_dss_4=("1.3.1",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_231", "CKV_AWS_232", "CKV_AWS_352"),
        trivy=("AVD-AWS-0102", "AVD-AWS-0105"),
        tfsec=("aws-ec2-no-public-ingress-acl",),
        prowler=(
            "ec2_networkacl_allow_ingress_tcp_port_22",
            "ec2_networkacl_allow_ingress_tcp_port_3389",
            "ec2_networkacl_allow_ingress_any_port",
        ),
        cfn_nag=("W66",),
        security_hub=("EC2.21",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_network_acl_rule" "web" {
  network_acl_id = "acl-0123456789abcdef0"
  rule_number    = 100
  egress         = false
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  from_port      = 443
  to_port        = 443
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_network_acl_rule" "all" {
  network_acl_id = "acl-0123456789abcdef0"
  rule_number    = 100
  protocol       = "-1"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_network_acl" "main" {
  vpc_id = "vpc-0123456789abcdef0"

  ingress {
    rule_no    = 100
    protocol   = "tcp"
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 22
    to_port    = 22
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: acl-0123456789abcdef0
      RuleNumber: 100
      Protocol: 6
      RuleAction: allow
      CidrBlock: 0.0.0.0/0
      PortRange:
        From: 443
        To: 443
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  All:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: acl-0123456789abcdef0
      RuleNumber: 100
      Protocol: -1
      RuleAction: allow
      CidrBlock: 0.0.0.0/0
""",
        ),
    ),
)
