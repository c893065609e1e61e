"""Shapes of object stores and volumes."""

from typing import Final

from watchword.adapters.cloudformation.shapes._sources import NAME_TAG, Itself, Pair, Pairs, Words, tagged
from watchword.inventory.shapes import Constant, Default, Is, Join, Nothing, Owner, Part, Present, Shape

_ACCESS: Final = "PublicAccessBlockConfiguration"
_RULE: Final = "BucketEncryption.ServerSideEncryptionConfiguration"
_BY_DEFAULT: Final = f"{_RULE}.ServerSideEncryptionByDefault"
_REFERENCE: Final = "CloudFormation Template Reference, AWS::S3::Bucket"
# The canned lists by their names in S3's own API.
_CANNED: Final = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
    "AwsExecRead": "aws-exec-read",
    "BucketOwnerRead": "bucket-owner-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
}

STORAGE: Final = (
    tagged(
        "AWS::S3::Bucket",
        "object_store",
        {
            "name": "BucketName",
            "acl": Words("AccessControl", _CANNED),
            "policy": Join("AWS::S3::BucketPolicy", by="Bucket").read("PolicyDocument"),
            "block_public_acls": f"{_ACCESS}.BlockPublicAcls",
            "block_public_policy": f"{_ACCESS}.BlockPublicPolicy",
            "ignore_public_acls": f"{_ACCESS}.IgnorePublicAcls",
            "restrict_public_buckets": f"{_ACCESS}.RestrictPublicBuckets",
            "encryption_algorithm": Default(
                f"{_BY_DEFAULT}.SSEAlgorithm",
                value="AES256",
                says="Amazon S3 user guide, default encryption: every new object since 2023-01-05",
            ),
            "key": f"{_BY_DEFAULT}.KMSMasterKeyID",
            "bucket_key": f"{_RULE}.BucketKeyEnabled",
            "versioning": Default(
                Is("VersioningConfiguration.Status", ("Enabled",)),
                value=False,
                says="Amazon S3 user guide, versioning: buckets are unversioned by default",
            ),
            "mfa_delete": Constant(False),  # no template can ask for it: it takes the root user's device
            "object_lock": Default("ObjectLockEnabled", value=False, says=_REFERENCE),
            "logging_target": ("LoggingConfiguration.DestinationBucketName", Itself("LoggingConfiguration")),
            "object_ownership": "OwnershipControls.Rules.ObjectOwnership",
            "website": Present("WebsiteConfiguration"),
            "lifecycle": Present("LifecycleConfiguration.Rules"),
            "replication": Present("ReplicationConfiguration"),
        },
        parts=(
            Part(
                "cross_origin_rule",
                "CorsConfiguration.CorsRules",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "origins": "AllowedOrigins",
                    "methods": "AllowedMethods",
                    "credentials": Constant(False),  # a bucket has no such setting
                },
            ),
        ),
        identity=("BucketName",),
    ),
    Shape(
        "AWS::S3::BucketPolicy",
        "resource_policy",
        {"name": "Bucket", "document": "PolicyDocument", "resource": "Bucket"},
        identity=(),
    ),
    tagged(
        "AWS::EC2::Volume",
        "volume",
        {
            "name": NAME_TAG,
            "encrypted": Default("Encrypted", value=False, says="CloudFormation Template Reference, AWS::EC2::Volume"),
            "key": "KmsKeyId",
            "snapshot": "SnapshotId",
        },
    ),
    tagged(
        "AWS::EFS::FileSystem",
        "file_system",
        {
            "name": Pair("FileSystemTags", "Name"),
            "tags": Pairs("FileSystemTags"),
            "encrypted": Default(
                "Encrypted", value=False, says="CloudFormation Template Reference, AWS::EFS::FileSystem"
            ),
            "key": "KmsKeyId",
            "policy": "FileSystemPolicy",
        },
    ),
    tagged(
        "AWS::Backup::BackupVault",
        "backup_vault",
        {"name": "BackupVaultName", "tags": "BackupVaultTags", "key": "EncryptionKeyArn", "policy": "AccessPolicy"},
        identity=("BackupVaultName",),
    ),
)
