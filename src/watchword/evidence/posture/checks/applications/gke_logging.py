"""GKE clusters whose logs go nowhere."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_not_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gke-logging",
    title="Logs of GKE clusters are kept",
    severity=Severity.MEDIUM,
    why=("When a pod is gone, its own log is gone. Without a place outside, nobody can tell what happened in it."),
    remedy='Remove `logging_service = "none"`.',
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("google",),
    native_types=("google_container_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_not_say(
        "logging_service", ("none",), "its logs go nowhere", default="logging.googleapis.com/kubernetes"
    ),
    references=("https://cloud.google.com/kubernetes-engine/docs/concepts/about-logs",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), iso_27001=("A.8.15",)),
    known_as=KnownAs(checkov=("CKV_GCP_1",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
}
""",
            says="on by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  logging_service = "none"
}
""",
        ),
    ),
)
