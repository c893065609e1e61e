"""Managed clusters that stay at the version they were made with."""

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


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    if cluster.native_type == "azurerm_kubernetes_cluster":
        path, channel = said(cluster, "automatic_upgrade_channel", "automatic_channel_upgrade")
        if channel.text(default="none").lower() not in {"none", ""}:
            return passed()
    else:
        # GKE, "About release channels": by default, new clusters are enrolled in the Regular channel.
        path, channel = said(cluster, "release_channel.channel")
        if channel.text(default="REGULAR") != "UNSPECIFIED":
            return passed()
    return failed("it is in no channel of upgrades", seen(path, channel))


CHECK = Check(
    id="managed-kubernetes-upgrades",
    title="Managed clusters are upgraded by themselves",
    severity=Severity.MEDIUM,
    why=(
        "A new version of Kubernetes is out of support after about a year. Flaws of a control plane that "
        "nobody moves stay open."
    ),
    remedy=(
        'Set `automatic_upgrade_channel = "patch"` (`automatic_channel_upgrade` in azurerm 3), or a '
        "`release_channel` of GKE."
    ),
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("azurerm", "google"),
    native_types=("azurerm_kubernetes_cluster", "google_container_cluster"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://learn.microsoft.com/en-us/azure/aks/auto-upgrade-cluster",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels",
    ),
    frameworks=Frameworks(nist_800_53=("SI-2",), iso_27001=("A.8.8",)),
    known_as=KnownAs(checkov=("CKV_AZURE_171", "CKV_GCP_70")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
  automatic_upgrade_channel = "patch"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
  automatic_channel_upgrade = "stable"
}
""",
            says="azurerm 3",
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
  release_channel {
    channel = "REGULAR"
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
}
""",
            says="GKE puts a new cluster in the regular channel",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  release_channel {
    channel = "UNSPECIFIED"
  }
}
""",
        ),
    ),
)
