"""Settings of databases that force TLS."""

import re
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
    which,
)
from watchword.inventory import Asset, FrontEnd

# What a family calls it, what forces TLS, and whether that is so where nothing is written.
_SETTINGS: Final[tuple[tuple[str, str, tuple[str, ...], bool], ...]] = (
    (r"(aurora-)?postgres(ql)?(\d|1[0-4])(\.\d+)?", "rds.force_ssl", ("1",), False),
    (r"(aurora-)?postgres(ql)?\d+(\.\d+)?", "rds.force_ssl", ("1",), True),  # on by default from PostgreSQL 15
    (r"(aurora-)?mysql[\d.]+|mariadb[\d.]+", "require_secure_transport", ("on", "1"), False),
    (r"docdb[\d.]+", "tls", ("enabled", "tls1.2+", "tls1.3+", "fips-140-3"), True),
    (r"redshift-[12]\.0", "require_ssl", ("true",), False),
)


def judge(group: Asset, estate: Estate) -> Answer:
    del estate
    family = group["family"].text(default="")
    found = next((setting for setting in _SETTINGS if re.fullmatch(setting[0], family)), None)
    if found is None:
        return not_applicable("no setting of this family forces TLS")
    _, name, wanted, default = found
    mine = which(group["parameters"].each(), lambda one: one["name"].text(default="") == name)
    if not mine:
        return passed() if default else failed(f"{name} is not set", seen("parameters", group["parameters"]))
    value = mine[0]["value"]
    return (
        passed()
        if value.text(default="").lower() in wanted
        else failed(f"{name} does not force TLS", seen(f"parameters.{name}", value))
    )


CHECK = Check(
    id="database-transport-encrypted",
    title="Databases accept encrypted connections alone",
    severity=Severity.MEDIUM,
    why="A database that offers TLS and does not demand it is used in clear by the one client that was "
    "set up carelessly, and passwords and rows can be read on the way.",
    remedy="Set `rds.force_ssl` to 1 (PostgreSQL), `require_secure_transport` to ON (MySQL, MariaDB), `tls` "
    "to enabled (DocumentDB), `require_ssl` to true (Redshift).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("parameter_group",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-8", "SC-8(1)"), pci_dss_4=("4.2.1",), soc_2=("CC6.7",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV2_AWS_69", "CKV_AWS_90", "CKV_AWS_105"),
        prowler=("rds_instance_transport_encrypted",),
        security_hub=("Redshift.2",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_parameter_group" "orders" {
  family = "postgres13"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_parameter_group" "orders" {
  family = "postgres16"
}
""",
            says="on by default from PostgreSQL 15",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_rds_cluster_parameter_group" "orders" {
  family = "aurora-mysql8.0"

  parameter {
    name  = "require_secure_transport"
    value = "OFF"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_redshift_parameter_group" "reports" {
  name   = "reports"
  family = "redshift-1.0"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_parameter_group" "old" {
  family = "oracle-ee-19"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      Description: orders
      Family: postgres13
      Parameters:
        rds.force_ssl: "1"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      Description: orders
      Family: postgres13
      Parameters:
        log_connections: "1"
""",
        ),
    ),
)
