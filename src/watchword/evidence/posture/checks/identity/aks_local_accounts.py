"""AKS clusters with accounts that Entra does not know."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="aks-local-accounts",
    title="AKS clusters have no local accounts",
    severity=Severity.MEDIUM,
    why=(
        "The local account is an administrator with a certificate that nobody's name is on, that no "
        "second factor guards and that leaving the company does not end."
    ),
    remedy="Set `local_account_disabled = true`, with `azure_active_directory_role_based_access_control`.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("kubernetes_cluster",),
    providers=("azurerm",),
    native_types=("azurerm_kubernetes_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("local_account_disabled", "its local administrators sign in with a certificate of no name"),
    references=("https://learn.microsoft.com/en-us/azure/aks/manage-local-accounts-managed-azure-ad",),
    frameworks=Frameworks(nist_800_53=("AC-2", "IA-2"), iso_27001=("A.5.16",)),
    known_as=KnownAs(checkov=("CKV_AZURE_141",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
  local_account_disabled = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
}
""",
            says="they are there by default",
        ),
    ),
)
