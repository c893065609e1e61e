"""Machines that do not measure how they start."""

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
    unsure,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError


def judge(machine: Asset, estate: Estate) -> Answer:
    del estate
    block = said(machine, "shielded_instance_config")[1]
    if not block.is_unknown and not is_written(block):
        reason = Reason(ReasonKind.REFERENCE, "its image decides where nothing is written", machine.place)
        raise UnknownValueError((reason,), machine.place)
    for name in ("enable_vtpm", "enable_integrity_monitoring"):  # both are on by default within the block
        path, value = said(machine, f"shielded_instance_config.{name}")
        if not value.boolean(default=True):
            return failed("what it starts with is not measured", seen(path, value))
    return passed()


CHECK = Check(
    id="gcp-shielded-machine",
    title="Machines measure how they start",
    severity=Severity.LOW,
    why=(
        "A rootkit below the operating system is seen by nothing that runs in it. A measured boot shows "
        "that something changed."
    ),
    remedy="Add `shielded_instance_config`, with `enable_vtpm` and `enable_integrity_monitoring` left on.",
    function=Function.COMPLIANCE_MONITORING,
    stage=Stage.ADVANCED,
    kinds=("instance",),
    providers=("google",),
    native_types=("google_compute_instance",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/compute/shielded-vm/docs/shielded-vm",),
    frameworks=Frameworks(nist_800_53=("SI-7",), iso_27001=("A.8.9",), cis_gcp=("4.8",)),
    known_as=KnownAs(checkov=("CKV_GCP_39",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
  shielded_instance_config {
    enable_vtpm                 = true
    enable_integrity_monitoring = true
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
  shielded_instance_config {
    enable_vtpm = false
  }
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west1-b"
}
""",
            says="the image decides",
        ),
    ),
)
