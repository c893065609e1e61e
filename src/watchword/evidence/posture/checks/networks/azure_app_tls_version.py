"""Applications that accept old versions of TLS."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-app-tls-version",
    title="Applications accept TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="TLS 1.0 and 1.1 are withdrawn (RFC 8996): who sits between can weaken what is negotiated.",
    remedy=(
        'Set `minimum_tls_version = "1.2"` in `site_config` (`min_tls_version` in `azurerm_app_service`), '
        "or leave it out."
    ),
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
    judge=one_of("minimum_tls", ("1.2", "1.3"), "it accepts versions of TLS that are broken", default="1.2"),
    references=("https://learn.microsoft.com/en-us/azure/app-service/overview-tls",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)"), iso_27001=("A.8.24",), pci_dss_4=("4.2.1",)),
    known_as=KnownAs(checkov=("CKV_AZURE_15", "CKV_AZURE_145", "CKV_AZURE_154")),
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
    minimum_tls_version = "1.0"
  }
}
""",
        ),
    ),
)
