"""Databases that go back to last night alone."""

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
)
from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, FrontEnd


def judge(database: Asset, estate: Estate) -> Answer:
    del estate
    if is_written(said(database, "master_instance_name")[1]):
        return not_applicable("a replica's source is what is backed up")
    mysql = database["engine"].text(default="") == "mysql"
    name = "binary_log_enabled" if mysql else "point_in_time_recovery_enabled"
    path, value = said(database, f"settings.backup_configuration.{name}")
    if value.boolean(default=False):
        return passed()
    return failed("it goes back to the last backup alone", seen(path, value))


CHECK = Check(
    id="cloud-sql-point-in-time",
    title="Databases of Cloud SQL can be restored to any moment",
    severity=Severity.LOW,
    why=(
        "Between last night's backup and the mistake lies a day's work. With its log a database goes back "
        "to the second before."
    ),
    remedy=(
        "In `backup_configuration` set `point_in_time_recovery_enabled = true`, of MySQL `binary_log_enabled = true`."
    ),
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=("database",),
    providers=("google",),
    native_types=("google_sql_database_instance",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr",),
    frameworks=Frameworks(nist_800_53=("CP-9", "CP-10"), iso_27001=("A.8.13",)),
    known_as=KnownAs(checkov=("CKV2_GCP_20",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled = true
      point_in_time_recovery_enabled = true
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled = true
    }
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "MYSQL_8_0"
  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled = true
      binary_log_enabled = true
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "MYSQL_8_0"
  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled = true
    }
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  master_instance_name = "orders-primary"
  settings {
    tier = "db-custom-2-7680"
  }
}
""",
            says="a replica",
        ),
    ),
)
