"""Databases that a machine on the Internet reaches."""

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
    which,
)
from watchword.inventory import Asset, FrontEnd, both


def judge(store: Asset, estate: Estate) -> Answer:
    if store.kind == "database" and store["public"].boolean(default=False):
        return not_applicable("it is on the Internet itself")
    facts = estate.fact(guarded)
    groups = list(groups_of(store, estate))
    if not groups:
        return not_applicable("no security group of it is declared here")
    for group in groups:
        for rule in facts.rules.get(group.uid, ()):
            for value in rule["groups"].each():
                nodes = [node for source in estate.named(value, rule) for node in facts.members.get(source.uid, ())]
                public = which(nodes, lambda node: _is_public(node, estate))
                if public:
                    given = public_address(public[0], estate)
                    return failed(
                        f"{public[0].name}, which the Internet reaches, reaches it",
                        seen(f"{rule.address}.groups", value),
                        *((seen(f"{public[0].address}.{given.path}", given.value),) if given else ()),
                    )
    raise_doubts(store.root, estate)
    return passed()


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
