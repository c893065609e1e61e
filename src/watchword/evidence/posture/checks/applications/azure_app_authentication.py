"""Applications that the platform asks nobody for."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-app-authentication",
    title="Applications ask who comes before their code runs",
    severity=Severity.LOW,
    why=(
        "Where the platform asks, a flaw in the code is met by those who signed in alone. Where the code "
        "asks, by everybody."
    ),
    remedy=(
        "Set `auth_settings_v2 { auth_enabled = true }` with a provider, or put the application behind a "
        "gateway that asks."
    ),
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("web_app",),
    providers=("azurerm",),
    native_types=(
        "azurerm_linux_web_app",
        "azurerm_windows_web_app",
        "azurerm_linux_function_app",
        "azurerm_windows_function_app",
        "azurerm_app_service",
        "azurerm_function_app",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must("authentication", "anybody reaches the code"),
    references=("https://learn.microsoft.com/en-us/azure/app-service/overview-authentication-authorization",),
    frameworks=Frameworks(nist_800_53=("AC-3", "IA-2"), iso_27001=("A.8.5",)),
    known_as=KnownAs(checkov=("CKV_AZURE_13", "CKV_AZURE_56")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "main"
  location            = "westeurope"
  service_plan_id     = "plan"
  auth_settings_v2 {
    auth_enabled = true
    login {}
  }
  site_config {}
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "main"
  location            = "westeurope"
  service_plan_id     = "plan"
  auth_settings {
    enabled = true
  }
  site_config {}
}
""",
            says="the old style",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "main"
  location            = "westeurope"
  service_plan_id     = "plan"
  site_config {}
}
""",
        ),
    ),
)
