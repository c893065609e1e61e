"""Rights to act as any service account of a project."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_IMPERSONATE: Final = frozenset(
    {
        "roles/iam.serviceAccountUser",
        "roles/iam.serviceAccountTokenCreator",
        "roles/iam.serviceAccountAdmin",
        "roles/iam.serviceAccountKeyAdmin",
        "roles/iam.workloadIdentityUser",
    }
)


def judge(grant: Asset, estate: Estate) -> Answer:
    del estate
    if grant["level"].text() == "resource":
        return passed()
    role = grant["role"]
    if role.text() not in _IMPERSONATE:
        return passed()
    return failed("it lets its holder act as every service account there", seen("role", role))


CHECK = Check(
    id="gcp-impersonation-project-wide",
    title="Nobody may act as every service account of a project",
    severity=Severity.HIGH,
    why=(
        "Whoever may use or make tokens for all service accounts has the rights of all of them together: "
        "of the strongest one, and of those that are made later."
    ),
    remedy=(
        "Give the role on the one account that is meant: `google_service_account_iam_member` instead of "
        "`google_project_iam_member`."
    ),
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("cloud_grant",),
    providers=("google",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/iam/docs/service-account-permissions",),
    frameworks=Frameworks(nist_800_53=("AC-6",), iso_27001=("A.8.2",), cis_gcp=("1.6",)),
    known_as=KnownAs(checkov=("CKV_GCP_41", "CKV_GCP_44", "CKV_GCP_45", "CKV_GCP_49")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_service_account_iam_member" "deploy" {
  service_account_id = "projects/shop/serviceAccounts/app@shop.iam.gserviceaccount.com"
  role               = "roles/iam.serviceAccountUser"
  member             = "group:deployers@example.com"
}
""",
            says="on one account",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_member" "deploy" {
  project = "shop"
  role    = "roles/iam.serviceAccountTokenCreator"
  member  = "group:deployers@example.com"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_member" "view" {
  project = "shop"
  role    = "roles/viewer"
  member  = "group:deployers@example.com"
}
""",
        ),
    ),
)
