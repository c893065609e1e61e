"""Storage accounts that answer every network."""

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
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd, Value


def judge(account: Asset, estate: Estate) -> Answer:
    path, public = said(account, "public_network_access_enabled")
    if not public.boolean(default=True):
        return passed()
    rules, action = said(account, "network_rules.default_action")
    if is_written(action):
        return passed() if action.text() == "Deny" else failed("every network may ask it", seen(rules, action))
    # Rules of their own: without any, the default action of Azure is Allow.
    apart, doubts = estate.fact(_apart)
    if account.uid in apart:
        action = apart[account.uid]
        return passed() if action.text() == "Deny" else failed("every network may ask it", seen(rules, action))
    for value in doubts:
        value.text()  # raises: the rules may be this account's
    return failed("every network may ask it", seen(path, public))


def _apart(estate: Estate) -> tuple[dict[str, Value], list[Value]]:
    """The default action of rules that are declared apart, by account; and what it cannot be told they are about."""
    found: dict[str, Value] = {}
    doubts: list[Value] = []
    for rules in estate.typed("azurerm_storage_account_network_rules"):
        of = said(rules, "storage_account_id", "storage_account_name")[1]
        accounts = estate.named(of, rules)
        found.update((account.uid, said(rules, "default_action")[1]) for account in accounts)
        if not accounts and of.is_unknown and not of.references:
            doubts.append(of)
    return found, doubts


CHECK = Check(
    id="azure-storage-firewall",
    title="Storage accounts answer known networks alone",
    severity=Severity.MEDIUM,
    why=("A key or a link that leaked opens the account from anywhere. Where networks are named, it is worth less."),
    remedy=(
        'Set `default_action = "Deny"` in `network_rules`, or `public_network_access_enabled = false` '
        "with a private endpoint."
    ),
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("object_store",),
    providers=("azurerm",),
    native_types=("azurerm_storage_account",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/storage/common/storage-network-security",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_AZURE_35", "CKV_AZURE_59")),
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
  network_rules {
    default_action = "Deny"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  public_network_access_enabled = false
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
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  network_rules {
    default_action = "Allow"
  }
}
""",
        ),
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

resource "azurerm_storage_account_network_rules" "files" {
  storage_account_id = azurerm_storage_account.files.id
  default_action     = "Deny"
}
""",
            says="rules beside it",
        ),
    ),
)
