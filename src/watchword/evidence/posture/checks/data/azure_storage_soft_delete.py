"""Storage accounts from which what is deleted is gone."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_be_written, said
from watchword.inventory import Asset, FrontEnd


def _no_blobs(account: Asset) -> str:
    return "it holds no blobs" if said(account, "account_kind")[1].text(default="StorageV2") == "FileStorage" else ""


CHECK = Check(
    id="azure-storage-soft-delete",
    title="Deleted blobs can be had back",
    severity=Severity.MEDIUM,
    why=(
        "What is deleted by mistake, or by somebody who wants a ransom, can be had back for some days, or not at all."
    ),
    remedy="Add `delete_retention_policy` to `blob_properties`.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("azurerm",),
    native_types=("azurerm_storage_account",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_be_written(
        "blob_properties.delete_retention_policy", "what is deleted is gone at once", unless=_no_blobs
    ),
    references=("https://learn.microsoft.com/en-us/azure/storage/blobs/soft-delete-blob-overview",),
    frameworks=Frameworks(nist_800_53=("CP-9",), iso_27001=("A.8.13",)),
    known_as=KnownAs(checkov=("CKV2_AZURE_38",), trivy=("AVD-AZU-0056",)),
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
  blob_properties {
    delete_retention_policy {
      days = 14
    }
  }
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
}
""",
        ),
    ),
)
