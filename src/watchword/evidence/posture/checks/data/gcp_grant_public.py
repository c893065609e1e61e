"""Roles that are given to everybody."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.members import is_everybody
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
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(grant: Asset, estate: Estate) -> Answer:
    del estate
    anybody = which(grant["members"].each(), is_everybody)
    if not anybody:
        return passed()
    return failed("everybody has it", *(seen("members", member) for member in anybody), seen("role", grant["role"]))


CHECK = Check(
    id="gcp-grant-public",
    title="No role is given to everybody",
    severity=Severity.HIGH,
    why=(
        "`allUsers` is the Internet, and `allAuthenticatedUsers` everybody who has a Google account: the "
        "same, with a sign-in."
    ),
    remedy=(
        "Name who needs it in `member` or `members`. What is meant for everybody is served by a load "
        "balancer or a gateway in front."
    ),
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("cloud_grant",),
    providers=("google",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://cloud.google.com/iam/docs/principals-overview",
        "https://cloud.google.com/storage/docs/public-access-prevention",
    ),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",), cis_gcp=("5.1",), soc_2=("CC6.1",)),
    known_as=KnownAs(
        checkov=(
            "CKV_GCP_28",
            "CKV_GCP_99",
            "CKV_GCP_100",
            "CKV_GCP_101",
            "CKV_GCP_102",
            "CKV_GCP_107",
            "CKV_GCP_112",
            "CKV_GCP_98",
            "CKV2_GCP_6",
            "CKV2_GCP_8",
        )
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_iam_member" "site" {
  bucket = "shop-logs"
  role   = "roles/storage.objectViewer"
  member = "group:readers@example.com"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_iam_member" "site" {
  bucket = "shop-logs"
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_iam_member" "site" {
  bucket = "shop-logs"
  role   = "roles/storage.objectViewer"
  member = "allAuthenticatedUsers"
}
""",
            says="everybody with a Google account",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_cloud_run_service_iam_binding" "api" {
  service  = "api"
  location = "europe-west1"
  role     = "roles/run.invoker"
  members  = ["group:ops@example.com", "allUsers"]
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "who" {}

resource "google_pubsub_topic_iam_member" "orders" {
  topic  = "orders"
  role   = "roles/pubsub.publisher"
  member = var.who
}
""",
        ),
    ),
)
