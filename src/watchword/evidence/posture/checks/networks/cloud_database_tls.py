"""Databases of Azure and Google Cloud that let connections in clear in."""

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
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd

_ONLY: Final = frozenset({"ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"})
_WORDS: Final = "connections in clear are let in"


def judge(database: Asset, estate: Estate) -> Answer:
    del estate
    if database.native_type == "google_sql_database_instance":
        return _cloud_sql(database)
    if database.native_type.endswith("_configuration"):
        # Flexible servers ask for TLS by default; a parameter turns that off (Azure Database, "Networking with TLS").
        if said(database, "name")[1] != "require_secure_transport":
            return not_applicable("another parameter")
        path, value = said(database, "value")
        return failed(_WORDS, seen(path, value)) if value.text().lower() == "off" else passed()
    path, enforced = said(database, "ssl_enforcement_enabled")  # required
    return passed() if enforced.boolean(default=True) else failed(_WORDS, seen(path, enforced))


def _cloud_sql(database: Asset) -> Answer:
    """`require_ssl` until google 5, `ssl_mode` beside and after it; without either, ALLOW_UNENCRYPTED_AND_ENCRYPTED."""
    path, mode = said(database, "settings.ip_configuration.ssl_mode")
    if is_written(mode):
        return passed() if mode.text() in _ONLY else failed(_WORDS, seen(path, mode))
    old = said(database, "settings.ip_configuration.require_ssl")[1]
    return passed() if old.boolean(default=False) else failed(_WORDS, seen(path, mode))


CHECK = Check(
    id="cloud-database-tls",
    title="Databases take encrypted connections alone",
    severity=Severity.MEDIUM,
    why=(
        "Queries, results and passwords cross the network with each request. Where TLS is an offer, a "
        "client that is set up wrongly sends them in clear, and nobody notices."
    ),
    remedy=(
        'Set `ssl_mode = "ENCRYPTED_ONLY"` in `ip_configuration` of Cloud SQL; `ssl_enforcement_enabled = '
        "true`, or leave `require_secure_transport` on, in Azure."
    ),
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=ANY_KIND,
    providers=("azurerm", "google"),
    native_types=(
        "google_sql_database_instance",
        "azurerm_postgresql_server",
        "azurerm_mysql_server",
        "azurerm_mariadb_server",
        "azurerm_postgresql_flexible_server_configuration",
        "azurerm_mysql_flexible_server_configuration",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://cloud.google.com/sql/docs/postgres/configure-ssl-instance",
        "https://learn.microsoft.com/en-us/azure/postgresql/flexible-server/concepts-networking-ssl-tls",
    ),
    frameworks=Frameworks(
        nist_800_53=("SC-8", "SC-8(1)"), iso_27001=("A.8.24",), pci_dss_4=("4.2.1",), cis_gcp=("6.4",)
    ),
    known_as=KnownAs(
        checkov=("CKV_GCP_6", "CKV_AZURE_28", "CKV_AZURE_29", "CKV_AZURE_47"),
        trivy=("AVD-GCP-0015",),
        tfsec=("google-sql-encrypt-in-transit-data",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ssl_mode = "ENCRYPTED_ONLY"
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
  }
}
""",
            says="connections in clear are allowed by default",
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
      ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
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
      require_ssl = true
    }
  }
}
""",
            says="google 5",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_mysql_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  sku_name            = "GP_Gen5_2"
  version             = "8.0"
  ssl_enforcement_enabled = false
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_mysql_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  sku_name            = "GP_Gen5_2"
  version             = "8.0"
  ssl_enforcement_enabled = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "require_secure_transport"
  server_id = "orders"
  value     = "off"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_postgresql_flexible_server_configuration" "slots" {
  name      = "max_replication_slots"
  server_id = "orders"
  value     = "10"
}
""",
        ),
    ),
)
