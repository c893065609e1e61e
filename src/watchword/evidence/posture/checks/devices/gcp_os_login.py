"""Machines whose sign-in is not IAM's."""

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


def judge(asset: Asset, estate: Estate) -> Answer:
    del estate
    path, value = said(asset, "metadata.enable-oslogin")
    if asset.native_type == "google_compute_instance":
        if value.is_absent or value.text().lower() == "true":
            return passed()
        return failed("it turns OS Login off for itself", seen(path, value))
    if not value.is_absent and value.text().lower() == "true":
        return passed()
    return failed("machines keep keys of their own, beside IAM", seen(path, value))


CHECK = Check(
    id="gcp-os-login",
    title="Machines are signed in to by IAM",
    severity=Severity.MEDIUM,
    why=(
        "SSH keys in metadata belong to nobody and never end. With OS Login a sign-in is a grant: given, "
        "reviewed, taken back, and tied to a second factor."
    ),
    remedy='Set `enable-oslogin = "TRUE"` in `google_compute_project_metadata`, and on no machine the contrary.',
    function=Function.RESOURCE_ACCESS,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_compute_project_metadata", "google_compute_instance"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/compute/docs/oslogin",),
    frameworks=Frameworks(nist_800_53=("AC-2", "IA-2"), iso_27001=("A.5.16",), cis_gcp=("4.4",)),
    known_as=KnownAs(checkov=("CKV_GCP_33", "CKV_GCP_34")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_project_metadata" "all" {
  metadata = {
    enable-oslogin = "TRUE"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_project_metadata" "all" {
  metadata = {
    foo = "bar"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  metadata = {
    enable-oslogin = "false"
  }
}
""",
            says="a machine that turns it off for itself",
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
            says="what the project says holds",
        ),
    ),
)
