"""Shapes of Google Cloud's stores: buckets, databases, warehouses, caches, registries, disks, keys.

Defaults are those of the provider's documentation (registry.terraform.io/providers/hashicorp/google), the same in its
versions 5 and 6. What is called a label here is a tag to us.
"""

import re
from dataclasses import dataclass
from typing import Final

from watchword.adapters.terraform.shapes.clouds import NotTold, When, of_kind
from watchword.inventory.settings import Setting, Wanted
from watchword.inventory.shapes import Constant, Default, Is, Present, Shape, Subject, read, write
from watchword.inventory.values import Known, Unknown, UnknownValueError, Value

_PROVIDER: Final = "google provider 5 and 6"
_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)s")
_NINETY_DAYS: Final = 90 * 86400
_WEEK: Final = 7
_BACKED_UP: Final = "settings.backup_configuration.enabled"
_NO_BACKUPS: Final = Default(Is(_BACKED_UP, ()), value=0, says=_PROVIDER)  # off where nothing is written
_KEPT: Final = "settings.backup_configuration.backup_retention_settings.retained_backups"
_ENCRYPTED: Final = Constant(True)  # Google Cloud encrypts at rest whatever is declared: "Default encryption at rest"
_LABELS: Final = ("effective_labels", "labels")


@dataclass(frozen=True, slots=True)
class _Rotated:
    """Whether a key's period is ninety days at most, as Google's guide asks: `rotation_period = "7776000s"`."""

    def read(self, subject: Subject) -> Value:
        period = read("rotation_period", subject)
        if isinstance(period, Unknown):
            return period
        if not isinstance(period, Known):
            return Known(False, subject.place, is_default=True)
        found = _SECONDS.fullmatch(period.text())
        return Known(found is not None and float(found[1]) <= _NINETY_DAYS, period.place, root=period.root)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        return write("rotation_period", subject, f"{_NINETY_DAYS}s") if value is True else ()


@dataclass(frozen=True, slots=True)
class _Engine:
    """The engine of a version: `POSTGRES_16` is postgres."""

    def read(self, subject: Subject) -> Value:
        version = read("database_version", subject)
        if not isinstance(version, Known):
            return version
        return Known(version.text().partition("_")[0].lower(), version.place, root=version.root)


@dataclass(frozen=True, slots=True)
class _BackupDays:
    """For how many days Cloud SQL keeps backups: one a day, seven of them by default ("About Cloud SQL backups")."""

    def read(self, subject: Subject) -> Value:
        return read(When(_BACKED_UP, Default(_KEPT, value=_WEEK, says=_PROVIDER), _NO_BACKUPS), subject)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        return write(_BACKED_UP, subject, True) if value == _WEEK else ()


@dataclass(frozen=True, slots=True)
class _FlagOn:
    """Whether one of Cloud SQL's flags is on; false where it is not named."""

    names: frozenset[str]

    def read(self, subject: Subject) -> Value:
        doubt: Value | None = None
        for flag in read("settings.database_flags", subject).each():
            if isinstance(flag, Unknown):
                doubt = doubt or flag
                continue
            try:
                if flag["name"].text() in self.names:
                    value = flag["value"]
                    return Known(value.text().lower() == "on", value.place, root=getattr(value, "root", value.place))
            except UnknownValueError as error:
                doubt = doubt or Unknown(error.reasons, flag.place)
        return doubt or Known(False, subject.place, is_default=True)


