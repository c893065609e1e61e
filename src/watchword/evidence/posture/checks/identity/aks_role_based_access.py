"""AKS clusters without RBAC."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="aks-role-based-access",
    title="AKS clusters have RBAC",
    severity=Severity.HIGH,
    why="Without RBAC every account of the cluster is its administrator.",
    remedy="Remove `role_based_access_control_enabled = false`: it is on by default.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("azurerm",),
    native_types=("azurerm_kubernetes_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("role_based_access_control_enabled", "whoever gets in may do everything", default=True),
    references=("https://learn.microsoft.com/en-us/azure/aks/concepts-identity",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(checkov=("CKV_AZURE_5",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
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
  role_based_access_control_enabled = false
}
""",
        ),
    ),
)
