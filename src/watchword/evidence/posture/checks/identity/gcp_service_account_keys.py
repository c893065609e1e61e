"""Keys of service accounts that people make and keep."""

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
    if asset.native_type == "google_service_account":
        return passed()  # by itself it has keys of Google's alone, which nobody holds
    account = said(asset, "service_account_id")[1]
    return failed("a key that does not end is made and kept", seen("service_account_id", account))


CHECK = Check(
    id="gcp-service-account-keys",
    title="No keys of service accounts are made",
    severity=Severity.MEDIUM,
    why=(
        "A key of a service account is a password without an end and without a second factor. It lies in "
        "state files and in pipelines, and whoever copies it is the service."
    ),
    remedy=(
        "Attach the service account to what runs, or let others in by Workload Identity Federation; "
        "remove `google_service_account_key`."
    ),
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_service_account", "google_service_account_key"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys",),
    frameworks=Frameworks(nist_800_53=("IA-5",), iso_27001=("A.5.17",), cis_gcp=("1.4",)),
    known_as=KnownAs(checkov=("CKV2_GCP_3",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_service_account" "app" {
  account_id = "app"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_service_account_key" "app" {
  service_account_id = google_service_account.app.name
}
""",
        ),
    ),
)
