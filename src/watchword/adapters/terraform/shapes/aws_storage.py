"""Shapes of object stores and volumes."""

from collections.abc import Mapping
from typing import Final

from watchword.inventory.kinds import OTHER
from watchword.inventory.shapes import Both, Constant, Default, Is, Join, Nothing, Owner, Part, Present, Readable, Shape

_ACCESS: Final = Join("aws_s3_bucket_public_access_block", by="bucket")
_ENCRYPTION: Final = Join("aws_s3_bucket_server_side_encryption_configuration", by="bucket")
_VERSIONING: Final = Join("aws_s3_bucket_versioning", by="bucket")
_RULE: Final = "rule.apply_server_side_encryption_by_default"
_OLD_RULE: Final = "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default"
_BLOCK: Final = "AWS provider 5, aws_s3_account_public_access_block"
_ENCRYPTED: Final = "Amazon S3 user guide, default encryption: every new object since 2023-01-05"

_CORS: Final[Mapping[str, Readable]] = {
    "name": Owner(),
    "tags": Nothing(),
    "origins": "allowed_origins",
    "methods": "allowed_methods",
    "credentials": Constant(False),  # a bucket has no such setting
}

STORAGE: Final = (
    Shape(
        "aws_s3_bucket",
        "object_store",
        {
            "name": ("bucket", "bucket_prefix"),
            "acl": (Join("aws_s3_bucket_acl", by="bucket").read("acl"), "acl"),
            "policy": (Join("aws_s3_bucket_policy", by="bucket").read("policy"), "policy"),
            "block_public_acls": _ACCESS.read("block_public_acls"),
            "block_public_policy": _ACCESS.read("block_public_policy"),
            "ignore_public_acls": _ACCESS.read("ignore_public_acls"),
            "restrict_public_buckets": _ACCESS.read("restrict_public_buckets"),
            "encryption_algorithm": Default(
                (_ENCRYPTION.read(f"{_RULE}.sse_algorithm"), f"{_OLD_RULE}.sse_algorithm"),
                value="AES256",
                says=_ENCRYPTED,
            ),
            "key": (_ENCRYPTION.read(f"{_RULE}.kms_master_key_id"), f"{_OLD_RULE}.kms_master_key_id"),
            "bucket_key": (
                _ENCRYPTION.read("rule.bucket_key_enabled"),
                "server_side_encryption_configuration.rule.bucket_key_enabled",
            ),
            "versioning": Default(
                (_VERSIONING.read(Is("versioning_configuration.status", ("Enabled",))), "versioning.enabled"),
                value=False,
                says="Amazon S3 user guide, versioning: buckets are unversioned by default",
            ),
            "mfa_delete": Default(
                (_VERSIONING.read(Is("versioning_configuration.mfa_delete", ("Enabled",))), "versioning.mfa_delete"),
                value=False,
                says="AWS provider 5, aws_s3_bucket_versioning",
            ),
            "object_lock": Default(
                (
                    "object_lock_enabled",
                    Is("object_lock_configuration.object_lock_enabled", ("Enabled",)),
                    Join("aws_s3_bucket_object_lock_configuration", by="bucket").read(
                        Is("object_lock_enabled", ("Enabled",))
                    ),
                ),
                value=False,
                says="AWS provider 5, aws_s3_bucket",
            ),
            "logging_target": (
                Join("aws_s3_bucket_logging", by="bucket").read("target_bucket"),
                "logging.target_bucket",
            ),
            "object_ownership": Join("aws_s3_bucket_ownership_controls", by="bucket").read("rule.object_ownership"),
            "website": Present((Join("aws_s3_bucket_website_configuration", by="bucket").read("bucket"), "website")),
            "lifecycle": Present(
                (Join("aws_s3_bucket_lifecycle_configuration", by="bucket").read("rule"), "lifecycle_rule")
            ),
            "replication": Present(
                (
                    Join("aws_s3_bucket_replication_configuration", by="bucket").read("rule"),
                    "replication_configuration",
                )
            ),
        },
        parts=(Part("cross_origin_rule", "cors_rule", _CORS),),
        identity=("bucket",),
    ),
    Shape(
        "aws_s3_bucket_cors_configuration",
        OTHER,
        {"name": "bucket"},
        parts=(Part("cross_origin_rule", "cors_rule", _CORS),),
        identity=(),
    ),
    Shape("aws_s3_bucket_policy", "resource_policy", {"name": "bucket", "document": "policy", "resource": "bucket"}),
    Shape(
        "aws_s3_account_public_access_block",
        "account_public_access",
        {
            "name": Constant("the account"),
            "block_public_acls": Default("block_public_acls", value=False, says=_BLOCK),
            "block_public_policy": Default("block_public_policy", value=False, says=_BLOCK),
            "ignore_public_acls": Default("ignore_public_acls", value=False, says=_BLOCK),
            "restrict_public_buckets": Default("restrict_public_buckets", value=False, says=_BLOCK),
        },
        identity=(),
    ),
    Shape(
        "aws_efs_file_system",
        "file_system",
        {
            "name": ("tags.Name", "creation_token"),
            "encrypted": Default("encrypted", value=False, says="AWS provider 5, aws_efs_file_system"),
            "key": "kms_key_id",
            "policy": Join("aws_efs_file_system_policy", by="file_system_id").read("policy"),
        },
        identity=(),
    ),
    Shape("aws_efs_file_system_policy", "resource_policy", {"document": "policy", "resource": "file_system_id"}),
    Shape(
        "aws_backup_vault",
        "backup_vault",
        {
            "name": "name",
            "key": "kms_key_arn",
            "policy": Join("aws_backup_vault_policy", by="backup_vault_name").read("policy"),
        },
    ),
    Shape("aws_backup_vault_policy", "resource_policy", {"document": "policy", "resource": "backup_vault_name"}),
    Shape(
        "aws_ami_launch_permission", "share", {"accounts": Both(("group", "account_id")), "of": "image_id"}, identity=()
    ),
    Shape(
        "aws_db_snapshot",
        "share",
        {"name": "db_snapshot_identifier", "accounts": "shared_accounts", "of": Owner()},
        identity=(),
    ),
    Shape(
        "aws_db_cluster_snapshot",
        "share",
        {"name": "db_cluster_snapshot_identifier", "accounts": "shared_accounts", "of": Owner()},
        identity=(),
    ),
    Shape(
        "aws_ebs_volume",
        "volume",
        {
            "name": "tags.Name",
            "encrypted": Default("encrypted", value=False, says="AWS provider 5, aws_ebs_volume"),
            "snapshot": "snapshot_id",
            "key": "kms_key_id",
        },
    ),
)
