"""Databases whose own firewall lets everybody in."""

import ipaddress
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    ANY_KIND,
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
    which,
)
from watchword.evidence.posture.native import said
from watchword.evidence.posture.networks import is_everywhere
from watchword.inventory import Asset, FrontEnd

_HALF: Final = 1 << 31  # addresses: half of the Internet or more


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if rule.native_type == "google_sql_database_instance":
        path = "settings.ip_configuration.authorized_networks[].value"
        anybody = which(said(rule, path)[1].each(), is_everywhere)
        return failed("anybody may connect", *(seen(path, network) for network in anybody)) if anybody else passed()
    path, last = said(rule, "end_ip_address")
    first = said(rule, "start_ip_address")[1]
    if _number(last.text()) - _number(first.text()) < _HALF:
        return passed()
    return failed("anybody may connect", seen(path, last), seen("start_ip_address", first))


def _number(address: str) -> int:
    return int(ipaddress.IPv4Address(address))


CHECK = Check(
    id="cloud-database-firewall-open",
    title="Firewalls of databases do not let everybody in",
    severity=Severity.HIGH,
    why=("A database that answers every address is found within the hour, and its password is all that is left."),
    remedy=(
        "Name your own addresses in `authorized_networks` or in `start_ip_address` and `end_ip_address`; "
        "better, give it a private address alone."
    ),
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("azurerm", "google"),
    native_types=(
        "google_sql_database_instance",
        "azurerm_postgresql_flexible_server_firewall_rule",
        "azurerm_mysql_flexible_server_firewall_rule",
        "azurerm_mssql_firewall_rule",
        "azurerm_sql_firewall_rule",
        "azurerm_postgresql_firewall_rule",
        "azurerm_mysql_firewall_rule",
        "azurerm_mariadb_firewall_rule",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://cloud.google.com/sql/docs/mysql/authorize-networks",
        "https://learn.microsoft.com/en-us/azure/azure-sql/database/firewall-configure",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.20", "A.8.22"), cis_gcp=("6.5",), pci_dss_4=("1.4.4",)
    ),
    known_as=KnownAs(checkov=("CKV_GCP_11", "CKV_AZURE_11", "CKV2_AZURE_26", "CKV2_AZURE_34"), trivy=("AVD-GCP-0017",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server_firewall_rule" "app" {
  name             = "app"
  server_id        = "orders"
  start_ip_address = "198.51.100.4"
  end_ip_address   = "198.51.100.4"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server_firewall_rule" "app" {
  name             = "app"
  server_id        = "orders"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server_firewall_rule" "app" {
  name             = "app"
  server_id        = "orders"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}
""",
            says="services of Azure; not the Internet",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      authorized_networks {
        value = "0.0.0.0/0"
      }
    }
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      authorized_networks {
        value = "198.51.100.0/24"
      }
    }
  }
}
""",
        ),
    ),
)
