"""GKE clusters that grant rights by attributes, beside RBAC."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gke-legacy-authorization",
    title="GKE clusters grant rights by RBAC alone",
    severity=Severity.HIGH,
    why=("Legacy authorization lets every service account of the cluster do nearly everything, whatever RBAC says."),
    remedy="Remove `enable_legacy_abac`, or set it to false.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("google",),
    native_types=("google_container_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("enable_legacy_abac", "rights are given beside RBAC", wanted=False),
    references=("https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
    known_as=KnownAs(checkov=("CKV_GCP_7",)),
    examples=(
        good(
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
  enable_legacy_abac = true
}
""",
        ),
    ),
)
