"""SQL servers that record nobody's queries."""

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
from watchword.evidence.posture.native import said
from watchword.inventory import Absent, Asset, FrontEnd, Value


def judge(server: Asset, estate: Estate) -> Answer:
    found, doubts = estate.fact(_audited)
    if server.uid in found:
        if found[server.uid].boolean(default=True):
            return passed()
        return failed("its auditing is off", seen("enabled", found[server.uid]))
    for value in doubts:
        value.text()  # raises: the policy may be this server's
    return failed("who asked what is not recorded", seen("auditing", Absent(server.place)))


def _audited(estate: Estate) -> tuple[dict[str, Value], list[Value]]:
    """Whether the policy of a server is on; and what it cannot be told policies are about."""
    found: dict[str, Value] = {}
    doubts: list[Value] = []
    for policy in estate.typed("azurerm_mssql_server_extended_auditing_policy"):
        of = said(policy, "server_id")[1]
        servers = estate.named(of, policy)
        found.update((server.uid, said(policy, "enabled")[1]) for server in servers)
        if not servers and of.is_unknown and not of.references:
            doubts.append(of)
    return found, doubts


CHECK = Check(
    id="azure-sql-auditing",
    title="SQL servers record who asked what",
    severity=Severity.MEDIUM,
    why="After a leak the question is who read what. Without auditing nobody can say.",
    remedy="Add `azurerm_mssql_server_extended_auditing_policy` for the server.",
    function=Function.DATA_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("database",),
    providers=("azurerm",),
    native_types=("azurerm_mssql_server",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/azure-sql/database/auditing-overview",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), iso_27001=("A.8.15",)),
    known_as=KnownAs(checkov=("CKV_AZURE_23",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_mssql_server" "orders" {
  name                = "orders"
  resource_group_name = "main"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_server_extended_auditing_policy" "orders" {
  server_id              = azurerm_mssql_server.orders.id
  log_monitoring_enabled = true
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
}

resource "azurerm_mssql_server_extended_auditing_policy" "orders" {
  server_id = azurerm_mssql_server.orders.id
  enabled   = false
}
""",
        ),
    ),
)
