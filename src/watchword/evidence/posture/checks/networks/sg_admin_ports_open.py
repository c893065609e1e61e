"""Rules that let the whole Internet at SSH, RDP and their like."""

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
    which,
)
from watchword.evidence.posture.networks import covers_port, is_everywhere, ports_seen
from watchword.inventory import Asset, FrontEnd

_PORTS: Final = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM over TLS"}


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if rule["direction"] != "ingress":
        return not_applicable("the rule is about what leaves")
    # The cheap question first: a rule that nobody outside is let through by is good, whatever its ports.
    everywhere = [cidr for cidr in rule["cidrs"].each() if cidr.is_unknown or is_everywhere(cidr)]
    if not everywhere:
        return passed()
    ports = which(_PORTS, lambda port: covers_port(rule, port))
    if not ports:
        return passed()
    open_to = which(everywhere, is_everywhere)
    if not open_to:
        return passed()
    names = ", ".join(f"{_PORTS[port]} ({port})" for port in ports)
    return failed(
        f"anybody may reach {names}",
        *(seen("cidrs", cidr) for cidr in open_to),
        *ports_seen(rule),
        seen("protocol", rule["protocol"]),
    )


CHECK = Check(
    id="sg-admin-ports-open",
    title="Ports of administration are not open to the Internet",
    severity=Severity.HIGH,
    why="SSH, RDP and WinRM are tried by machines all over the Internet within minutes. One weak password, one key "
    "that leaked or one flaw in the service is then enough.",
    remedy="Allow your own networks alone, or close the port and use Session Manager, a bastion behind single "
    "sign-on, or Watchword's gateway. In Azure and Google Cloud come through Bastion or Identity-Aware "
    "Proxy.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("security_group_rule",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
        "https://learn.microsoft.com/en-us/azure/virtual-network/network-security-groups-overview",
        "https://cloud.google.com/firewall/docs/firewalls",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-17", "SC-7"),
        cis_aws=("5.2", "5.3"),
        pci_dss_4=("1.3.1", "1.4.2"),
        soc_2=("CC6.6",),
        iso_27001=("A.8.20", "A.8.22"),
        cis_gcp=("3.6", "3.7"),
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_24", "CKV_AWS_25", "CKV_AZURE_9", "CKV_AZURE_10", "CKV_GCP_2", "CKV_GCP_3"),
        trivy=("AVD-AWS-0107", "AVD-AZU-0048", "AVD-AZU-0050"),
        tfsec=("aws-ec2-no-public-ingress-sgr",),
        prowler=(
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389",
        ),
        security_hub=("EC2.13", "EC2.14", "EC2.53", "EC2.54"),
        config=("restricted-ssh", "restricted-common-ports"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port        = 20
    to_port          = 25
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}
""",
            says="a range that holds the port, over IPv6",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  name = "web"
}

resource "aws_vpc_security_group_ingress_rule" "all" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
""",
            says="every protocol, every port",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "from" {
  type = list(string)
}

resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.from
  }
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
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: 0.0.0.0/0
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
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "22"
    source_address_prefix      = "10.0.0.0/8"
    destination_address_prefix = "*"
  }
}
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
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "22"
    source_address_prefix      = "Internet"
    destination_address_prefix = "*"
  }
}
""",
            says="a service tag",
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
    access                     = "Deny"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "22"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
""",
            says="a rule that denies",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_security_rule" "app" {
  name                        = "app"
  resource_group_name         = "main"
  network_security_group_name = "app"
  priority                    = 100
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_port_range           = "*"
  destination_port_ranges     = ["443", "3000-4000"]
  source_address_prefix       = "0.0.0.0/0"
  destination_address_prefix  = "*"
}
""",
            says="a range among several",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_firewall" "app" {
  name          = "app"
  network       = "main"
  source_ranges = ["10.0.0.0/8"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
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
    ports    = ["22"]
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
  disabled      = true

  allow {
    protocol = "tcp"
    ports    = ["22"]
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
  }
}
""",
            says="no ports: every port",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_firewall" "app" {
  name          = "app"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]
  direction     = "EGRESS"

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
""",
        ),
    ),
)
