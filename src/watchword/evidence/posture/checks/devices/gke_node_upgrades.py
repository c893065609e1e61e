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
    unsure,
)
from watchword.evidence.posture.native import is_written, said
from watchword.evidence.posture.versions import since
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError


def judge(pool: Asset, estate: Estate) -> Answer:
    # Off until google 4, on since 5: "Terraform Google Provider 5.0.0 Upgrade Guide", google_container_node_pool.
    default = since(estate, pool, "google", 5)
    for name, words in (("auto_upgrade", "nothing upgrades its nodes"), ("auto_repair", "nothing repairs its nodes")):
        path, value = said(pool, f"management.{name}")
        if default is None and not is_written(value):
            reason = Reason(ReasonKind.REFERENCE, "off in google 4 and on in 5, and no version is required", pool.place)
            raise UnknownValueError((reason,), pool.place)
        if not value.boolean(default=default):
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
    remedy="Set `auto_upgrade = true` and `auto_repair = true` in `management`.",
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
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.0"
    }
  }
}

resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
}
""",
            says="on by default since google 5",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 4.80"
    }
  }
}

resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
}
""",
            says="off by default until google 4",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
}
""",
            says="no version is required",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = "main"
  management {
    auto_repair  = true
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
