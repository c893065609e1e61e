"""Registries from which anybody pulls."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-registry-anonymous-pull",
    title="Nobody pulls images who is not known",
    severity=Severity.MEDIUM,
    why="An image holds the code and, too often, its secrets: whoever pulls it has both.",
    remedy="Remove `anonymous_pull_enabled`.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("registry",),
    providers=("azurerm",),
    native_types=("azurerm_container_registry",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("anonymous_pull_enabled", "anybody pulls its images", wanted=False),
    references=("https://learn.microsoft.com/en-us/azure/container-registry/anonymous-pull-access",),
    frameworks=Frameworks(nist_800_53=("AC-3",), iso_27001=("A.5.15",)),
    known_as=KnownAs(checkov=("CKV_AZURE_138",)),
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
  anonymous_pull_enabled = true
}
""",
        ),
    ),
)
