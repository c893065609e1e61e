"""Firewalls of networks that one mistake removes."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="network-firewall-deletion-protection",
    title="Firewalls of networks cannot be deleted by mistake",
    severity=Severity.LOW,
    why="With the firewall go all its rules at once, and what was routed through it is routed elsewhere or nowhere.",
    remedy="Set `delete_protection = true` (`DeleteProtection: true`).",
    function=Function.NETWORK_RESILIENCE,
    stage=Stage.ADVANCED,
    kinds=("network_firewall",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must("deletion_protection", "it can be deleted by mistake", fix="protect it against deletion"),
    references=("https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-settings.html",),
    frameworks=Frameworks(nist_800_53=("CP-2", "SC-7"), iso_27001=("A.8.20",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_344",), prowler=("networkfirewall_deletion_protection",), security_hub=("NetworkFirewall.9",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall" "egress" {
  name              = "egress"
  delete_protection = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall" "egress" {
  name = "egress"
}
""",
            says="off by default",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Egress:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      DeleteProtection: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Egress:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: egress
""",
        ),
    ),
)
