"""Buckets, volumes, snapshots, images, file systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.adapters.aws.asks import Ask, Json, Listing, More
from watchword.adapters.aws.sources import NAME_TAG, TAGS, CustomerKey, Flat, Matching, careful, said, shape
from watchword.inventory.shapes import Constant, Default, Is, Nothing, Subject
from watchword.inventory.values import Child, Elements, Known, Unknown, Value

_BUCKET: Final[Mapping[str, Json]] = {"Bucket": "{Name}"}

LISTINGS: Final = (
    Listing(
        type="live:AWS::S3::AccountPublicAccessBlock",
        ask=Ask(
            "s3control:GetPublicAccessBlock",
            {"AccountId": "{account}"},
            absent=("NoSuchPublicAccessBlockConfiguration",),
            action="s3:GetAccountPublicAccessBlock",
            home=True,
        ),
        at="PublicAccessBlockConfiguration",
        arn="arn:{partition}:s3:{region}:{account}:account-public-access-block",
        once=True,
        everywhere=False,
    ),
    Listing(
        type="live:AWS::S3::Bucket",
        ask=Ask("s3:ListBuckets", action="s3:ListAllMyBuckets", home=True),
        at="Buckets[]",
        keep=("Name", "CreationDate"),
        arn="arn:{partition}:s3:::{Name}",
        everywhere=False,
        more={
            "Policy": More(ask=Ask("s3:GetBucketPolicy", _BUCKET, absent=("NoSuchBucketPolicy",)), at="Policy"),
            "Block": More(
                ask=Ask(
                    "s3:GetPublicAccessBlock",
                    _BUCKET,
                    absent=("NoSuchPublicAccessBlockConfiguration",),
                    action="s3:GetBucketPublicAccessBlock",
                ),
                at="PublicAccessBlockConfiguration",
            ),
            "Encryption": More(
                ask=Ask(
                    "s3:GetBucketEncryption",
                    _BUCKET,
                    absent=("ServerSideEncryptionConfigurationNotFoundError",),
                    action="s3:GetEncryptionConfiguration",
                ),
                at="ServerSideEncryptionConfiguration.Rules[]",
            ),
            "Versioning": More(ask=Ask("s3:GetBucketVersioning", _BUCKET), keep=("Status", "MFADelete")),
            "Acl": More(ask=Ask("s3:GetBucketAcl", _BUCKET), keep=("Grants",)),
            "Logging": More(
                ask=Ask("s3:GetBucketLogging", _BUCKET), at="LoggingEnabled", keep=("TargetBucket", "TargetPrefix")
            ),
            "Lock": More(
                ask=Ask(
                    "s3:GetObjectLockConfiguration",
                    _BUCKET,
                    absent=("ObjectLockConfigurationNotFoundError",),
                    action="s3:GetBucketObjectLockConfiguration",
                ),
                at="ObjectLockConfiguration.ObjectLockEnabled",
            ),
            "Ownership": More(
                ask=Ask("s3:GetBucketOwnershipControls", _BUCKET, absent=("OwnershipControlsNotFoundError",)),
                at="OwnershipControls.Rules[]",
            ),
            "Lifecycle": More(
                ask=Ask(
                    "s3:GetBucketLifecycleConfiguration",
                    _BUCKET,
                    absent=("NoSuchLifecycleConfiguration",),
                    action="s3:GetLifecycleConfiguration",
                ),
                at="Rules[]",
                keep=("ID", "Status"),
            ),
            "Tags": More(
                ask=Ask("s3:GetBucketTagging", _BUCKET, absent=("NoSuchTagSet", "NoSuchTagSetError")), at="TagSet[]"
            ),
        },
    ),
    Listing(
        type="live:AWS::EC2::EbsDefaults",
        ask=Ask("ec2:GetEbsEncryptionByDefault"),
        keep=("EbsEncryptionByDefault",),
        arn="arn:{partition}:ec2:{region}:{account}:ebs-defaults",
        once=True,
    ),
    Listing(
        type="live:AWS::EC2::Volume",
        ask=Ask("ec2:DescribeVolumes", page=500),
        at="Volumes[]",
        keep=("VolumeId", "Encrypted", "KmsKeyId", "SnapshotId", "State", "Tags"),
        arn="arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
    ),
    # Those that everybody may use: of the account's own, the few that say so. One call, however many there are.
    Listing(
        type="live:AWS::EC2::PublicSnapshot",
        ask=Ask("ec2:DescribeSnapshots", {"OwnerIds": ["self"], "RestorableByUserIds": ["all"]}, page=500),
        at="Snapshots[]",
        keep=("SnapshotId", "Description", "Encrypted", "Tags"),
        arn="arn:{partition}:ec2:{region}:{account}:snapshot/{SnapshotId}",
    ),
    Listing(
        type="live:AWS::EC2::Image",
        ask=Ask("ec2:DescribeImages", {"Owners": ["self"]}, page=500),
        at="Images[]",
        keep=("ImageId", "Name", "Public", "Tags"),
        arn="arn:{partition}:ec2:{region}:{account}:image/{ImageId}",
    ),
    Listing(
        type="live:AWS::RDS::DBSnapshot",
        ask=Ask("rds:DescribeDBSnapshots", {"SnapshotType": "manual"}),
        at="DBSnapshots[]",
        keep=("DBSnapshotIdentifier", "DBSnapshotArn"),
        arn="{DBSnapshotArn}",
        more={
            "Attributes": More(
                ask=Ask("rds:DescribeDBSnapshotAttributes", {"DBSnapshotIdentifier": "{DBSnapshotIdentifier}"}),
                at="DBSnapshotAttributesResult.DBSnapshotAttributes[]",
            )
        },
    ),
    Listing(
        type="live:AWS::RDS::DBClusterSnapshot",
        ask=Ask("rds:DescribeDBClusterSnapshots", {"SnapshotType": "manual"}),
        at="DBClusterSnapshots[]",
        keep=("DBClusterSnapshotIdentifier", "DBClusterSnapshotArn"),
        arn="{DBClusterSnapshotArn}",
        more={
            "Attributes": More(
                ask=Ask(
                    "rds:DescribeDBClusterSnapshotAttributes",
                    {"DBClusterSnapshotIdentifier": "{DBClusterSnapshotIdentifier}"},
                ),
                at="DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes[]",
            )
        },
    ),
    Listing(
        type="live:AWS::EFS::FileSystem",
        ask=Ask("efs:DescribeFileSystems"),
        at="FileSystems[]",
        keep=("FileSystemId", "FileSystemArn", "Name", "Encrypted", "KmsKeyId", "Tags"),
        arn="{FileSystemArn}",
        more={
            "Policy": More(
                ask=Ask(
                    "efs:DescribeFileSystemPolicy",
                    {"FileSystemId": "{FileSystemId}"},
                    absent=("PolicyNotFound",),
                ),
                at="Policy",
            )
        },
    ),
    Listing(
        type="live:AWS::Backup::BackupVault",
        ask=Ask("backup:ListBackupVaults"),
        at="BackupVaultList[]",
        keep=("BackupVaultName", "BackupVaultArn", "EncryptionKeyArn"),
        arn="{BackupVaultArn}",
        tags=True,
        more={
            "Policy": More(
                ask=Ask(
                    "backup:GetBackupVaultAccessPolicy",
                    {"BackupVaultName": "{BackupVaultName}"},
                    absent=("ResourceNotFoundException",),
                ),
                at="Policy",
            )
        },
    ),
)

# Groups of grantees: Amazon S3 user guide, "Access control list (ACL) overview".
_EVERYBODY: Final = "http://acs.amazonaws.com/groups/global/AllUsers"
_SIGNED_IN: Final = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_DELIVERY: Final = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@dataclass(frozen=True, slots=True)
class _Acl:
    """A list of grants as the canned list that gives as much to groups."""

    @careful
    def read(self, subject: Subject) -> Value:
        grants = subject.tree["Acl"]["Grants"]
        if isinstance(grants, Unknown):
            return grants
        given: dict[str, set[str]] = {}
        for grant in grants.each():
            group = grant["Grantee"]["URI"]
            if group.is_known:
                given.setdefault(group.text(), set()).add(grant["Permission"].text(default=""))
        everybody, signed_in = given.get(_EVERYBODY, set()), given.get(_SIGNED_IN, set())
        writing = {"WRITE", "WRITE_ACP", "FULL_CONTROL"}
        word = "private"
        if (everybody | signed_in) & writing:
            word = "public-read-write"
        elif everybody:
            word = "public-read"
        elif signed_in:
            word = "authenticated-read"
        elif _DELIVERY in given:
            word = "log-delivery-write"
        return Known(word, subject.place)


@dataclass(frozen=True, slots=True)
class _SharedWith:
    """The accounts that an RDS snapshot can be restored by."""

    @careful
    def read(self, subject: Subject) -> Value:
        value = subject.tree["Attributes"]
        if isinstance(value, Unknown):
            return value
        accounts: list[Child] = []
        for attribute in value.each():
            if attribute["AttributeName"] == "restore":
                accounts.extend(attribute["AttributeValues"].each())
        return Elements(accounts, subject.place)


@dataclass(frozen=True, slots=True)
class _PublicImage:
    @careful
    def read(self, subject: Subject) -> Value:
        public = subject.tree["Public"]
        if isinstance(public, Unknown):
            return public
        everybody: list[Child] = [Known("all", subject.place)] if public.boolean(default=False) else []
        return Elements(everybody, subject.place)


SHAPES: Final = (
    shape(
        "AWS::S3::AccountPublicAccessBlock",
        "account_public_access",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "block_public_acls": said("BlockPublicAcls", value=False),
            "block_public_policy": said("BlockPublicPolicy", value=False),
            "ignore_public_acls": said("IgnorePublicAcls", value=False),
            "restrict_public_buckets": said("RestrictPublicBuckets", value=False),
        },
    ),
    shape(
        "AWS::S3::Bucket",
        "object_store",
        {
            "name": "Name",
            "acl": _Acl(),
            "policy": "Policy",
            "block_public_acls": said("Block.BlockPublicAcls", value=False),
            "block_public_policy": said("Block.BlockPublicPolicy", value=False),
            "ignore_public_acls": said("Block.IgnorePublicAcls", value=False),
            "restrict_public_buckets": said("Block.RestrictPublicBuckets", value=False),
            "encryption_algorithm": Default(
                "Encryption.ApplyServerSideEncryptionByDefault.SSEAlgorithm",
                value="AES256",
                says="Amazon S3 user guide, default encryption: every new object since 2023-01-05",
            ),
            "key": CustomerKey("Encryption.ApplyServerSideEncryptionByDefault.KMSMasterKeyID"),
            "bucket_key": "Encryption.BucketKeyEnabled",
            "versioning": said(Is("Versioning.Status", ("Enabled",)), value=False),
            "mfa_delete": said(Is("Versioning.MFADelete", ("Enabled",)), value=False),
            "object_lock": said(Is("Lock", ("Enabled",)), value=False),
            "logging_target": "Logging.TargetBucket",
            "object_ownership": "Ownership.ObjectOwnership",
            "lifecycle": Matching(Flat("Lifecycle[].Status"), words=("Enabled",)),
        },
        identity=("Name",),
    ),
    shape(
        "AWS::EC2::EbsDefaults",
        "volume_defaults",
        {"name": "@region", "tags": Nothing(), "encrypted": said("EbsEncryptionByDefault", value=False)},
    ),
    shape(
        "AWS::EC2::Volume",
        "volume",
        {"name": NAME_TAG, "encrypted": "Encrypted", "key": CustomerKey("KmsKeyId"), "snapshot": "SnapshotId"},
        identity=("VolumeId",),
    ),
    shape(
        "AWS::EC2::PublicSnapshot",
        "share",
        {"name": NAME_TAG, "accounts": Constant("all"), "of": Nothing()},
        identity=("SnapshotId",),
    ),
    shape(
        "AWS::EC2::Image",
        "share",
        {"name": "Name", "accounts": _PublicImage(), "of": Nothing()},
        identity=("ImageId",),
    ),
    shape(
        "AWS::RDS::DBSnapshot",
        "share",
        {"name": "DBSnapshotIdentifier", "tags": Nothing(), "accounts": _SharedWith(), "of": Nothing()},
    ),
    shape(
        "AWS::RDS::DBClusterSnapshot",
        "share",
        {"name": "DBClusterSnapshotIdentifier", "tags": Nothing(), "accounts": _SharedWith(), "of": Nothing()},
    ),
    shape(
        "AWS::EFS::FileSystem",
        "file_system",
        {"name": "Name", "encrypted": "Encrypted", "key": CustomerKey("KmsKeyId"), "policy": "Policy"},
        identity=("FileSystemId",),
    ),
    shape(
        "AWS::Backup::BackupVault",
        "backup_vault",
        {
            "name": "BackupVaultName",
            "tags": TAGS,
            "key": CustomerKey("EncryptionKeyArn"),
            "policy": "Policy",
        },
        identity=("BackupVaultName",),
    ),
)
