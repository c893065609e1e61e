"""Storage accounts whose containers can be read by everybody."""

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
)
from watchword.evidence.posture.native import said
from watchword.inventory import Asset, FrontEnd


def judge(asset: Asset, estate: Estate) -> Answer:
    del estate
    if asset.native_type == "azurerm_storage_container":
        path, access = said(asset, "container_access_type")
        if access.text(default="private").lower() == "private":
            return passed()
        return failed("everybody may read what is in it", seen(path, access))
    # True in azurerm 3 and 4; `allow_blob_public_access` until 2 (upgrade guide 3.0).
    path, allowed = said(asset, "allow_nested_items_to_be_public", "allow_blob_public_access")
    if not allowed.boolean(default=True):
        return passed()
    return failed("a container may be opened to everybody", seen(path, allowed))


CHECK = Check(
    id="azure-storage-public-blobs",
    title="No blobs can be read by everybody",
    severity=Severity.HIGH,
    why=(
        "A container that is open gives its files to whoever knows or guesses an address. Where the "
        "account forbids it, no container can be opened."
    ),
    remedy=(
        "Set `allow_nested_items_to_be_public = false` in the account, and leave `container_access_type` "
        'at `"private"`.'
    ),
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("azurerm",),
    native_types=("azurerm_storage_account", "azurerm_storage_container"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/storage/blobs/anonymous-read-access-prevent",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(
        checkov=("CKV_AZURE_34", "CKV_AZURE_190", "CKV2_AZURE_47"),
        trivy=("AVD-AZU-0007",),
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
  allow_nested_items_to_be_public = false
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
            says="on by default",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_container" "invoices" {
  name               = "invoices"
  storage_account_id = "files"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_container" "invoices" {
  name                  = "invoices"
  storage_account_id    = "files"
  container_access_type = "blob"
}
""",
        ),
    ),
)
