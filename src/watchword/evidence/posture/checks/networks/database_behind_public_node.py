"""Databases that a machine on the Internet reaches."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import NamedTuple

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.guards import groups_of, guarded, is_open, public_address, raise_doubts
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
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
from watchword.evidence.posture.workloads import raise_unread
from watchword.inventory import Asset, FrontEnd, Known, Value, both


def judge(store: Asset, estate: Estate) -> Answer:
    if store.kind == "database" and store["public"].boolean(default=False):
        return not_applicable("it is on the Internet itself")
    facts = estate.fact(guarded)
    groups = list(groups_of(store, estate))
    if not groups:
        return not_applicable("no security group of it is declared here")
    ways = [way for group in groups for rule in facts.rules.get(group.uid, ()) for way in _ways(rule, estate)]
    open_ = which(ways, lambda way: _is_public(way.node, estate))
    if open_:
        node = open_[0].node
        given = public_address(node, estate)
        return failed(
            f"{node.name}, which the Internet reaches, reaches it",
            seen(open_[0].path, open_[0].value),
            *((seen(f"{node.address}.{given.path}", given.value),) if given else ()),
        )
    raise_doubts(store.root, estate)
    for group in groups:
        for rule in facts.rules.get(group.uid, ()):
            for value in rule["groups"].each():
                if not estate.named(value, rule):
                    raise_unread(value, "it lets a group in that is not declared here")
    return passed()


class _Way(NamedTuple):
    """A machine that a rule lets in, and the value of the rule that says so."""

    node: Asset
    path: str
    value: Value


def _ways(rule: Asset, estate: Estate) -> Iterator[_Way]:
    members = estate.fact(guarded).members
    for value in rule["groups"].each():
        for source in estate.named(value, rule):
            for node in members.get(source.uid, ()):
                yield _Way(node, f"{rule.address}.groups", value)
    ranges = estate.fact(_nodes_by_range)
    for value in rule["cidrs"].each() if ranges else ():
        network = _network(value)
        if network is None:
            continue
        for own, nodes in ranges.items():
            if own.subnet_of(network):
                yield from (_Way(node, f"{rule.address}.cidrs", value) for node in nodes)


def _nodes_by_range(estate: Estate) -> dict[IPv4Network, list[Asset]]:
    """Machines by the addresses of their subnets, where those are known."""
    found: dict[IPv4Network, list[Asset]] = {}
    for node in estate.of("instance"):
        for subnet in estate.named(node["subnet"], node):
            network = _network(subnet["cidr"])
            if network is not None:
                found.setdefault(network, []).append(node)
    return found


def _network(value: Value) -> IPv4Network | None:
    if not isinstance(value, Known):
        return None
    try:
        return IPv4Network(value.text().strip(), strict=False)
    except ValueError:
        return None


def _is_public(node: Asset, estate: Estate) -> bool:
    if node.kind not in {"instance", "container_service"}:
        return False
    return both(lambda: public_address(node, estate) is not None, lambda: is_open(node, estate))


CHECK = Check(
    id="database-behind-public-node",
    title="No machine on the Internet reaches a database",
    severity=Severity.HIGH,
    why="The database has no address on the Internet, and is one step from it: who gets into the machine stands before "
    "the database's port.",
    remedy="Put a load balancer or a proxy at the edge, and let none but machines without public "
    "addresses reach the data.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("cache", "database"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7", "SC-7(5)"), pci_dss_4=("1.4.4",), iso_27001=("A.8.22",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "edge" {
  name = "edge"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "app" {
  name = "app"
  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.edge.id]
  }
}

resource "aws_security_group" "data" {
  name = "data"
  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.app.id]
  }
}

resource "aws_lb" "edge" {
  security_groups = [aws_security_group.edge.id]
}

resource "aws_instance" "app" {
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.app.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = [aws_security_group.data.id]
}
""",
            says="a balancer, machines behind it, the data behind them",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "data" {
  name = "data"
  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.web.id]
  }
}

resource "aws_instance" "web" {
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.web.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = [aws_security_group.data.id]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_subnet" "public" {
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "data" {
  name = "data"
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "web" {
  subnet_id              = aws_subnet.public.id
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = [aws_security_group.data.id]
}
""",
            says="by a range of addresses that its subnet lies in",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "readers" {}

resource "aws_security_group" "data" {
  name = "data"
  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [var.readers]
  }
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = [aws_security_group.data.id]
}
""",
            says="who is in the group is not declared here",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  identifier             = "orders"
  vpc_security_group_ids = ["sg-1"]
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
  Data:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: data
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref Web}
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: true, GroupSet: [!Ref Web]}]
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      PubliclyAccessible: false
      VPCSecurityGroups: [!Ref Data]
""",
            says="its group lets nobody in",
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
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
  Data:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: data
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref Web}
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: true, GroupSet: [!Ref Web]}]
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      PubliclyAccessible: false
      VPCSecurityGroups: [!Ref Data]
""",
        ),
    ),
)
