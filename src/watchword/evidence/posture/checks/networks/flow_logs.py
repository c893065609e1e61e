"""Networks whose flows are recorded."""

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
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Absent, Asset, FrontEnd, Reason, ReasonKind, UnknownValueError, Value


def judge(network: Asset, estate: Estate) -> Answer:
    recorded, doubts = estate.fact(_recorded)
    if network.uid in recorded:
        return passed()
    for value in doubts.get(network.root, ()):
        bool(value)  # raises: the log may be this network's
    if network.provider == "azurerm" and network.root in estate.fact(_recorded_by_group):
        reason = Reason(ReasonKind.JOIN, "flows of security groups are recorded, perhaps of all in it", network.place)
        raise UnknownValueError((reason,), network.place)
    return failed("no flow log records it", seen("flow_log", Absent(network.place)))


def _recorded(estate: Estate) -> tuple[frozenset[str], dict[str, list[Value]]]:
    """The networks that flow logs are about; and, by root, what logs are about that cannot be told."""
    found: set[str] = set()
    doubts: dict[str, list[Value]] = {}
    for log in estate.of("flow_log"):
        of = log["of"]
        assets = estate.named(of, log)
        found.update(asset.uid for asset in assets)
        if not assets and of.is_unknown and not of.references:
            doubts.setdefault(log.root, []).append(of)
    return frozenset(found), doubts


def _recorded_by_group(estate: Estate) -> frozenset[str]:
    """The roots in which flows of Azure's security groups are recorded, in the old style."""
    logs = estate.typed("azurerm_network_watcher_flow_log")
    return frozenset(log.root for log in logs if is_written(said(log, "network_security_group_id")[1]))


CHECK = Check(
    id="flow-logs",
    title="Flows of networks are recorded",
    severity=Severity.MEDIUM,
    why="Who talked to whom is the first question after a break-in, and the input of every rule that narrows what may.",
    remedy="Add a flow log for the network: `aws_flow_log` (`AWS::EC2::FlowLog`), for accepted and rejected traffic; "
    "`azurerm_network_watcher_flow_log`.",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("network",),
    providers=("aws", "azurerm"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12", "SI-4"),
        cis_aws=("3.7",),
        pci_dss_4=("10.2.1",),
        soc_2=("CC7.2",),
        iso_27001=("A.8.15", "A.8.16"),
    ),
    known_as=KnownAs(
        checkov=("CKV2_AWS_11",),
        trivy=("AVD-AWS-0178",),
        tfsec=("aws-ec2-require-vpc-flow-logs-for-all-vpcs",),
        prowler=("vpc_flow_logs_enabled",),
        cfn_nag=("W60",),
        security_hub=("EC2.6",),
        config=("vpc-flow-logs-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "main" {
  vpc_id          = aws_vpc.main.id
  traffic_type    = "ALL"
  log_destination = "arn:aws:s3:::flows"
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
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_flow_log" "a" {
  subnet_id       = aws_subnet.a.id
  traffic_type    = "ALL"
  log_destination = "arn:aws:s3:::flows"
}
""",
            says="a log of a subnet is none of the network",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  Flows:
    Type: AWS::EC2::FlowLog
    Properties:
      ResourceId: !Ref Main
      ResourceType: VPC
      TrafficType: ALL
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_virtual_network" "main" {
  name                = "main"
  resource_group_name = "main"
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"]
}

resource "azurerm_network_watcher_flow_log" "main" {
  name                 = "main"
  network_watcher_name = "watcher"
  resource_group_name  = "main"
  target_resource_id   = azurerm_virtual_network.main.id
  storage_account_id   = "logs"
  enabled              = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_virtual_network" "main" {
  name                = "main"
  resource_group_name = "main"
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"]
}
""",
        ),
    ),
)
