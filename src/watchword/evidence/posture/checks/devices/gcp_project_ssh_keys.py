"""Machines that take the SSH keys of the whole project."""

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


def judge(machine: Asset, estate: Estate) -> Answer:
    del estate
    path, blocked = said(machine, "metadata.block-project-ssh-keys")
    if blocked.text(default="false").lower() in {"true", "1"}:
        return passed()
    if said(machine, "metadata.enable-oslogin")[1].text(default="false").lower() == "true":
        return passed()
    return failed("whoever has a key of the project may sign in", seen(path, blocked))


CHECK = Check(
    id="gcp-project-ssh-keys",
    title="Machines do not take the keys of the whole project",
    severity=Severity.LOW,
    why="One key in the project's metadata opens every machine of it.",
    remedy='Use OS Login, or set `block-project-ssh-keys = "true"` in `metadata`.',
    function=Function.RESOURCE_ACCESS,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("google",),
    native_types=("google_compute_instance",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/compute/docs/connect/restrict-ssh-keys",),
    frameworks=Frameworks(nist_800_53=("AC-6", "IA-5"), iso_27001=("A.8.2",), cis_gcp=("4.3",)),
    known_as=KnownAs(checkov=("CKV_GCP_32",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  metadata = {
    block-project-ssh-keys = "true"
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
  metadata = {
    enable-oslogin = "TRUE"
  }
}
""",
            says="with OS Login keys in metadata count for nothing",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
}
""",
        ),
    ),
)
