"""Firewalls of networks that let through what no rule takes."""

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
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd, some


def judge(policy: Asset, estate: Estate) -> Answer:
    del estate
    passing = which(policy["stateless_defaults"].each(), lambda action: action == "aws:pass")
    if passing:
        return failed(
            "packets that no rule takes pass unseen",
            *(seen("stateless_defaults", action) for action in passing),
        )
    if not which(policy["stateless_defaults"].each(), lambda action: action == "aws:forward_to_sfe"):
        return passed()  # what no stateless rule takes is dropped
    if not policy["strict"].boolean(default=False):
        return failed("flows that no stateful rule takes pass", seen("strict", policy["strict"]))
    if some(policy["stateful_defaults"].each(), lambda action: action.text().startswith("aws:drop")):
        return passed()
    return failed("flows that no stateful rule takes pass", seen("stateful_defaults", policy["stateful_defaults"]))


CHECK = Check(
    id="network-firewall-default-action",
    title="Firewalls of networks drop what no rule lets through",
    severity=Severity.MEDIUM,
    why="A firewall that passes what no rule takes is a list of things that are forbidden. What nobody thought of, "
    "such as the way out that malware takes, is not on it.",
    remedy="Send packets to the stateful engine (`aws:forward_to_sfe`) or drop them, order its rules strictly "
    "(`STRICT_ORDER`), and drop what no rule takes (`aws:drop_established`).",
    function=Function.TRAFFIC_MANAGEMENT,
    stage=Stage.ADVANCED,
    supports=(Function.NETWORK_SEGMENTATION,),
    kinds=("network_firewall_policy",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7(5)"), pci_dss_4=("1.2.1", "1.3.2"), iso_27001=("A.8.20", "A.8.22")
    ),
    known_as=KnownAs(
        prowler=(
            "networkfirewall_policy_default_action_full_packets",
            "networkfirewall_policy_default_action_fragmented_packets",
        ),
        security_hub=("NetworkFirewall.4", "NetworkFirewall.5"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall_policy" "egress" {
  name = "egress"

  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:drop"]
    stateful_default_actions           = ["aws:drop_established"]

    stateful_engine_options {
      rule_order = "STRICT_ORDER"
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall_policy" "egress" {
  name = "egress"

  firewall_policy {
    stateless_default_actions          = ["aws:pass"]
    stateless_fragment_default_actions = ["aws:drop"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall_policy" "egress" {
  name = "egress"

  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
  }
}
""",
            says="the stateful engine passes by default",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "default_action" {}

resource "aws_networkfirewall_firewall_policy" "egress" {
  name = "egress"

  firewall_policy {
    stateless_default_actions          = [var.default_action]
    stateless_fragment_default_actions = ["aws:drop"]
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Egress:
    Type: AWS::NetworkFirewall::FirewallPolicy
    Properties:
      FirewallPolicyName: egress
      FirewallPolicy:
        StatelessDefaultActions: ["aws:drop"]
        StatelessFragmentDefaultActions: ["aws:drop"]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Egress:
    Type: AWS::NetworkFirewall::FirewallPolicy
    Properties:
      FirewallPolicyName: egress
      FirewallPolicy:
        StatelessDefaultActions: ["aws:drop"]
        StatelessFragmentDefaultActions: ["aws:pass"]
""",
        ),
    ),
)
