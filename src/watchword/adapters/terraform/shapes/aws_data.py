"""Shapes of databases, tables, queues, topics, registries, secrets and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.inventory.shapes import Constant, Default, Is, Join, Nothing, Present, Readable, Shape, Subject, read
from watchword.inventory.values import Reason, ReasonKind, Unknown, Value

_PROVIDER: Final = "AWS provider 5"
_ROTATION: Final = Join("aws_secretsmanager_secret_rotation", by="secret_id")

_DATABASE: Final[Mapping[str, Readable]] = {
    "engine": "engine",
    "engine_version": "engine_version",
    "encrypted": Default("storage_encrypted", value=False, says=_PROVIDER),
    "key": "kms_key_id",
    "iam_authentication": Default("iam_database_authentication_enabled", value=False, says=_PROVIDER),
    "deletion_protection": Default("deletion_protection", value=False, says=_PROVIDER),
    "log_exports": "enabled_cloudwatch_logs_exports",
    "copied_from": ("replicate_source_db", "replication_source_identifier", "snapshot_identifier"),
    "serverless": Is("engine_mode", ("serverless",)),
    "security_groups": "vpc_security_group_ids",
    "master_password": ("password", "master_password"),
    "managed_password": Default(("manage_master_user_password", "manage_user_password"), value=False, says=_PROVIDER),
}


@dataclass(frozen=True, slots=True)
class _OfItsCluster:
    """An attribute of the cluster that an instance is of; not known where that is not declared here."""

    attribute: str

    def read(self, subject: Subject) -> Value:
        value = read("cluster_identifier", subject)
        clusters = subject.named(value)
        if len(clusters) == 1 and self.attribute in clusters[0].attributes.names():
            return clusters[0].attributes[self.attribute]
        reason = Reason(
            ReasonKind.REFERENCE, f"{self.attribute} is its cluster's, which is not declared here", value.place
        )
        return Unknown((reason,), value.place)


_OF_A_CLUSTER: Final[Mapping[str, Readable]] = {
    **{
        name: _OfItsCluster(name)
        for name in (
            "backup_days",
            "copied_from",
            "deletion_protection",
            "encrypted",
            "iam_authentication",
            "key",
            "log_exports",
            "multi_zone",
            "parameter_group",
            "security_groups",
            "serverless",
        )
    },
    "name": ("identifier", "identifier_prefix"),
    "engine": "engine",
    "engine_version": "engine_version",
    "public": Default("publicly_accessible", value=False, says=_PROVIDER),
    "minor_upgrades": Default("auto_minor_version_upgrade", value=True, says=_PROVIDER),
    "performance_insights": Default("performance_insights_enabled", value=False, says=_PROVIDER),
    "master_password": Nothing(),
    "managed_password": Nothing(),
}

DATA: Final = (
    Shape(
        "aws_db_instance",
        "database",
        {
            **_DATABASE,
            "name": ("identifier", "identifier_prefix"),
            "public": Default("publicly_accessible", value=False, says=_PROVIDER),
            "multi_zone": Default("multi_az", value=False, says=_PROVIDER),
            "backup_days": Default("backup_retention_period", value=0, says=_PROVIDER),
            "minor_upgrades": Default("auto_minor_version_upgrade", value=True, says=_PROVIDER),
            "performance_insights": Default("performance_insights_enabled", value=False, says=_PROVIDER),
            "parameter_group": "parameter_group_name",
        },
        identity=("identifier",),
    ),
    Shape(
        "aws_rds_cluster",
        "database",
        {
            **_DATABASE,
            "name": ("cluster_identifier", "cluster_identifier_prefix"),
            "public": Constant(False),  # its instances may be: those are databases of their own
            "multi_zone": Present("availability_zones"),
            "backup_days": Default("backup_retention_period", value=1, says=_PROVIDER),
            "minor_upgrades": Constant(True),
            "performance_insights": Default("performance_insights_enabled", value=False, says=_PROVIDER),
            "parameter_group": "db_cluster_parameter_group_name",
        },
        identity=("cluster_identifier",),
    ),
    Shape(
        "aws_rds_cluster_instance",
        "database",
        _OF_A_CLUSTER,
        identity=("identifier",),
    ),
    Shape(
        "aws_docdb_cluster",
        "database",
        {
            **_DATABASE,
            "name": ("cluster_identifier", "cluster_identifier_prefix"),
            "engine": Constant("docdb"),
            "public": Constant(False),
            "iam_authentication": Nothing(),  # the service has none of its own
            "multi_zone": Present("availability_zones"),
            "backup_days": Default("backup_retention_period", value=1, says=_PROVIDER),
            "minor_upgrades": Constant(True),
            "performance_insights": Nothing(),
            "parameter_group": "db_cluster_parameter_group_name",
        },
        identity=("cluster_identifier",),
    ),
    Shape(
        "aws_neptune_cluster",
        "database",
        {
            **_DATABASE,
            "name": ("cluster_identifier", "cluster_identifier_prefix"),
            "engine": Constant("neptune"),
            "key": "kms_key_arn",
            "public": Constant(False),
            "log_exports": "enable_cloudwatch_logs_exports",
            "multi_zone": Present("availability_zones"),
            "backup_days": Default("backup_retention_period", value=1, says=_PROVIDER),
            "minor_upgrades": Constant(True),
            "performance_insights": Nothing(),
            "master_password": Nothing(),
            "parameter_group": "neptune_cluster_parameter_group_name",
        },
        identity=("cluster_identifier",),
    ),
    Shape(
        "aws_neptune_cluster_instance",
        "database",
        {**_OF_A_CLUSTER, "performance_insights": Nothing()},
        identity=("identifier",),
    ),
    Shape(
        "aws_dynamodb_table",
        "table",
        {
            "name": "name",
            "encrypted_with_customer_key": Default("server_side_encryption.enabled", value=False, says=_PROVIDER),
            "key": "server_side_encryption.kms_key_arn",
            "point_in_time_recovery": Default("point_in_time_recovery.enabled", value=False, says=_PROVIDER),
            "deletion_protection": Default("deletion_protection_enabled", value=False, says=_PROVIDER),
        },
    ),
    Shape(
        "aws_sqs_queue",
        "queue",
        {
            "name": ("name", "name_prefix"),
            "policy": (Join("aws_sqs_queue_policy", by="queue_url").read("policy"), "policy"),
            "key": "kms_master_key_id",
            "managed_encryption": Default(
                "sqs_managed_sse_enabled", value=True, says="Amazon SQS guide: on for new queues since 2022-10"
            ),
        },
    ),
    Shape("aws_sqs_queue_policy", "resource_policy", {"document": "policy", "resource": "queue_url"}),
    Shape(
        "aws_sns_topic",
        "topic",
        {
            "name": ("name", "name_prefix"),
            "policy": (Join("aws_sns_topic_policy", by="arn").read("policy"), "policy"),
            "key": "kms_master_key_id",
        },
    ),
    Shape("aws_sns_topic_policy", "resource_policy", {"document": "policy", "resource": "arn"}),
    Shape(
        "aws_ecr_repository",
        "registry",
        {
            "name": "name",
            "policy": Join("aws_ecr_repository_policy", by="repository").read("policy"),
            "immutable": Default(Is("image_tag_mutability", ("IMMUTABLE",)), value=False, says=_PROVIDER),
            "scan_on_push": Default("image_scanning_configuration.scan_on_push", value=False, says=_PROVIDER),
            "key": "encryption_configuration.kms_key",
            "kms_encrypted": Default(
                Is("encryption_configuration.encryption_type", ("KMS", "KMS_DSSE")), value=False, says=_PROVIDER
            ),
        },
    ),
    Shape("aws_ecr_repository_policy", "resource_policy", {"document": "policy", "resource": "repository"}),
    Shape(
        "aws_secretsmanager_secret",
        "secret",
        {
            "name": ("name", "name_prefix"),
            "key": "kms_key_id",
            "policy": (Join("aws_secretsmanager_secret_policy", by="secret_arn").read("policy"), "policy"),
            "rotation": Present((_ROTATION.read("rotation_rules"), "rotation_rules")),
            "rotation_days": (
                _ROTATION.read("rotation_rules.automatically_after_days"),
                "rotation_rules.automatically_after_days",
            ),
            "recovery_days": Default("recovery_window_in_days", value=30, says=_PROVIDER),
        },
    ),
    Shape("aws_secretsmanager_secret_policy", "resource_policy", {"document": "policy", "resource": "secret_arn"}),
    Shape(
        "aws_kms_key",
        "key",
        {
            "name": ("tags.Name", "description"),
            "policy": (Join("aws_kms_key_policy", by="key_id").read("policy"), "policy"),
            "rotation": Default("enable_key_rotation", value=False, says=_PROVIDER),
            "enabled": Default("is_enabled", value=True, says=_PROVIDER),
            "usage": Default("key_usage", value="ENCRYPT_DECRYPT", says=_PROVIDER),
            "spec": Default("customer_master_key_spec", value="SYMMETRIC_DEFAULT", says=_PROVIDER),
            "deletion_days": Default("deletion_window_in_days", value=30, says=_PROVIDER),
            "multi_region": Default("multi_region", value=False, says=_PROVIDER),
        },
    ),
    Shape("aws_kms_key_policy", "resource_policy", {"document": "policy", "resource": "key_id"}),
)
