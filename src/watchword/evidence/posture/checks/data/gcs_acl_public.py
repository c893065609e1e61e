"""Access control lists that open buckets and objects to everybody."""

from typing import Final

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
    unsure,
    which,
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd

_PREDEFINED: Final = ("predefined_acl", "default_acl")
_PUBLIC: Final = frozenset({"publicread", "publicreadwrite", "authenticatedread"})


def judge(acl: Asset, estate: Estate) -> Answer:
    del estate
    entries = [("entity", said(acl, "entity")[1])] if is_written(said(acl, "entity")[1]) else []
    entries += [("role_entity", value) for value in said(acl, "role_entity")[1].each()]
    anybody = which(entries, lambda entry: entry[1].text().rpartition(":")[2] in {"allUsers", "allAuthenticatedUsers"})
    if anybody:
        return failed("it opens to everybody", *(seen(path, value) for path, value in anybody))
    path, canned = said(acl, *_PREDEFINED)
    if canned.text(default="").lower() in _PUBLIC:
        return failed("it opens to everybody", seen(path, canned))
    return passed()


CHECK = Check(
    id="gcs-acl-public",
    title="No access control list opens a bucket of Google Cloud to everybody",
    severity=Severity.HIGH,
    why=("A list with `allUsers` publishes what it is on, whatever IAM says, and is found by nobody who reads IAM."),
    remedy="Name who needs it, and better have no lists: `uniform_bucket_level_access = true`.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=(
        "google_storage_bucket_acl",
        "google_storage_default_object_acl",
        "google_storage_object_acl",
        "google_storage_bucket_access_control",
        "google_storage_default_object_access_control",
        "google_storage_object_access_control",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/storage/docs/access-control/lists",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",), cis_gcp=("5.1",)),
    known_as=KnownAs(),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_acl" "logs" {
  bucket      = "shop-logs"
  role_entity = ["READER:group-readers@example.com"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_acl" "logs" {
  bucket      = "shop-logs"
  role_entity = ["OWNER:user-boss@example.com", "READER:allUsers"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket_acl" "logs" {
  bucket         = "shop-logs"
  predefined_acl = "publicRead"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_default_object_access_control" "logs" {
  bucket = "shop-logs"
  role   = "READER"
  entity = "allAuthenticatedUsers"
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "who" {}

resource "google_storage_bucket_access_control" "logs" {
  bucket = "shop-logs"
  role   = "READER"
  entity = var.who
}
""",
        ),
    ),
)
