"""Machines with a console that asks no network."""

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
    path, value = said(machine, "metadata.serial-port-enable")
    if value.text(default="false").lower() not in {"true", "1"}:
        return passed()
    return failed("its console answers every address", seen(path, value))


CHECK = Check(
    id="gcp-serial-port",
    title="Serial ports of machines are closed",
    severity=Severity.MEDIUM,
    why="The interactive serial console knows no firewall: whoever has a key may come from any address.",
    remedy="Remove `serial-port-enable` from `metadata`.",
    function=Function.RESOURCE_ACCESS,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("google",),
    native_types=(
        "google_compute_instance",
        "google_compute_instance_template",
        "google_compute_region_instance_template",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-serial-console",),
    frameworks=Frameworks(nist_800_53=("AC-17", "SC-7"), iso_27001=("A.8.20",), cis_gcp=("4.5",)),
    known_as=KnownAs(checkov=("CKV_GCP_35",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
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
    serial-port-enable = "TRUE"
  }
}
""",
        ),
    ),
)
