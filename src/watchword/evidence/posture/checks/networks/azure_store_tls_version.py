"""Stores that accept old versions of TLS."""

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
    unsure,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError

_OLD: Final = frozenset({"tls1_0", "tls1_1", "tls", "tls11", "1.0", "1.1", "disabled", "tlsenforcementdisabled"})
# Arguments, and whether TLS 1.2 is the default in azurerm 3 and 4 both (registry.terraform.io, of each type).
_SAYS: Final = {
    "azurerm_storage_account": ("min_tls_version", True),  # since 3.0; upgrade guide
    "azurerm_mssql_server": ("minimum_tls_version", True),
    "azurerm_postgresql_server": ("ssl_minimal_tls_version_enforced", True),
    "azurerm_mysql_server": ("ssl_minimal_tls_version_enforced", True),
    "azurerm_mariadb_server": ("ssl_minimal_tls_version_enforced", True),
    "azurerm_cosmosdb_account": ("minimal_tls_version", True),
    "azurerm_redis_cache": ("minimum_tls_version", False),
}


def judge(store: Asset, estate: Estate) -> Answer:
    del estate
    argument, modern = _SAYS[store.native_type]
    path, version = said(store, argument)
    if not is_written(version):
        if modern:
            return passed()
        reason = Reason(ReasonKind.REFERENCE, "the default hangs on the provider's version", store.place)
        raise UnknownValueError((reason,), store.place)
    if version.text().lower() not in _OLD:
        return passed()
    return failed("it accepts versions of TLS that are broken", seen(path, version))


CHECK = Check(
    id="azure-store-tls-version",
    title="Stores accept TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="TLS 1.0 and 1.1 are withdrawn (RFC 8996): who sits between can weaken what is negotiated.",
    remedy=(
        'Set `min_tls_version = "TLS1_2"` (storage), `minimum_tls_version = "1.2"` (SQL, Redis), '
        '`ssl_minimal_tls_version_enforced = "TLS1_2"`.'
    ),
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("azurerm",),
    native_types=(
        "azurerm_storage_account",
        "azurerm_mssql_server",
        "azurerm_postgresql_server",
        "azurerm_mysql_server",
        "azurerm_mariadb_server",
        "azurerm_cosmosdb_account",
        "azurerm_redis_cache",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://learn.microsoft.com/en-us/azure/storage/common/transport-layer-security-configure-minimum-version",
    ),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)"), iso_27001=("A.8.24",), pci_dss_4=("4.2.1",)),
    known_as=KnownAs(
        checkov=("CKV_AZURE_44", "CKV_AZURE_52", "CKV_AZURE_54", "CKV_AZURE_147", "CKV_AZURE_148", "CKV2_AZURE_37"),
        trivy=("AVD-AZU-0011",),
        tfsec=("azure-storage-use-secure-tls-policy",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  min_tls_version = "TLS1_0"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_mssql_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  version             = "12.0"
  minimum_tls_version = "Disabled"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_redis_cache" "sessions" {
  name                = "sessions"
  resource_group_name = "main"
  location            = "westeurope"
  capacity            = 1
  family              = "C"
  sku_name            = "Standard"
  minimum_tls_version = "1.2"
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_redis_cache" "sessions" {
  name                = "sessions"
  resource_group_name = "main"
  location            = "westeurope"
  capacity            = 1
  family              = "C"
  sku_name            = "Standard"
}
""",
            says="the default is 1.0 in some versions of the provider, and 1.2 in others",
        ),
    ),
)
