"""GKE nodes that nothing upgrades or repairs."""

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


def judge(pool: Asset, estate: Estate) -> Answer:
    del estate
    # Both are on by default since google 5 (upgrade guide 5.0, google_container_node_pool).
    for name, words in (("auto_upgrade", "nothing upgrades its nodes"), ("auto_repair", "nothing repairs its nodes")):
        path, value = said(pool, f"management.{name}")
        if not value.boolean(default=True):
            return failed(words, seen(path, value))
    return passed()


CHECK = Check(
    id="gke-node-upgrades",
    title="Nodes of GKE are upgraded and repaired by themselves",
    severity=Severity.MEDIUM,
    why=(
        "Flaws of the kubelet and of the kernel stay in nodes that nobody renews, long after the control "
        "plane moved on."
    ),
    remedy="Remove `auto_upgrade = false` and `auto_repair = false` from `management`.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_container_node_pool",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-upgrades",),
    frameworks=Frameworks(nist_800_53=("SI-2",), iso_27001=("A.8.8",)),
    known_as=KnownAs(checkov=("CKV_GCP_9", "CKV_GCP_10")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
  management {
    auto_upgrade = false
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
  management {
    auto_repair  = false
    auto_upgrade = true
  }
}
""",
        ),
    ),
)
