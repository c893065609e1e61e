"""Applications that a debugger can be attached to."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-app-remote-debugging",
    title="No debugger can be attached to applications",
    severity=Severity.MEDIUM,
    why="A debugger reads memory and changes what runs: it is meant for an hour, and stays for years.",
    remedy="Remove `remote_debugging_enabled` from `site_config`.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
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
        "azurerm_linux_web_app_slot",
        "azurerm_windows_web_app_slot",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_not("remote_debugging", "a debugger can be attached from outside"),
    references=("https://learn.microsoft.com/en-us/azure/app-service/configure-common",),
    frameworks=Frameworks(nist_800_53=("CM-7",), iso_27001=("A.8.9",)),
    known_as=KnownAs(checkov=("CKV_AZURE_72", "CKV_AZURE_155")),
    examples=(
        good(
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
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "main"
  location            = "westeurope"
  service_plan_id     = "plan"
  site_config {
    remote_debugging_enabled = true
  }
}
""",
        ),
    ),
)
