"""Registries whose images nobody scans."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.native import must_not_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gcp-registry-scanning",
    title="Scanning of registries is not switched off",
    severity=Severity.MEDIUM,
    why=(
        "Most of an image is other people's code. Its known flaws are found for free when it is pushed, before it runs."
    ),
    remedy='Set `enablement_config = "INHERITED"`, and enable the Container Scanning API.',
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("registry",),
    providers=("google",),
    native_types=("google_artifact_registry_repository",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_not_say(
        "vulnerability_scanning_config.enablement_config", ("DISABLED",), "its images are not scanned", default=None
    ),
    references=("https://cloud.google.com/artifact-registry/docs/analysis",),
    frameworks=Frameworks(nist_800_53=("RA-5", "SI-2"), iso_27001=("A.8.8",), pci_dss_4=("6.3.1",)),
    known_as=KnownAs(),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_artifact_registry_repository" "images" {
  repository_id = "images"
  location      = "europe"
  format        = "DOCKER"
  vulnerability_scanning_config {
    enablement_config = "INHERITED"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_artifact_registry_repository" "images" {
  repository_id = "images"
  location      = "europe"
  format        = "DOCKER"
  vulnerability_scanning_config {
    enablement_config = "DISABLED"
  }
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "google_artifact_registry_repository" "images" {
  repository_id = "images"
  location      = "europe"
  format        = "DOCKER"
}
""",
            says="the project decides",
        ),
    ),
)
