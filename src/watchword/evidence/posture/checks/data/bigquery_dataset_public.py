"""Datasets that everybody may read."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.members import is_everybody
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
    which,
)
from watchword.evidence.posture.native import said
from watchword.inventory import Asset, FrontEnd


def judge(dataset: Asset, estate: Estate) -> Answer:
    del estate
    begins = "" if dataset.native_type == "google_bigquery_dataset_access" else "access[]."
    paths = (f"{begins}special_group", f"{begins}iam_member")
    holders = [(path, value) for path in paths for value in said(dataset, path)[1].each()]
    anybody = which(holders, lambda holder: is_everybody(holder[1]))
    return failed("everybody may read it", *(seen(path, value) for path, value in anybody)) if anybody else passed()


CHECK = Check(
    id="bigquery-dataset-public",
    title="Datasets of BigQuery are not open to everybody",
    severity=Severity.CRITICAL,
    why=("A dataset that everybody with a Google account may query is copied in one statement, and the bill is yours."),
    remedy=('Name groups in `access`; remove `special_group = "allAuthenticatedUsers"` and `iam_member = "allUsers"`.'),
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_bigquery_dataset", "google_bigquery_dataset_access"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/bigquery/docs/control-access-to-resources-iam",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",), cis_gcp=("7.1",)),
    known_as=KnownAs(checkov=("CKV_GCP_15",), trivy=("AVD-GCP-0046",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"
  access {
    role           = "READER"
    group_by_email = "readers@example.com"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"
  access {
    role          = "READER"
    special_group = "allAuthenticatedUsers"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"
  access {
    role       = "READER"
    iam_member = "allUsers"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_dataset_access" "all" {
  dataset_id    = "sales"
  role          = "READER"
  special_group = "allAuthenticatedUsers"
}
""",
        ),
    ),
)
