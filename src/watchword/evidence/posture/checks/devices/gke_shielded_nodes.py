"""GKE clusters whose nodes cannot prove what they are."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gke-shielded-nodes",
    title="Nodes of GKE are shielded",
    severity=Severity.MEDIUM,
    why=(
        "A shielded node proves that it is the machine it says before it gets credentials. Without it, "
        "who steals bootstrap credentials becomes a node."
    ),
    remedy="Remove `enable_shielded_nodes = false`: it is on by default.",
    function=Function.COMPLIANCE_MONITORING,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("google",),
    native_types=("google_container_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("enable_shielded_nodes", "a node is taken at its word", default=True),
    references=("https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",),
    frameworks=Frameworks(nist_800_53=("SI-7",), iso_27001=("A.8.9",)),
    known_as=KnownAs(checkov=("CKV_GCP_71",)),
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
  enable_shielded_nodes = false
}
""",
        ),
    ),
)
