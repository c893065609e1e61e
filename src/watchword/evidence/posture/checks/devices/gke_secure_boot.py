"""GKE nodes that start whatever is on their disk."""

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
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
)
from watchword.evidence.posture.native import said
from watchword.evidence.posture.nodes import apart
from watchword.inventory import Asset, FrontEnd

_CONFIG: Final = "node_config.shielded_instance_config"


def judge(pool: Asset, estate: Estate) -> Answer:
    del estate
    reason = apart(pool)
    if reason:
        return not_applicable(reason)
    # Off and on by default: registry.terraform.io, google_container_node_pool, shielded_instance_config.
    path, boot = said(pool, f"{_CONFIG}.enable_secure_boot")
    if not boot.boolean(default=False):
        return failed("what its nodes start with need not be signed", seen(path, boot))
    path, measured = said(pool, f"{_CONFIG}.enable_integrity_monitoring")
    if not measured.boolean(default=True):
        return failed("how its nodes start is not measured", seen(path, measured))
    return passed()


CHECK = Check(
    id="gke-secure-boot",
    title="Nodes of GKE start what is signed",
    severity=Severity.LOW,
    why=("A rootkit below the operating system outlives whatever runs in it. Secure Boot starts what is signed alone."),
    remedy=(
        "Set `shielded_instance_config { enable_secure_boot = true }` in `node_config`; drivers that are "
        "not signed then do not load."
    ),
    function=Function.COMPLIANCE_MONITORING,
    stage=Stage.ADVANCED,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_container_node_pool", "google_container_cluster"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",),
    frameworks=Frameworks(nist_800_53=("SI-7",), iso_27001=("A.8.9",)),
    known_as=KnownAs(checkov=("CKV_GCP_68", "CKV_GCP_72")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
  node_config {
    shielded_instance_config {
      enable_secure_boot = true
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
}
""",
            says="off by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
  node_config {
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = false
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
}
""",
            says="its own pool",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  remove_default_node_pool = true
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  node_pool {
    node_count = 3
  }
}
""",
        ),
    ),
)
