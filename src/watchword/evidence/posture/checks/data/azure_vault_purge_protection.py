"""Vaults whose keys can be deleted for good."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-vault-purge-protection",
    title="Vaults keep what was deleted for their days",
    severity=Severity.MEDIUM,
    why=(
        "Who deletes a key deletes everything that it encrypts. With purge protection nobody can, an "
        "administrator neither, before the days are over."
    ),
    remedy="Set `purge_protection_enabled = true`.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.INITIAL,
    kinds=("vault",),
    providers=("azurerm",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must("purge_protection", "whoever may purge deletes keys for good"),
    references=("https://learn.microsoft.com/en-us/azure/key-vault/general/soft-delete-overview",),
    frameworks=Frameworks(nist_800_53=("CP-9", "SC-12"), iso_27001=("A.8.13", "A.8.24")),
    known_as=KnownAs(checkov=("CKV_AZURE_42", "CKV_AZURE_110")),
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
  purge_protection_enabled = true
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
            says="off by default",
        ),
    ),
)
