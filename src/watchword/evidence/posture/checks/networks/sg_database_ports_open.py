"""Rules that let the whole Internet at databases, caches and queues."""

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
    which,
)
from watchword.evidence.posture.networks import covers_port, open_to_all, ports_seen
from watchword.inventory import Asset, FrontEnd, some

_PORTS: Final = {
    1433: "SQL Server",
    1521: "Oracle",
    2379: "etcd",
    2483: "Oracle over TLS",
    3306: "MySQL",
    5432: "PostgreSQL",
    5439: "Redshift",
    5601: "Kibana",
    6379: "Redis",
    9042: "Cassandra",
    9092: "Kafka",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    11211: "Memcached",
    27017: "MongoDB",
}


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if rule["direction"] != "ingress":
        return not_applicable("the rule is about what leaves")
    anybody = open_to_all(rule, lambda: some(_PORTS, lambda port: covers_port(rule, port)))
    if not anybody:
        return passed()
    ports = which(_PORTS, lambda port: covers_port(rule, port))
    names = ", ".join(f"{_PORTS[port]} ({port})" for port in ports) if len(ports) < len(_PORTS) else "every database"
    return failed(
        f"anybody may reach {names}",
        *(seen("cidrs", cidr) for cidr in anybody),
        *ports_seen(rule),
    )


CHECK = Check(
    id="sg-database-ports-open",
    title="Ports of databases are not open to the Internet",
    severity=Severity.HIGH,
    why="Databases, caches and search clusters are made for networks that trust each other; many ask for "
    "no password until they are told to. Open ones are found, copied and wiped within hours.",
    remedy="Allow the security group of the application alone, and put the store in private subnets.",
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
        nist_800_53=("AC-4", "SC-7"), pci_dss_4=("1.3.1", "1.4.4"), soc_2=("CC6.6",), iso_27001=("A.8.20", "A.8.22")
    ),
    known_as=KnownAs(
        checkov=("CKV_GCP_88",),
        trivy=("AVD-AWS-0107",),
        tfsec=("aws-ec2-no-public-ingress-sgr",),
        prowler=(
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_sql_server_1433_1434",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_oracle_1521_2483",
            "ec2_securitygroup_allow_ingress_from_internet_to_port_mongodb_27017_27018",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_redis_6379",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_memcached_11211",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_cassandra_7199_9160_8888",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_elasticsearch_kibana_9200_9300_5601",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_kafka_9092",
        ),
        security_hub=("EC2.19",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "db" {
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "db" {
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc_security_group_ingress_rule" "cache" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "tcp"
  from_port         = 6000
  to_port           = 7000
  cidr_ipv6         = "::/0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Db:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: db
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 3306
          ToPort: 3306
          CidrIp: 10.0.0.0/8
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Db:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: db
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 3306
          ToPort: 3306
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
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "1433"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
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
    ports    = ["80", "5432"]
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
    ports    = ["80", "443"]
  }
}
""",
        ),
    ),
)
