"""Stores whose guard against deletion was taken off."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import ANY_KIND, Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gcp-store-deletion-protection",
    title="Stores of Google Cloud are protected from deletion",
    severity=Severity.MEDIUM,
    why="One wrong plan replaces a store and what is in it. With the guard on, the plan fails instead.",
    remedy="Remove `deletion_protection = false`: it is on by default.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_bigquery_table", "google_bigtable_instance", "google_spanner_database"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("deletion_protection", "one plan deletes it", default=True),
    references=(
        "https://cloud.google.com/bigtable/docs/modifying-instance",
        "https://cloud.google.com/spanner/docs/prevent-database-deletion",
    ),
    frameworks=Frameworks(nist_800_53=("CM-3", "CP-9"), iso_27001=("A.8.13",)),
    known_as=KnownAs(checkov=("CKV_GCP_119", "CKV_GCP_121", "CKV_GCP_122")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_table" "orders" {
  dataset_id = "sales"
  table_id   = "orders"
}
""",
            says="on by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_bigquery_table" "orders" {
  dataset_id = "sales"
  table_id   = "orders"
  deletion_protection = false
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_bigtable_instance" "events" {
  name                = "events"
  deletion_protection = false
}
""",
        ),
    ),
)
