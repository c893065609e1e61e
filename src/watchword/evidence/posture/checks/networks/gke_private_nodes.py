"""GKE nodes with addresses on the Internet."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gke-private-nodes",
    title="Nodes of GKE have no public addresses",
    severity=Severity.MEDIUM,
    why=(
        "A node with a public address is one firewall rule away from the Internet, with the kubelet and "
        "whatever a pod opens on it."
    ),
    remedy="Set `enable_private_nodes = true` in `private_cluster_config`, and let nodes out through Cloud NAT.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("google",),
    native_types=("google_container_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("private_cluster_config.enable_private_nodes", "its nodes have public addresses"),
    references=("https://cloud.google.com/kubernetes-engine/docs/concepts/private-cluster-concept",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_GCP_25", "CKV_GCP_64")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  private_cluster_config {
    enable_private_nodes = true
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
            says="nodes have public addresses by default",
        ),
    ),
)
