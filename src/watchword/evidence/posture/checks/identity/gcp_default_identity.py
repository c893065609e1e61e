"""Machines that run as the project's default service account."""

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
    which,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd, Value
from watchword.inventory.shapes import walk

_DEFAULT: Final = r".*-compute@developer\.gserviceaccount\.com"


_WORDS: Final = "its nodes run as the project's default account"
_POOL: Final = "node_config.service_account"
_AUTOPILOT: Final = "cluster_autoscaling.auto_provisioning_defaults.service_account"


def judge(machine: Asset, estate: Estate) -> Answer:
    if machine.native_type == "google_container_cluster":
        return _cluster(machine, estate)
    if machine.native_type == "google_container_node_pool":
        path, email = said(machine, _POOL)
        return passed() if _is_own(email, machine, estate) else failed(_WORDS, seen(path, email))
    if not is_written(said(machine, "service_account")[1]):
        return passed()  # nothing is attached to it
    path, email = said(machine, "service_account.email")
    if _is_own(email, machine, estate):
        return passed()
    return failed("it runs as the project's default account", seen(path, email))


def _cluster(cluster: Asset, estate: Estate) -> Answer:
    if said(cluster, "remove_default_node_pool")[1].boolean(default=False):
        return not_applicable("its nodes are declared as pools")
    pools = said(cluster, "node_pool")[1]
    if is_written(pools):  # within it
        emails = [walk(pool, _POOL) for pool in pools.each()]
        others = which(emails, lambda email: not _is_own(email, cluster, estate))
        return failed(_WORDS, *(seen(f"node_pool.{_POOL}", email) for email in others)) if others else passed()
    autopilot = said(cluster, "enable_autopilot")[1].boolean(default=False)
    path, email = said(cluster, _AUTOPILOT if autopilot else _POOL)
    return passed() if _is_own(email, cluster, estate) else failed(_WORDS, seen(path, email))


def _is_own(email: Value, machine: Asset, estate: Estate) -> bool:
    """Whether it names an account that was made for it: one that is declared here, or any but the project's own."""
    if any(account.native_type == "google_service_account" for account in estate.named(email, machine)):
        return True
    return is_written(email) and email.text() != "default" and not email.matches(_DEFAULT)


CHECK = Check(
    id="gcp-default-identity",
    title="Machines run as an account of their own",
    severity=Severity.MEDIUM,
    why=(
        "The default service account is every machine's, and in many projects an editor. What one machine "
        "is allowed, all are."
    ),
    remedy=(
        "Make a service account with what is needed, and name it in `service_account` "
        "(`node_config.service_account` of GKE)."
    ),
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=(
        "google_compute_instance",
        "google_compute_instance_template",
        "google_compute_region_instance_template",
        "google_container_node_pool",
        "google_container_cluster",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://cloud.google.com/compute/docs/access/service-accounts",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",
    ),
    frameworks=Frameworks(nist_800_53=("AC-6",), iso_27001=("A.8.2",), cis_gcp=("4.1",)),
    known_as=KnownAs(
        checkov=("CKV_GCP_30", "CKV_GCP_31"), trivy=("AVD-GCP-0050",), tfsec=("google-gke-use-service-account",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  service_account {
    email  = "app@shop.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
}
""",
            says="none is attached",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  service_account {
    scopes = ["cloud-platform"]
  }
}
""",
            says="the default one, with everything",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  service_account {
    email  = "123456-compute@developer.gserviceaccount.com"
    scopes = ["cloud-platform"]
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
    machine_type = "e2-medium"
  }
}
""",
            says="nodes run as it by default",
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
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  service_account {
    email  = google_service_account.app.email
    scopes = ["cloud-platform"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name             = "main"
  location         = "europe-west1"
  enable_autopilot = true
}
""",
            says="Autopilot's nodes too",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  node_pool {
    node_config {
      service_account = "nodes@shop.iam.gserviceaccount.com"
    }
  }
}
""",
        ),
    ),
)
