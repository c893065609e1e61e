"""Vaults that answer every network."""

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
from watchword.inventory import Asset, FrontEnd


def judge(vault: Asset, estate: Estate) -> Answer:
    del estate
    if not vault["public"].boolean(default=True):
        return passed()
    action = vault["default_action"]
    if action.text(default="Allow") == "Deny":
        return passed()
    return failed("every network may ask it", seen("default_action", action))


CHECK = Check(
    id="azure-vault-firewall",
    title="Vaults answer known networks alone",
    severity=Severity.MEDIUM,
    why="A token that leaked opens the vault from anywhere. Where networks are named, it is worth less.",
    remedy=(
        'Set `default_action = "Deny"` in `network_acls`, or `public_network_access_enabled = false` with '
        "a private endpoint."
    ),
    function=Function.DATA_ACCESS,
    stage=Stage.ADVANCED,
    kinds=("vault",),
    providers=("azurerm",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/key-vault/general/network-security",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_AZURE_109", "CKV_AZURE_189")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault" "main" {
  name                = "main"
  resource_group_name = "main"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
  network_acls {
    default_action = "Deny"
    bypass         = "AzureServices"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault" "main" {
  name                = "main"
  resource_group_name = "main"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
  public_network_access_enabled = false
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault" "main" {
  name                = "main"
  resource_group_name = "main"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}
""",
        ),
    ),
)
