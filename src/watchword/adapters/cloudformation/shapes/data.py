"""Shapes of databases, tables, queues, topics, registries, secrets and keys."""

from collections.abc import Mapping
from typing import Final

from watchword.adapters.cloudformation.shapes._sources import Through, Undecided, tagged
from watchword.inventory.shapes import Constant, Default, Is, Join, Nothing, Present, Readable, Shape

_REFERENCE: Final = "CloudFormation Template Reference"
_ROTATION: Final = Join("AWS::SecretsManager::RotationSchedule", by="SecretId")


def _of_cluster(own: str, attribute: str, *, otherwise: bool | int) -> Readable:
    """A setting of an instance; of one in a cluster, the cluster's."""
    return Default((own, Through("DBClusterIdentifier", attribute)), value=otherwise, says=f"{_REFERENCE}, AWS::RDS")


_CLUSTER: Final[Mapping[str, Readable]] = {
    "name": "DBClusterIdentifier",
    "engine_version": "EngineVersion",
    "public": Constant(False),  # its instances may be: those are databases of their own
    "encrypted": Default("StorageEncrypted", value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
    "key": "KmsKeyId",
    "multi_zone": Present("AvailabilityZones"),
    "backup_days": Default("BackupRetentionPeriod", value=1, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
    "deletion_protection": Default("DeletionProtection", value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
    "minor_upgrades": Default("AutoMinorVersionUpgrade", value=True, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
    "log_exports": "EnableCloudwatchLogsExports",
    "security_groups": "VpcSecurityGroupIds",
    "master_password": "MasterUserPassword",
    "copied_from": ("SourceDBClusterIdentifier", "SnapshotIdentifier"),
    "serverless": Default(Is("EngineMode", ("serverless",)), value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
    "managed_password": Default("ManageMasterUserPassword", value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
    "parameter_group": "DBClusterParameterGroupName",
}

DATA: Final = (
    tagged(
        "AWS::RDS::DBInstance",
        "database",
        {
            "name": "DBInstanceIdentifier",
            "engine": "Engine",
            "engine_version": "EngineVersion",
            "public": Undecided(
                "PubliclyAccessible", why="whether it is public hangs on its subnets where nothing is written"
            ),
            "encrypted": _of_cluster("StorageEncrypted", "encrypted", otherwise=False),
            "key": ("KmsKeyId", Through("DBClusterIdentifier", "key")),
            "iam_authentication": _of_cluster("EnableIAMDatabaseAuthentication", "iam_authentication", otherwise=False),
            "multi_zone": _of_cluster("MultiAZ", "multi_zone", otherwise=False),
            "backup_days": _of_cluster("BackupRetentionPeriod", "backup_days", otherwise=1),
            "deletion_protection": _of_cluster("DeletionProtection", "deletion_protection", otherwise=False),
            "minor_upgrades": Default(
                "AutoMinorVersionUpgrade", value=True, says=f"{_REFERENCE}, AWS::RDS::DBInstance"
            ),
            "log_exports": ("EnableCloudwatchLogsExports", Through("DBClusterIdentifier", "log_exports")),
            "performance_insights": Default(
                "EnablePerformanceInsights", value=False, says=f"{_REFERENCE}, AWS::RDS::DBInstance"
            ),
            "security_groups": "VPCSecurityGroups",
            "master_password": "MasterUserPassword",
            "copied_from": (
                "SourceDBInstanceIdentifier",
                "SourceDBClusterIdentifier",
                "DBSnapshotIdentifier",
                "DBClusterSnapshotIdentifier",
            ),
            "serverless": Constant(False),
            "managed_password": _of_cluster("ManageMasterUserPassword", "managed_password", otherwise=False),
            "parameter_group": "DBParameterGroupName",
        },
        identity=("DBInstanceIdentifier",),
    ),
    tagged(
        "AWS::RDS::DBCluster",
        "database",
        {
            **_CLUSTER,
            "engine": "Engine",
            "public": Default("PubliclyAccessible", value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"),
            "iam_authentication": Default(
                "EnableIAMDatabaseAuthentication", value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"
            ),
            "performance_insights": Default(
                "PerformanceInsightsEnabled", value=False, says=f"{_REFERENCE}, AWS::RDS::DBCluster"
            ),
        },
        identity=("DBClusterIdentifier",),
    ),
    tagged(
        "AWS::DocDB::DBCluster",
        "database",
        {
            **_CLUSTER,
            "engine": Constant("docdb"),
            "iam_authentication": Nothing(),  # the service has none of its own
            "performance_insights": Nothing(),
        },
        identity=("DBClusterIdentifier",),
    ),
    tagged(
        "AWS::Neptune::DBCluster",
        "database",
        {
            **_CLUSTER,
            "engine": Constant("neptune"),
            "iam_authentication": Default("IamAuthEnabled", value=False, says=f"{_REFERENCE}, AWS::Neptune::DBCluster"),
            "performance_insights": Nothing(),
            "master_password": Nothing(),
        },
        identity=("DBClusterIdentifier",),
    ),
    tagged(
        "AWS::DynamoDB::Table",
        "table",
        {
            "name": "TableName",
            "encrypted_with_customer_key": Default(
                "SSESpecification.SSEEnabled", value=False, says=f"{_REFERENCE}, AWS::DynamoDB::Table"
            ),
            "key": "SSESpecification.KMSMasterKeyId",
            "point_in_time_recovery": Default(
                "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
                value=False,
                says=f"{_REFERENCE}, AWS::DynamoDB::Table",
            ),
            "deletion_protection": Default(
                "DeletionProtectionEnabled", value=False, says=f"{_REFERENCE}, AWS::DynamoDB::Table"
            ),
        },
        identity=("TableName",),
    ),
    tagged(
        "AWS::Serverless::SimpleTable",
        "table",
        {
            "name": "TableName",
            "encrypted_with_customer_key": Default(
                "SSESpecification.SSEEnabled", value=False, says="AWS SAM Developer Guide, AWS::Serverless::SimpleTable"
            ),
            "key": "SSESpecification.KMSMasterKeyId",
            "point_in_time_recovery": Default(
                "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
                value=False,
                says="AWS SAM Developer Guide, AWS::Serverless::SimpleTable",
            ),
            "deletion_protection": Constant(False),
        },
        identity=("TableName",),
    ),
    tagged(
        "AWS::SQS::Queue",
        "queue",
        {
            "name": "QueueName",
            "policy": Join("AWS::SQS::QueuePolicy", by="Queues").read("PolicyDocument"),
            "key": "KmsMasterKeyId",
            "managed_encryption": Default(
                "SqsManagedSseEnabled", value=True, says="Amazon SQS guide: on for new queues since 2022-10"
            ),
        },
        identity=("QueueName",),
    ),
    Shape(
        "AWS::SQS::QueuePolicy",
        "resource_policy",
        {"name": Nothing(), "tags": Nothing(), "document": "PolicyDocument", "resource": "Queues"},
        identity=(),
    ),
    tagged(
        "AWS::SNS::Topic",
        "topic",
        {
            "name": "TopicName",
            "policy": Join("AWS::SNS::TopicPolicy", by="Topics").read("PolicyDocument"),
            "key": "KmsMasterKeyId",
        },
        identity=("TopicName",),
    ),
    Shape(
        "AWS::SNS::TopicPolicy",
        "resource_policy",
        {"name": Nothing(), "tags": Nothing(), "document": "PolicyDocument", "resource": "Topics"},
        identity=(),
    ),
    tagged(
        "AWS::ECR::Repository",
        "registry",
        {
            "name": "RepositoryName",
            "policy": "RepositoryPolicyText",
            "immutable": Default(
                Is("ImageTagMutability", ("IMMUTABLE",)), value=False, says=f"{_REFERENCE}, AWS::ECR::Repository"
            ),
            "scan_on_push": Default(
                "ImageScanningConfiguration.ScanOnPush", value=False, says=f"{_REFERENCE}, AWS::ECR::Repository"
            ),
            "key": "EncryptionConfiguration.KmsKey",
            "kms_encrypted": Default(
                Is("EncryptionConfiguration.EncryptionType", ("KMS", "KMS_DSSE")),
                value=False,
                says=f"{_REFERENCE}, AWS::ECR::Repository",
            ),
        },
        identity=("RepositoryName",),
    ),
    tagged(
        "AWS::SecretsManager::Secret",
        "secret",
        {
            "name": "Name",
            "key": "KmsKeyId",
            "policy": Join("AWS::SecretsManager::ResourcePolicy", by="SecretId").read("ResourcePolicy"),
            "rotation": Present(_ROTATION.read("SecretId")),
            "rotation_days": _ROTATION.read("RotationRules.AutomaticallyAfterDays"),
            "recovery_days": Constant(30),  # Secrets Manager's own; no template can say otherwise
        },
        identity=("Name",),
    ),
    Shape(
        "AWS::SecretsManager::ResourcePolicy",
        "resource_policy",
        {"name": Nothing(), "tags": Nothing(), "document": "ResourcePolicy", "resource": "SecretId"},
        identity=(),
    ),
    tagged(
        "AWS::KMS::Key",
        "key",
        {
            "name": "Description",
            "policy": "KeyPolicy",
            "rotation": Default("EnableKeyRotation", value=False, says=f"{_REFERENCE}, AWS::KMS::Key"),
            "enabled": Default("Enabled", value=True, says=f"{_REFERENCE}, AWS::KMS::Key"),
            "usage": Default("KeyUsage", value="ENCRYPT_DECRYPT", says=f"{_REFERENCE}, AWS::KMS::Key"),
            "spec": Default("KeySpec", value="SYMMETRIC_DEFAULT", says=f"{_REFERENCE}, AWS::KMS::Key"),
            "deletion_days": Default("PendingWindowInDays", value=30, says=f"{_REFERENCE}, AWS::KMS::Key"),
            "multi_region": Default("MultiRegion", value=False, says=f"{_REFERENCE}, AWS::KMS::Key"),
        },
    ),
)
