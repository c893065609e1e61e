"""Registries with an administrator's password that all share."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-registry-admin-user",
    title="Registries have no shared administrator",
    severity=Severity.MEDIUM,
    why=(
        "The admin user is one name and one password for everybody who pushes: nobody can tell who replaced an image."
    ),
    remedy="Remove `admin_enabled`, and give identities `AcrPull` and `AcrPush`.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("registry",),
    providers=("azurerm",),
    native_types=("azurerm_container_registry",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("admin_enabled", "one password, for whoever has it, pushes and pulls", wanted=False),
    references=("https://learn.microsoft.com/en-us/azure/container-registry/container-registry-authentication",),
    frameworks=Frameworks(nist_800_53=("AC-2", "IA-2"), iso_27001=("A.5.16",)),
    known_as=KnownAs(checkov=("CKV_AZURE_137",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_container_registry" "images" {
  name                = "images"
  resource_group_name = "main"
  location            = "westeurope"
  sku                 = "Standard"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_container_registry" "images" {
  name                = "images"
  resource_group_name = "main"
  location            = "westeurope"
  sku                 = "Standard"
  admin_enabled       = true
}
""",
        ),
    ),
)
