"""Keys and secrets that are good for ever."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_be_written
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-vault-expiry",
    title="Keys and secrets of vaults end",
    severity=Severity.LOW,
    why="What has no end is never renewed, and what leaked years ago still opens.",
    remedy="Set `expiration_date`, or `expire_after` in a key's `rotation_policy`.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("secret", "key"),
    providers=("azurerm",),
    native_types=("azurerm_key_vault_secret", "azurerm_key_vault_key"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_be_written(("expiration_date", "rotation_policy.expire_after"), "it is good for ever"),
    references=("https://learn.microsoft.com/en-us/azure/key-vault/keys/how-to-configure-key-rotation",),
    frameworks=Frameworks(nist_800_53=("IA-5", "SC-12"), iso_27001=("A.5.17", "A.8.24")),
    known_as=KnownAs(checkov=("CKV_AZURE_40", "CKV_AZURE_41")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault_secret" "token" {
  name            = "token"
  value           = "from-elsewhere"
  key_vault_id    = "vault"
  expiration_date = "2030-01-01T00:00:00Z"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault_secret" "token" {
  name         = "token"
  value        = "from-elsewhere"
  key_vault_id = "vault"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = "vault"
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = "vault"
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
  rotation_policy {
    expire_after = "P90D"
    automatic {
      time_before_expiry = "P30D"
    }
  }
}
""",
            says="each version ends by the key's policy",
        ),
    ),
)
