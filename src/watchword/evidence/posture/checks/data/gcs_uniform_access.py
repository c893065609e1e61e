"""Buckets with access control lists of each object."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gcs-uniform-access",
    title="Access to buckets is said in one place",
    severity=Severity.LOW,
    why=(
        "With lists at each object, nobody can tell who may read a bucket: IAM says one thing, a million "
        "objects say others."
    ),
    remedy="Set `uniform_bucket_level_access = true`.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("object_store",),
    providers=("google",),
    native_types=("google_storage_bucket",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("uniform_bucket_level_access", "each object may say for itself who reads it"),
    references=("https://cloud.google.com/storage/docs/uniform-bucket-level-access",),
    frameworks=Frameworks(nist_800_53=("AC-3",), iso_27001=("A.5.15",), cis_gcp=("5.2",)),
    known_as=KnownAs(checkov=("CKV_GCP_29",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
  uniform_bucket_level_access = true
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
            says="off by default",
        ),
    ),
)
