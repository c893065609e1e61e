"""GKE clusters whose API takes a certificate or a password."""

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
    name = said(cluster, "master_auth.username")[1]
    if not name.is_absent and name.text():
        return failed("its API takes a password", seen("master_auth.username", name))
    # Since GKE 1.12 none is issued unless it is asked for (hardening guide).
    path, certificate = said(cluster, "master_auth.client_certificate_config.issue_client_certificate")
    if certificate.boolean(default=False):
        return failed("its API takes a certificate that cannot be revoked", seen(path, certificate))
    return passed()


CHECK = Check(
    id="gke-static-credentials",
    title="GKE clusters take no certificates and passwords",
    severity=Severity.MEDIUM,
    why=("A client certificate is good for years and cannot be revoked; a password is shared. Neither says who came."),
    remedy=(
        "Set `issue_client_certificate = false` in `master_auth.client_certificate_config`, and remove "
        "`username` and `password`."
    ),
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("google",),
    native_types=("google_container_cluster",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",),
    frameworks=Frameworks(nist_800_53=("IA-2", "IA-5"), iso_27001=("A.5.17",)),
    known_as=KnownAs(checkov=("CKV_GCP_13",), trivy=("AVD-GCP-0064",)),
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
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  master_auth {
    client_certificate_config {
      issue_client_certificate = false
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
  master_auth {
    client_certificate_config {
      issue_client_certificate = true
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
  master_auth {
    username = "admin"
    password = "correct-horse-battery"
  }
}
""",
            says="basic authentication",
        ),
    ),
)
