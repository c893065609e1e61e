"""Machines that stand on the Internet."""

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
    mend,
    not_applicable,
    passed,
    seen,
    unsure,
)
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError


def judge(machine: Asset, estate: Estate) -> Answer:
    address = machine["public_address"]
    if not address.is_absent:
        if not address.boolean():
            return passed()
        return failed(
            "it gets a public address",
            seen("public_address", address),
            fix=mend(machine, "public_address", False, "give it no public address"),
        )
    subnets = estate.named(machine["subnet"], machine)
    if not subnets and machine["subnet"].is_absent:
        return not_applicable("it says nothing of addresses and names no subnet: where it is started decides")
    for subnet in subnets:
        gives = subnet["public_addresses"]
        if gives.boolean(default=False):
            return failed("its subnet gives it a public address", seen("subnet.public_addresses", gives))
    if not subnets:
        reason = Reason(ReasonKind.REFERENCE, "its subnet decides, which is not declared here", machine["subnet"].place)
        raise UnknownValueError((reason,), machine.place)
    return passed()


CHECK = Check(
    id="instance-public-address",
    title="Machines have no public address",
    severity=Severity.MEDIUM,
    why="A machine with a public address is one rule away from the whole Internet. Behind a load balancer "
    "or a proxy, it is reached by those who were let through.",
    remedy="Set `associate_public_ip_address = false`, put the machine in a private subnet, and a load "
    "balancer or Watchword's gateway before it. Leave `access_config` (Google Cloud) and "
    "`public_ip_address_id` (Azure) out.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "https://cloud.google.com/compute/docs/ip-addresses",
        "https://learn.microsoft.com/en-us/azure/virtual-network/ip-services/virtual-network-public-ip-address",
    ),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), pci_dss_4=("1.4.1",), iso_27001=("A.8.22",), cis_gcp=("4.9",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_88", "CKV_AWS_389", "CKV_GCP_40", "CKV_AZURE_119"),
        trivy=("AVD-AWS-0009",),
        tfsec=("aws-ec2-no-public-ip",),
        prowler=(
            "ec2_instance_public_ip",
            "ec2_launch_template_no_public_ip",
            "autoscaling_group_launch_configuration_no_public_ip",
        ),
        security_hub=("EC2.9", "EC2.25", "AutoScaling.5"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_subnet" "private" {
  vpc_id     = "vpc-0123456789abcdef0"
  cidr_block = "10.0.1.0/24"
}

resource "aws_instance" "app" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  subnet_id     = aws_subnet.private.id
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.small"
  associate_public_ip_address = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_subnet" "public" {
  vpc_id                  = "vpc-0123456789abcdef0"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  subnet_id     = aws_subnet.public.id
}
""",
            says="by its subnet",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  subnet_id     = "subnet-0123456789abcdef0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: false
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
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: true
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  network_interface {
    network = "main"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  network_interface {
    network = "main"
    access_config {}
  }
}
""",
            says="an empty block is an address",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_interface" "app" {
  name                = "app"
  resource_group_name = "main"
  location            = "westeurope"

  ip_configuration {
    name                          = "internal"
    subnet_id                     = "subnet"
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "app"
  resource_group_name   = "main"
  location              = "westeurope"
  size                  = "Standard_B1s"
  network_interface_ids = [azurerm_network_interface.app.id]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_interface" "app" {
  name                = "app"
  resource_group_name = "main"
  location            = "westeurope"

  ip_configuration {
    name                          = "internal"
    subnet_id                     = "subnet"
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = "address"
  }
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "app"
  resource_group_name   = "main"
  location              = "westeurope"
  size                  = "Standard_B1s"
  network_interface_ids = [azurerm_network_interface.app.id]
}
""",
        ),
    ),
)
