"""Managed clusters on which network policies have no effect."""

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
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    if cluster.native_type == "azurerm_kubernetes_cluster":
        path, policy = said(cluster, "network_profile.network_policy")
        # Not written: none is installed (registry.terraform.io, azurerm_kubernetes_cluster; AKS, "Secure traffic").
        if is_written(policy) and policy.text().lower() not in {"none", ""}:
            return passed()
        return failed("network policies have no effect in it", seen(path, policy))
    if said(cluster, "enable_autopilot")[1].boolean(default=False):
        return passed()
    if said(cluster, "datapath_provider")[1].text(default="") == "ADVANCED_DATAPATH":
        return passed()
    path, enabled = said(cluster, "network_policy.enabled")
    if enabled.boolean(default=False):
        return passed()
    return failed("network policies have no effect in it", seen(path, enabled))


CHECK = Check(
    id="managed-kubernetes-network-policy",
    title="Managed clusters enforce network policies",
    severity=Severity.MEDIUM,
    why=("Where nothing enforces them, network policies are paper: every pod reaches every other, and nobody is told."),
    remedy=(
        'Set `network_policy` in `network_profile` of AKS; `datapath_provider = "ADVANCED_DATAPATH"` or '
        "`network_policy { enabled = true }` of GKE."
    ),
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("azurerm", "google"),
    native_types=("azurerm_kubernetes_cluster", "google_container_cluster"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://learn.microsoft.com/en-us/azure/aks/use-network-policies",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy",
    ),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_AZURE_7", "CKV_GCP_12")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
  network_profile {
    network_plugin = "azure"
    network_policy = "cilium"
  }
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
  network_profile {
    network_plugin = "kubenet"
  }
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
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  datapath_provider = "ADVANCED_DATAPATH"
}
""",
            says="Dataplane V2 has them built in",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  network_policy {
    enabled = true
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  enable_autopilot = true
}
""",
            says="Autopilot runs on Dataplane V2",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
}
""",
        ),
    ),
)
