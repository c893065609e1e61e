"""GKE clusters that run any image."""

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
    if said(cluster, "enable_binary_authorization")[1].boolean(default=False):
        return passed()  # until google 4
    path, mode = said(cluster, "binary_authorization.evaluation_mode")
    if mode.text(default="DISABLED") not in {"DISABLED", "EVALUATION_MODE_UNSPECIFIED", ""}:
        return passed()
    return failed("any image may run in it", seen(path, mode))


CHECK = Check(
    id="gke-binary-authorization",
    title="GKE runs images that somebody vouched for",
    severity=Severity.LOW,
    why="Without a policy at the door, whoever may deploy may run anything, built by anybody.",
    remedy='Set `evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"` in `binary_authorization`.',
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.OPTIMAL,
    kinds=("kubernetes_cluster",),
    providers=("google",),
    native_types=("google_container_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/binary-authorization/docs/overview",),
    frameworks=Frameworks(nist_800_53=("CM-14", "SI-7"), iso_27001=("A.8.32",)),
    known_as=KnownAs(checkov=("CKV_GCP_66",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
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
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  binary_authorization {
    evaluation_mode = "DISABLED"
  }
}
""",
        ),
    ),
)
