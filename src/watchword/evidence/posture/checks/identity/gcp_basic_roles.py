"""Basic roles of Google Cloud that are given to somebody."""

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
    unsure,
)
from watchword.inventory import Asset, FrontEnd

_BASIC: Final = frozenset({"roles/owner", "roles/editor"})
_LEVELS: Final = frozenset({"organization", "folder", "project"})


def judge(grant: Asset, estate: Estate) -> Answer:
    del estate
    if grant["level"].text() not in _LEVELS:
        return not_applicable("basic roles are given on projects and above")
    role = grant["role"]
    if role.text() not in _BASIC:
        return passed()
    return failed(f"{role.text()} may change nearly everything there", seen("role", role))


CHECK = Check(
    id="gcp-basic-roles",
    title="Basic roles of Google Cloud are given to nobody",
    severity=Severity.HIGH,
    why=(
        "Owner and editor reach nearly every service of a project, those that are switched on next year "
        "too. One credential that leaks gives all of it."
    ),
    remedy=(
        "Give predefined or custom roles for what is done: set `role` of `google_project_iam_member` to "
        "`roles/storage.objectViewer` and its like."
    ),
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("cloud_grant",),
    providers=("google",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://cloud.google.com/iam/docs/roles-overview",
        "https://cloud.google.com/iam/docs/using-iam-securely",
    ),
    frameworks=Frameworks(nist_800_53=("AC-6",), iso_27001=("A.5.15", "A.8.2"), pci_dss_4=("7.2.2",), soc_2=("CC6.3",)),
    known_as=KnownAs(checkov=("CKV_GCP_115", "CKV_GCP_116", "CKV_GCP_117")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/storage.objectViewer"
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/editor"
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_folder_iam_binding" "team" {
  folder  = "folders/1234567"
  role    = "roles/owner"
  members = ["group:team@example.com"]
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "role" {}

resource "google_project_iam_member" "app" {
  project = "shop"
  role    = var.role
  member  = "group:team@example.com"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_iam_member" "app" {
  bucket = "shop-logs"
  role   = "roles/storage.objectViewer"
  member = "group:team@example.com"
}
""",
        ),
    ),
)
