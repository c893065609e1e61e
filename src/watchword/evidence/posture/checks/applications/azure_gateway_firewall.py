"""Application gateways and front doors without a web application firewall."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    ANY_KIND,
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
from watchword.inventory import Asset, FrontEnd, some


def judge(gateway: Asset, estate: Estate) -> Answer:
    del estate
    policy = said(gateway, "firewall_policy_id")[1]
    if is_written(policy):
        return passed()
    path, enabled = said(gateway, "waf_configuration.enabled")
    if enabled.boolean(default=False):
        return passed()
    # Policies may stand at listeners and paths instead of the whole.
    for listener in ("http_listener[].firewall_policy_id", "url_path_map[].path_rule[].firewall_policy_id"):
        if some(said(gateway, listener)[1].each(), is_written):
            return passed()
    return failed("requests reach what is behind it unread", seen(path, enabled))


CHECK = Check(
    id="azure-gateway-firewall",
    title="Application gateways have a web application firewall",
    severity=Severity.MEDIUM,
    why=("A firewall that reads requests stops the known attacks on known flaws, in the days before a patch is in."),
    remedy="Set `firewall_policy_id`, or `waf_configuration { enabled = true }`.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("azurerm",),
    native_types=("azurerm_application_gateway",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/web-application-firewall/ag/ag-overview",),
    frameworks=Frameworks(nist_800_53=("SC-7", "SI-4"), iso_27001=("A.8.20",), pci_dss_4=("6.4.2",)),
    known_as=KnownAs(checkov=("CKV_AZURE_120",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_application_gateway" "edge" {
  name                = "edge"
  resource_group_name = "main"
  location            = "westeurope"
  firewall_policy_id = "policy"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_application_gateway" "edge" {
  name                = "edge"
  resource_group_name = "main"
  location            = "westeurope"
  waf_configuration {
    enabled          = true
    firewall_mode    = "Prevention"
    rule_set_version = "3.2"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_application_gateway" "edge" {
  name                = "edge"
  resource_group_name = "main"
  location            = "westeurope"
}
""",
        ),
    ),
)
