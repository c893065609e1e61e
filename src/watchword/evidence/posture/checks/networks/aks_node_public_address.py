"""AKS nodes with addresses on the Internet."""

from typing import Final

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
from watchword.evidence.posture.native import said
from watchword.inventory import Asset, FrontEnd

_NAMES: Final = ("node_public_ip_enabled", "enable_node_public_ip")  # since azurerm 4, and until 3; off in both


def judge(nodes: Asset, estate: Estate) -> Answer:
    del estate
    begins = "" if nodes.native_type.endswith("_node_pool") else "default_node_pool."
    path, public = said(nodes, *(f"{begins}{name}" for name in _NAMES))
    if not public.boolean(default=False):
        return passed()
    return failed("its nodes have public addresses", seen(path, public))


CHECK = Check(
    id="aks-node-public-address",
    title="Nodes of AKS have no public addresses",
    severity=Severity.MEDIUM,
    why=(
        "A node with a public address is one rule away from the Internet, with the kubelet and whatever a "
        "pod opens on it."
    ),
    remedy="Remove `node_public_ip_enabled` (`enable_node_public_ip` in azurerm 3).",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("azurerm",),
    native_types=("azurerm_kubernetes_cluster", "azurerm_kubernetes_cluster_node_pool"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/aks/use-node-public-ips",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_AZURE_143",)),
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
  default_node_pool {
    name                   = "main"
    node_public_ip_enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster_node_pool" "more" {
  name                  = "more"
  kubernetes_cluster_id = "cluster"
  enable_node_public_ip = true
}
""",
            says="azurerm 3",
        ),
    ),
)
