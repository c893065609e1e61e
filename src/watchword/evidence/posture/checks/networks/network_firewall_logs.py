"""Firewalls of networks of which nobody sees what they saw."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="network-firewall-logs",
    title="Firewalls of networks log what they see",
    severity=Severity.MEDIUM,
    why="What a firewall dropped is the first sign of who is looking around; what it let through is the record of what "
    "left. Without logs there is neither.",
    remedy="Add a logging configuration for flows and alerts: `aws_networkfirewall_logging_configuration` "
    "(`AWS::NetworkFirewall::LoggingConfiguration`).",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("network_firewall",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must("logs", "nothing is logged"),
    references=("https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12", "SC-7"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15", "A.8.20")),
    known_as=KnownAs(
        checkov=("CKV2_AWS_63",), prowler=("networkfirewall_logging_enabled",), security_hub=("NetworkFirewall.2",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall" "egress" {
  name                = "egress"
  firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
  vpc_id              = "vpc-1"
}

resource "aws_networkfirewall_logging_configuration" "egress" {
  firewall_arn = aws_networkfirewall_firewall.egress.arn

  logging_configuration {
    log_destination_config {
      log_destination_type = "CloudWatchLogs"
      log_type             = "ALERT"
      log_destination      = { logGroup = "egress" }
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_networkfirewall_firewall" "egress" {
  name                = "egress"
  firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
  vpc_id              = "vpc-1"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Egress:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: egress
      FirewallPolicyArn: arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress
      VpcId: vpc-1
  Logs:
    Type: AWS::NetworkFirewall::LoggingConfiguration
    Properties:
      FirewallArn: !Ref Egress
      LoggingConfiguration:
        LogDestinationConfigs:
          - LogType: ALERT
            LogDestinationType: CloudWatchLogs
            LogDestination: {logGroup: egress}
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
      FirewallPolicyArn: arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress
      VpcId: vpc-1
""",
        ),
    ),
)
