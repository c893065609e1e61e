"""Subnets whose flows nobody records."""

from typing import Final

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
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd

_NO_LOGS: Final = (
    "REGIONAL_MANAGED_PROXY",
    "GLOBAL_MANAGED_PROXY",
    "INTERNAL_HTTPS_LOAD_BALANCER",
    "PRIVATE_SERVICE_CONNECT",
)


def judge(subnet: Asset, estate: Estate) -> Answer:
    del estate
    if said(subnet, "purpose")[1].text(default="PRIVATE") in _NO_LOGS:
        return not_applicable("flows of such a subnet cannot be recorded")
    path, log = said(subnet, "log_config")
    if is_written(log):
        return passed()
    return failed("its flows are not recorded", seen(path, log))


CHECK = Check(
    id="gcp-subnet-flow-logs",
    title="Flows of subnets are recorded",
    severity=Severity.MEDIUM,
    why=(
        "Who talked to whom is the first question after a break-in, and the input of every rule that narrows what may."
    ),
    remedy="Add `log_config` to the subnet.",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("subnet",),
    providers=("google",),
    native_types=("google_compute_subnetwork",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/vpc/docs/flow-logs",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12", "SI-4"), iso_27001=("A.8.15", "A.8.16"), cis_gcp=("3.8",), pci_dss_4=("10.2.1",)
    ),
    known_as=KnownAs(checkov=("CKV_GCP_26",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_subnetwork" "app" {
  name          = "app"
  network       = "main"
  ip_cidr_range = "10.0.0.0/20"
  log_config {
    flow_sampling = 0.5
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_subnetwork" "app" {
  name          = "app"
  network       = "main"
  ip_cidr_range = "10.0.0.0/20"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_subnetwork" "app" {
  name          = "app"
  network       = "main"
  ip_cidr_range = "10.0.0.0/20"
  purpose = "REGIONAL_MANAGED_PROXY"
}
""",
        ),
    ),
)
