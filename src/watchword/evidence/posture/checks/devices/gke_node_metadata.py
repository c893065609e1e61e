"""GKE nodes that give pods the machine's identity."""

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
from watchword.evidence.posture.native import is_written, said
from watchword.evidence.posture.nodes import apart
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError

_PATH: Final = "node_config.workload_metadata_config.mode"


def judge(nodes: Asset, estate: Estate) -> Answer:
    reason = apart(nodes)
    if reason:
        return not_applicable(reason)
    own = nodes.native_type == "google_container_cluster"
    clusters = (nodes,) if own else estate.named(said(nodes, "cluster")[1], nodes)
    path, mode = said(nodes, _PATH)
    if is_written(mode):
        if mode.text() == "GKE_METADATA":
            return passed()
        return failed("pods read the machine's credentials", seen(path, mode))
    # A pool of a cluster with workload identity gets GKE_METADATA by default (GKE, "Workload Identity Federation").
    for cluster in clusters:
        pool = said(cluster, "workload_identity_config.workload_pool")[1]
        if is_written(pool):
            return passed()
        return failed("pods read the machine's credentials", seen(path, mode))
    why = Reason(ReasonKind.REFERENCE, "its cluster decides, which is not declared here", nodes.place)
    raise UnknownValueError((why,), nodes.place)


CHECK = Check(
    id="gke-node-metadata",
    title="Pods of GKE do not get the machine's identity",
    severity=Severity.MEDIUM,
    why=(
        "What reads the metadata of a node is the node's service account. One pod that is taken over is "
        "then all of them."
    ),
    remedy=(
        'Set `workload_metadata_config { mode = "GKE_METADATA" }` in `node_config`, and '
        "`workload_identity_config` in the cluster."
    ),
    function=Function.RESOURCE_ACCESS,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_container_node_pool", "google_container_cluster"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",),
    frameworks=Frameworks(nist_800_53=("AC-6", "SC-7"), iso_27001=("A.8.2",)),
    known_as=KnownAs(checkov=("CKV_GCP_69",), trivy=("AVD-GCP-0057",), tfsec=("google-gke-node-metadata-security",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
  node_config {
    workload_metadata_config {
      mode = "GKE_METADATA"
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
  node_config {
    workload_metadata_config {
      mode = "GCE_METADATA"
    }
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  enable_autopilot = true
}
""",
            says="Autopilot always guards it",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
}
""",
            says="the cluster's workload identity decides, which is declared elsewhere",
        ),
    ),
)
