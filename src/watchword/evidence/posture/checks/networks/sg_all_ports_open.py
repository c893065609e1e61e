"""Rules that let the whole Internet at every port."""

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
)
from watchword.evidence.posture.networks import covers_every_port, open_to_all, ports_seen
from watchword.inventory import Asset, FrontEnd


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if rule["direction"] != "ingress":
        return not_applicable("the rule is about what leaves")
    anybody = open_to_all(rule, lambda: covers_every_port(rule))
    if not anybody:
        return passed()
    return failed(
        "anybody may reach every port",
        *(seen("cidrs", cidr) for cidr in anybody),
        seen("protocol", rule["protocol"]),
        *ports_seen(rule),
    )


CHECK = Check(
    id="sg-all-ports-open",
    title="No rule opens every port to the Internet",
    severity=Severity.HIGH,
    why="A rule for all ports also opens what nobody meant to publish: databases, agents, debuggers, "
    "whatever is installed next year.",
    remedy="Open the ports that are served, to those who use them.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("security_group_rule",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        "https://learn.microsoft.com/en-us/azure/virtual-network/network-security-groups-overview",
        "https://cloud.google.com/firewall/docs/firewalls",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7"),
        cis_aws=("5.2", "5.3"),
        pci_dss_4=("1.3.1", "1.4.2"),
        soc_2=("CC6.6",),
        iso_27001=("A.8.20", "A.8.22"),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_277", "CKV2_GCP_12"),
        trivy=("AVD-AWS-0107",),
        tfsec=("aws-ec2-no-public-ingress-sgr",),
        prowler=("ec2_securitygroup_allow_ingress_from_internet_to_all_ports",),
        cfn_nag=("W27",),
        security_hub=("EC2.18", "EC2.19"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group_rule" "web" {
  type              = "ingress"
  security_group_id = "sg-0123456789abcdef0"
  protocol          = "tcp"
  from_port         = 0
  to_port           = 65535
  ipv6_cidr_blocks  = ["::/0"]
}
""",
            says="all of TCP",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc_security_group_egress_rule" "web" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - IpProtocol: "-1"
          CidrIp: 0.0.0.0/0
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_security_group" "app" {
  name                = "app"
  resource_group_name = "main"
  location            = "westeurope"

  security_rule {
    name                       = "rule"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_security_group" "app" {
  name                = "app"
  resource_group_name = "main"
  location            = "westeurope"

  security_rule {
    name                       = "rule"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "443"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
""",
            says="every protocol, one port",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_firewall" "app" {
  name          = "app"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "all"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_firewall" "app" {
  name          = "app"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_firewall" "app" {
  name          = "app"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["0-65535"]
  }
}
""",
        ),
    ),
)
