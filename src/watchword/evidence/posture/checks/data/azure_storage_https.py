"""Storage accounts that answer in clear."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-storage-https",
    title="Storage accounts answer over TLS alone",
    severity=Severity.HIGH,
    why="What is sent in clear is read and changed on its way, with the key or link that opens it.",
    remedy="Remove `https_traffic_only_enabled = false` (`enable_https_traffic_only` in azurerm 3).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("azurerm",),
    native_types=("azurerm_storage_account",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say(
        ("https_traffic_only_enabled", "enable_https_traffic_only"), "it answers requests in clear", default=True
    ),
    references=("https://learn.microsoft.com/en-us/azure/storage/common/storage-require-secure-transfer",),
    frameworks=Frameworks(nist_800_53=("SC-8",), iso_27001=("A.8.24",), pci_dss_4=("4.2.1",)),
    known_as=KnownAs(checkov=("CKV_AZURE_3",)),
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
  https_traffic_only_enabled = false
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
  enable_https_traffic_only = false
}
""",
            says="azurerm 3",
        ),
    ),
)