GOOGLE_DATA: Final = (
    Shape(
        "google_storage_bucket",
        "object_store",
        of_kind(
            "object_store",
            {
                "tags": _LABELS,
                "encryption_algorithm": Constant("AES256"),
                "key": "encryption.default_kms_key_name",
                "versioning": Default("versioning.enabled", value=False, says=_PROVIDER),
                "object_lock": Present("retention_policy"),
                "logging_target": "logging.log_bucket",
                "website": Present("website"),
                "lifecycle": Present("lifecycle_rule"),
            },
        ),
    ),
    Shape(
        "google_sql_database_instance",
        "database",
        of_kind(
            "database",
            {
                "tags": "settings.user_labels",
                "engine": _Engine(),
                "engine_version": "database_version",
                "public": Default("settings.ip_configuration.ipv4_enabled", value=True, says=_PROVIDER),
                "encrypted": _ENCRYPTED,
                "key": "encryption_key_name",
                "iam_authentication": _FlagOn(
                    frozenset({"cloudsql.iam_authentication", "cloudsql_iam_authentication"})
                ),
                "multi_zone": Default(Is("settings.availability_type", ("REGIONAL",)), value=False, says=_PROVIDER),
                "backup_days": _BackupDays(),
                # That of the API, which holds for the console too; `deletion_protection` stops Terraform alone.
                "deletion_protection": Default("settings.deletion_protection_enabled", value=False, says=_PROVIDER),
                "minor_upgrades": Constant(True),
                "copied_from": ("master_instance_name", "clone.source_instance_name"),
                "master_password": "root_password",
            },
        ),
    ),
    Shape(
        "google_bigquery_dataset",
        "warehouse",
        of_kind(
            "warehouse",
            {
                "name": ("friendly_name", "dataset_id"),
                "tags": _LABELS,
                "public": Constant(False),  # who may is said by grants, not by addresses
                "encrypted": _ENCRYPTED,
                "key": "default_encryption_configuration.kms_key_name",
                "logging": Constant(True),  # data access logs of BigQuery are always written (Cloud Audit Logs)
            },
        ),
        identity=("dataset_id",),
    ),
    Shape(
        "google_redis_instance",
        "cache",
        of_kind(
            "cache",
            {
                "tags": _LABELS,
                "engine": Constant("redis"),
                "encrypted": _ENCRYPTED,
                "transit_encrypted": Default(
                    Is("transit_encryption_mode", ("SERVER_AUTHENTICATION",), otherwise="DISABLED"),
                    value=False,
                    says=_PROVIDER,
                ),
                "key": "customer_managed_key",
            },
        ),
    ),
    Shape(
        "google_artifact_registry_repository",
        "registry",
        of_kind(
            "registry",
            {
                "name": "repository_id",
                "tags": _LABELS,
                "immutable": Default("docker_config.immutable_tags", value=False, says=_PROVIDER),
                "scan_on_push": NotTold("the project's settings decide"),
                "key": "kms_key_name",
                "kms_encrypted": Present("kms_key_name"),
            },
        ),
        identity=("repository_id",),
    ),
    Shape(
        "google_pubsub_topic",
        "topic",
        of_kind("topic", {"tags": _LABELS, "key": "kms_key_name"}),
    ),
    Shape(
        "google_compute_disk",
        "volume",
        {
            "tags": _LABELS,
            "encrypted": _ENCRYPTED,
            "snapshot": "snapshot",
            "key": ("disk_encryption_key.kms_key_self_link", "disk_encryption_key.raw_key"),
        },
    ),
    Shape(
        "google_kms_crypto_key",
        "key",
        of_kind(
            "key",
            {
                "tags": _LABELS,
                "rotation": _Rotated(),
                "enabled": Constant(True),
                "usage": Default("purpose", value="ENCRYPT_DECRYPT", says=_PROVIDER),
                "spec": When(
                    Is(Default("purpose", value="ENCRYPT_DECRYPT", says=_PROVIDER), ("ENCRYPT_DECRYPT",)),
                    # What lies outside of Google, or is brought there, is rotated by hand ("Key rotation").
                    When(
                        Is("version_template.protection_level", ("EXTERNAL", "EXTERNAL_VPC")),
                        "version_template.protection_level",
                        When("import_only", Constant("IMPORTED"), Constant("SYMMETRIC_DEFAULT")),
                    ),
                    ("version_template.algorithm", "purpose"),
                ),
            },
        ),
    ),
    Shape(
        "google_secret_manager_secret",
        "secret",
        of_kind(
            "secret",
            {
                "name": "secret_id",
                "tags": _LABELS,
                "rotation": Present("rotation"),
                "key": (
                    "replication.auto.customer_managed_encryption.kms_key_name",
                    "replication.user_managed.replicas.customer_managed_encryption.kms_key_name",
                ),
            },
        ),
        identity=("secret_id",),
    ),
    Shape(
        "google_logging_project_bucket_config",
        "log_group",
        {
            "name": "bucket_id",
            "retention_days": Default("retention_days", value=30, says=_PROVIDER),
            "key": "cmek_settings.kms_key_name",
        },
        identity=("bucket_id",),
    ),
)
