"""Buckets that may be made public."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say_one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gcs-public-access-prevention",
    title="Buckets cannot be made public",
    severity=Severity.MEDIUM,
    why=(
        "One grant to `allUsers`, by mistake or by somebody who got in, publishes the bucket. Where it is "
        "prevented, the grant does nothing."
    ),
    remedy=(
        'Set `public_access_prevention = "enforced"`, or the organisation\'s policy '
        "`storage.publicAccessPrevention` (then waive this)."
    ),
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("google",),
    native_types=("google_storage_bucket",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say_one_of(
        "public_access_prevention", ("enforced",), "a grant to everybody would hold", default="inherited"
    ),
    references=("https://cloud.google.com/storage/docs/public-access-prevention",),
    frameworks=Frameworks(nist_800_53=("AC-3",), iso_27001=("A.5.15",)),
    known_as=KnownAs(checkov=("CKV_GCP_114",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
  public_access_prevention = "enforced"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
  public_access_prevention = "inherited"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
}
""",
            says="inherited by default; no folder or organisation is declared here",
        ),
    ),
)
