"""Projects that do not record who read what."""

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
    not_applicable,
    outside,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.native import said
from watchword.inventory import Asset, FrontEnd, some

_WANTED: Final = ("DATA_READ", "DATA_WRITE")  # ADMIN_READ beside them; ADMIN_WRITE is always recorded


def judge(config: Asset, estate: Estate) -> Answer:
    del estate
    if said(config, "service")[1] != "allServices":
        return not_applicable("it is about one service")
    lists = said(config, "audit_log_config[].exempted_members")[1]
    exempted = which((value for values in lists.each() for value in values.each()), lambda value: value.text())
    if exempted:
        return failed("somebody is left out", *(seen("audit_log_config.exempted_members", who) for who in exempted))
    kinds = said(config, "audit_log_config[].log_type")[1]
    for wanted in _WANTED:
        if not some([(kind, wanted) for kind in kinds.each()], lambda pair: pair[0] == pair[1]):
            return failed(f"{wanted} is not recorded", seen("audit_log_config", said(config, "audit_log_config")[1]))
    return passed()


CHECK = Check(
    id="gcp-audit-config",
    title="Projects record who read and wrote what",
    severity=Severity.MEDIUM,
    why="After a leak the question is who read what. Data access logs are off by default, and tell it.",
    remedy=(
        "Give `google_project_iam_audit_config` for `allServices` the log types `ADMIN_READ`, `DATA_READ` "
        "and `DATA_WRITE`, and nobody who is exempt."
    ),
    function=Function.DATA_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=(
        "google_project_iam_audit_config",
        "google_folder_iam_audit_config",
        "google_organization_iam_audit_config",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/logging/docs/audit/configure-data-access",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), iso_27001=("A.8.15",), cis_gcp=("2.1",)),
    known_as=KnownAs(checkov=("CKV2_GCP_5",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_audit_config" "all" {
  project = "shop"
  service = "allServices"
  audit_log_config {
    log_type = "ADMIN_READ"
  }
  audit_log_config {
    log_type = "DATA_READ"
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_audit_config" "all" {
  project = "shop"
  service = "allServices"
  audit_log_config {
    log_type = "ADMIN_READ"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_audit_config" "all" {
  project = "shop"
  service = "allServices"
  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = ["user:boss@example.com"]
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
  audit_log_config {
    log_type = "ADMIN_READ"
  }
}
""",
            says="somebody is left out",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_project_iam_audit_config" "all" {
  project = "shop"
  service = "storage.googleapis.com"
  audit_log_config {
    log_type = "DATA_READ"
  }
}
""",
            says="one service",
        ),
    ),
)
