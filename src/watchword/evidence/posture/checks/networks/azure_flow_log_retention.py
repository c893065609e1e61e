"""Flow logs that are off, or gone before anybody asks."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
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
from watchword.evidence.posture.native import said
from watchword.inventory import Asset, FrontEnd

_LEAST: Final = 90


def judge(log: Asset, estate: Estate) -> Answer:
    del estate
    path, enabled = said(log, "enabled")
    if not enabled.boolean(default=True):
        return failed("it records nothing", seen(path, enabled))
    if not said(log, "retention_policy.enabled")[1].boolean(default=False):
        return passed()  # nothing takes them away
    path, days = said(log, "retention_policy.days")
    if days.number(default=0) == 0 or days.number(default=0) >= _LEAST:
        return passed()
    return failed(f"flows are kept for less than {_LEAST} days", seen(path, days))


CHECK = Check(
    id="azure-flow-log-retention",
    title="Flow logs are on, and kept for ninety days",
    severity=Severity.LOW,
    why="Break-ins are found after weeks. What is gone by then tells nothing.",
    remedy="Set `enabled = true`, and `days` in `retention_policy` to 90 or more.",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("flow_log",),
    providers=("azurerm",),
    native_types=("azurerm_network_watcher_flow_log",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/network-watcher/vnet-flow-logs-overview",),
    frameworks=Frameworks(nist_800_53=("AU-11", "AU-12"), iso_27001=("A.8.15",)),
    known_as=KnownAs(checkov=("CKV_AZURE_12",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_watcher_flow_log" "main" {
  name                 = "main"
  network_watcher_name = "watcher"
  resource_group_name  = "main"
  target_resource_id   = "vnet"
  storage_account_id   = "logs"
  enabled = true
  retention_policy {
    enabled = true
    days    = 90
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_watcher_flow_log" "main" {
  name                 = "main"
  network_watcher_name = "watcher"
  resource_group_name  = "main"
  target_resource_id   = "vnet"
  storage_account_id   = "logs"
  enabled = true
  retention_policy {
    enabled = true
    days    = 0
  }
}
""",
            says="0 keeps them for ever",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_watcher_flow_log" "main" {
  name                 = "main"
  network_watcher_name = "watcher"
  resource_group_name  = "main"
  target_resource_id   = "vnet"
  storage_account_id   = "logs"
  enabled = true
  retention_policy {
    enabled = true
    days    = 7
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_network_watcher_flow_log" "main" {
  name                 = "main"
  network_watcher_name = "watcher"
  resource_group_name  = "main"
  target_resource_id   = "vnet"
  storage_account_id   = "logs"
  enabled = false
  retention_policy {
    enabled = true
    days    = 90
  }
}
""",
        ),
    ),
)
