"""Applications that answer in clear."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-app-https-only",
    title="Applications answer over TLS alone",
    severity=Severity.MEDIUM,
    why="What is sent in clear is read and changed on its way: sessions, passwords, pages.",
    remedy="Set `https_only = true`.",
    function=Function.TRAFFIC_ENCRYPTION,
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
    judge=must("https_only", "it answers requests in clear"),
    references=("https://learn.microsoft.com/en-us/azure/app-service/configure-ssl-bindings",),
    frameworks=Frameworks(nist_800_53=("SC-8",), iso_27001=("A.8.24",), pci_dss_4=("4.2.1",)),
    known_as=KnownAs(checkov=("CKV_AZURE_14", "CKV_AZURE_70", "CKV_AZURE_153")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "main"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only = true
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
  site_config {}
}
""",
            says="off by default",
        ),
    ),
)
