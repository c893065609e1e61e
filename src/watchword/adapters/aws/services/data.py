"""Keys, databases, tables, queues, topics, secrets, registries, certificates, and what else keeps data."""

import fnmatch
from dataclasses import dataclass
from typing import Final

from watchword.adapters.aws.asks import Ask, Listing, More
from watchword.adapters.aws.sources import (
    TAGS,
    CustomerKey,
    Made,
    Matching,
    Pairs,
    Through,
    careful,
    said,
    shape,
)
from watchword.inventory.shapes import Constant, Default, Is, Nothing, Present, Rows, Subject
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Reason, ReasonKind, Unknown, Value

_CLUSTER_ARN: Final = "arn:{partition}:rds:{region}:{account}:cluster:"
_PARAMETERS: Final = ("ParameterName", "ParameterValue")

LISTINGS: Final = (
    Listing(
        type="live:AWS::KMS::Key",
        ask=Ask("kms:ListKeys"),
        at="Keys[]",
        keep=("KeyId", "KeyArn"),
        arn="{KeyArn}",
        tags=True,
        more={
            "Metadata": More(
                ask=Ask("kms:DescribeKey", {"KeyId": "{KeyId}"}),
                at="KeyMetadata",
                keep=(
                    "KeyManager",
                    "KeySpec",
                    "KeyUsage",
                    "Enabled",
                    "KeyState",
                    "MultiRegion",
                    "Description",
                    "Origin",
                    "PendingDeletionWindowInDays",
                ),
            ),
            "Rotation": More(
                ask=Ask(
                    "kms:GetKeyRotationStatus",
                    {"KeyId": "{KeyId}"},
                    absent=("UnsupportedOperationException", "KMSInvalidStateException"),
                ),
                at="KeyRotationEnabled",
            ),
            "Policy": More(ask=Ask("kms:GetKeyPolicy", {"KeyId": "{KeyId}", "PolicyName": "default"}), at="Policy"),
        },
    ),
    Listing(
        type="live:AWS::RDS::DBCluster",
        ask=Ask("rds:DescribeDBClusters"),
        at="DBClusters[]",
        keep=(
            "DBClusterIdentifier",
            "DBClusterArn",
            "Engine",
            "EngineVersion",
            "EngineMode",
            "StorageEncrypted",
            "KmsKeyId",
            "IAMDatabaseAuthenticationEnabled",
            "MultiAZ",
            "BackupRetentionPeriod",
            "DeletionProtection",
            "AutoMinorVersionUpgrade",
            "EnabledCloudwatchLogsExports",
            "PerformanceInsightsEnabled",
            "PubliclyAccessible",
            "VpcSecurityGroups",
            "MasterUserSecret",
            "DBClusterParameterGroup",
            "ReplicationSourceIdentifier",
            "TagList",
        ),
        arn="{DBClusterArn}",
    ),
    Listing(
        type="live:AWS::RDS::DBInstance",
        ask=Ask("rds:DescribeDBInstances"),
        at="DBInstances[]",
        keep=(
            "DBInstanceIdentifier",
            "DBInstanceArn",
            "DBClusterIdentifier",
            "Engine",
            "EngineVersion",
            "PubliclyAccessible",
            "StorageEncrypted",
            "KmsKeyId",
            "IAMDatabaseAuthenticationEnabled",
            "MultiAZ",
            "BackupRetentionPeriod",
            "DeletionProtection",
            "AutoMinorVersionUpgrade",
            "EnabledCloudwatchLogsExports",
            "PerformanceInsightsEnabled",
            "VpcSecurityGroups",
            "MasterUserSecret",
            "DBParameterGroups",
            "ReadReplicaSourceDBInstanceIdentifier",
            "TagList",
        ),
        arn="{DBInstanceArn}",
    ),
    *(
        Listing(
            type=type_,
            ask=Ask(listed),
            at=at,
            keep=(name, arn, "DBParameterGroupFamily"),
            arn=f"{{{arn}}}",
            only=(name, r"(?!default[.:]).*"),  # the defaults are the provider's, and cannot be changed
            more={"Parameters": More(ask=Ask(told, {name: f"{{{name}}}"}), at="Parameters[]", keep=_PARAMETERS)},
        )
        for type_, listed, at, name, arn, told in (
            (
                "live:AWS::RDS::DBParameterGroup",
                "rds:DescribeDBParameterGroups",
                "DBParameterGroups[]",
                "DBParameterGroupName",
                "DBParameterGroupArn",
                "rds:DescribeDBParameters",
            ),
            (
                "live:AWS::RDS::DBClusterParameterGroup",
                "rds:DescribeDBClusterParameterGroups",
                "DBClusterParameterGroups[]",
                "DBClusterParameterGroupName",
                "DBClusterParameterGroupArn",
                "rds:DescribeDBClusterParameters",
            ),
        )
    ),
    Listing(
        type="live:AWS::DynamoDB::Table",
        ask=Ask("dynamodb:ListTables"),
        at="TableNames[]",
        arn="arn:{partition}:dynamodb:{region}:{account}:table/{Value}",
        tags=True,
        more={
            "Table": More(
                ask=Ask("dynamodb:DescribeTable", {"TableName": "{Value}"}),
                at="Table",
                keep=("TableArn", "SSEDescription", "DeletionProtectionEnabled"),
            ),
            "Backups": More(
                ask=Ask("dynamodb:DescribeContinuousBackups", {"TableName": "{Value}"}),
                at="ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
            ),
        },
    ),
    Listing(
        type="live:AWS::SQS::Queue",
        ask=Ask("sqs:ListQueues", page=1000),
        at="QueueUrls[]",
        arn="{Attributes.QueueArn}",
        tags=True,
        more={
            "Attributes": More(
                ask=Ask(
                    "sqs:GetQueueAttributes",
                    {
                        "QueueUrl": "{Value}",
                        "AttributeNames": ["QueueArn", "Policy", "KmsMasterKeyId", "SqsManagedSseEnabled"],
                    },
                ),
                at="Attributes",
            )
        },
    ),
    Listing(
        type="live:AWS::SNS::Topic",
        ask=Ask("sns:ListTopics"),
        at="Topics[]",
        keep=("TopicArn",),
        arn="{TopicArn}",
        tags=True,
        more={
            "Attributes": More(
                ask=Ask("sns:GetTopicAttributes", {"TopicArn": "{TopicArn}"}),
                at="Attributes",
                keep=("Policy", "KmsMasterKeyId", "DisplayName"),
            )
        },
    ),
    Listing(
        type="live:AWS::SecretsManager::Secret",
        ask=Ask("secretsmanager:ListSecrets"),  # what is told of secrets, never what is in them
        at="SecretList[]",
        keep=("ARN", "Name", "KmsKeyId", "RotationEnabled", "RotationRules", "LastRotatedDate", "Tags"),
        arn="{ARN}",
        more={"Policy": More(ask=Ask("secretsmanager:GetResourcePolicy", {"SecretId": "{ARN}"}), at="ResourcePolicy")},
    ),
    Listing(
        type="live:AWS::ECR::Repository",
        ask=Ask("ecr:DescribeRepositories"),
        at="repositories[]",
        keep=(
            "repositoryArn",
            "repositoryName",
            "imageTagMutability",
            "imageScanningConfiguration",
            "encryptionConfiguration",
        ),
        arn="{repositoryArn}",
        tags=True,
        more={
            "Policy": More(
                ask=Ask(
                    "ecr:GetRepositoryPolicy",
                    {"repositoryName": "{repositoryName}"},
                    absent=("RepositoryPolicyNotFoundException",),
                ),
                at="policyText",
            ),
            "Scanning": More(ask=Ask("ecr:GetRegistryScanningConfiguration"), at="scanningConfiguration.rules[]"),
        },
    ),
    Listing(
        type="live:AWS::ElastiCache::ReplicationGroup",
        ask=Ask("elasticache:DescribeReplicationGroups"),
        at="ReplicationGroups[]",
        keep=(
            "ReplicationGroupId",
            "ARN",
            "Engine",
            "AtRestEncryptionEnabled",
            "TransitEncryptionEnabled",
            "KmsKeyId",
            "SnapshotRetentionLimit",
        ),
        arn="{ARN}",
        tags=True,
    ),
    Listing(
        type="live:AWS::OpenSearchService::Domain",
        ask=Ask("opensearch:ListDomainNames"),
        at="DomainNames[]",
        keep=("DomainName",),
        arn="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
        tags=True,
        more={
            "Domain": More(
                ask=Ask("opensearch:DescribeDomain", {"DomainName": "{DomainName}"}, action="es:DescribeDomain"),
                at="DomainStatus",
                keep=(
                    "AccessPolicies",
                    "EncryptionAtRestOptions",
                    "NodeToNodeEncryptionOptions",
                    "DomainEndpointOptions",
                    "VPCOptions",
                    "LogPublishingOptions",
                ),
            )
        },
    ),
    Listing(
        type="live:AWS::Redshift::Cluster",
        ask=Ask("redshift:DescribeClusters"),
        at="Clusters[]",
        keep=(
            "ClusterIdentifier",
            "PubliclyAccessible",
            "Encrypted",
            "KmsKeyId",
            "AutomatedSnapshotRetentionPeriod",
            "EnhancedVpcRouting",
            "ClusterParameterGroups",
            "Tags",
        ),
        arn="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
        more={
            "Logging": More(
                ask=Ask("redshift:DescribeLoggingStatus", {"ClusterIdentifier": "{ClusterIdentifier}"}),
                at="LoggingEnabled",
            )
        },
    ),
    Listing(
        type="live:AWS::Kinesis::Stream",
        ask=Ask("kinesis:ListStreams"),
        at="StreamNames[]",
        arn="arn:{partition}:kinesis:{region}:{account}:stream/{Value}",
        tags=True,
        more={
            "Stream": More(
                ask=Ask("kinesis:DescribeStreamSummary", {"StreamName": "{Value}"}),
                at="StreamDescriptionSummary",
                keep=("EncryptionType", "KeyId"),
            )
        },
    ),
    Listing(
        type="live:AWS::CertificateManager::Certificate",
        ask=Ask(
            "acm:ListCertificates",
            {
                "Includes": {
                    "keyTypes": [
                        "RSA_1024",
                        "RSA_2048",
                        "RSA_3072",
                        "RSA_4096",
                        "EC_prime256v1",
                        "EC_secp384r1",
                        "EC_secp521r1",
                    ]
                }
            },
        ),  # without it, those of 2048 bits alone
        at="CertificateSummaryList[]",
        keep=("CertificateArn", "DomainName", "Status", "Type", "NotAfter", "InUse", "RenewalEligibility"),
        arn="{CertificateArn}",
        tags=True,
    ),
)


@dataclass(frozen=True, slots=True)
class _Rotation:
    """AWS rotates its own keys every year; of a customer's, KMS tells."""

    @careful
    def read(self, subject: Subject) -> Value:
        manager = subject.tree["Metadata"]["KeyManager"]
        if manager.is_known and manager == "AWS":
            return Known(True, subject.place, is_default=True)
        origin, state = subject.tree["Metadata"]["Origin"], subject.tree["Metadata"]["KeyState"]
        for value, usual, why in (
            (state, ("Enabled", "Disabled"), "the key waits for its deletion or its material"),
            (origin, ("AWS_KMS",), "KMS rotates keys alone of which it has made the material"),
        ):
            if value.is_known and value.text() not in usual:
                return Unknown((Reason(ReasonKind.INVALID, why, value.place),), value.place)
        return subject.tree["Rotation"]


@dataclass(frozen=True, slots=True)
class _Scanned:
    """Whether a repository's images are scanned when they arrive: it says so itself, or a rule of the registry does."""

    @careful
    def read(self, subject: Subject) -> Value:
        own = subject.tree["imageScanningConfiguration"]["scanOnPush"]
        if own.is_known and own:
            return own
        rules, name = subject.tree["Scanning"], subject.tree["repositoryName"]
        if isinstance(rules, Unknown):
            return rules
        for rule in rules.each():
            if rule["scanFrequency"] == "MANUAL":
                continue
            for one in rule["repositoryFilters"].each():
                if fnmatch.fnmatchcase(name.text(default=""), one["filter"].text(default="")):
                    return Known(True, subject.place)
        return own if not isinstance(own, Absent) else Known(False, subject.place)


@dataclass(frozen=True, slots=True)
class _LogTypes:
    """The logs that a search cluster sends out: those of the options that are on."""

    @careful
    def read(self, subject: Subject) -> Value:
        options = subject.tree["Domain"]["LogPublishingOptions"]
        if not isinstance(options, Block):
            return options
        on: list[Child] = [Known(n, options.place) for n, o in options.items() if o["Enabled"].boolean(default=False)]
        return Elements(on, options.place)


@dataclass(frozen=True, slots=True)
class _Last:
    """The last part of a text: the name of a queue in its address."""

    path: str
    separator: str

    @careful
    def read(self, subject: Subject) -> Value:
        value = subject.tree[self.path]
        return Known(value.text().rpartition(self.separator)[2], value.place) if value.is_known else value


def _of_cluster(own: str, attribute: str) -> tuple[Through, str]:
    """What the cluster of an instance says, of one that is in a cluster; else what it says itself."""
    return (Through(Made("DBClusterIdentifier", _CLUSTER_ARN), attribute), own)


SHAPES: Final = (
    shape(
        "AWS::KMS::Key",
        "key",
        {
            "name": ("Metadata.Description", "KeyId"),
            "tags": TAGS,
            "policy": "Policy",
            "rotation": _Rotation(),
            "enabled": "Metadata.Enabled",
            "usage": "Metadata.KeyUsage",
            "spec": "Metadata.KeySpec",
            "deletion_days": "Metadata.PendingDeletionWindowInDays",
            "multi_region": said("Metadata.MultiRegion", value=False),
        },
        identity=("KeyId",),
    ),
    shape(
        "AWS::RDS::DBCluster",
        "database",
        {
            "name": "DBClusterIdentifier",
            "engine": "Engine",
            "engine_version": "EngineVersion",
            "public": said("PubliclyAccessible", value=False),
            "encrypted": "StorageEncrypted",
            "key": CustomerKey("KmsKeyId"),
            "iam_authentication": said("IAMDatabaseAuthenticationEnabled", value=False),
            "multi_zone": "MultiAZ",
            "backup_days": "BackupRetentionPeriod",
            "deletion_protection": "DeletionProtection",
            "minor_upgrades": said(
                "AutoMinorVersionUpgrade", value=True, says="Amazon RDS API: clusters that say nothing"
            ),
            "log_exports": "EnabledCloudwatchLogsExports",
            "performance_insights": said("PerformanceInsightsEnabled", value=False),
            "security_groups": "VpcSecurityGroups[].VpcSecurityGroupId",
            "master_password": Nothing(),  # no API tells it
            "managed_password": Present("MasterUserSecret"),
            "parameter_group": Made("DBClusterParameterGroup", "arn:{partition}:rds:{region}:{account}:cluster-pg:"),
            "copied_from": "ReplicationSourceIdentifier",
            "serverless": Default(Is("EngineMode", ("serverless",)), value=False, says="Amazon RDS API"),
        },
        tags=Pairs("TagList"),
        identity=("DBClusterArn",),
    ),
    shape(
        "AWS::RDS::DBInstance",
        "database",
        {
            "name": "DBInstanceIdentifier",
            "engine": "Engine",
            "engine_version": "EngineVersion",
            "public": "PubliclyAccessible",
            "encrypted": "StorageEncrypted",
            "key": CustomerKey("KmsKeyId"),
            "iam_authentication": _of_cluster("IAMDatabaseAuthenticationEnabled", "iam_authentication"),
            "multi_zone": _of_cluster("MultiAZ", "multi_zone"),
            "backup_days": _of_cluster("BackupRetentionPeriod", "backup_days"),
            "deletion_protection": _of_cluster("DeletionProtection", "deletion_protection"),
            "minor_upgrades": "AutoMinorVersionUpgrade",
            "log_exports": _of_cluster("EnabledCloudwatchLogsExports", "log_exports"),
            "performance_insights": said("PerformanceInsightsEnabled", value=False),
            "security_groups": "VpcSecurityGroups[].VpcSecurityGroupId",
            "master_password": Nothing(),  # no API tells it
            "managed_password": (
                Through(Made("DBClusterIdentifier", _CLUSTER_ARN), "managed_password"),
                Present("MasterUserSecret"),
            ),
            "parameter_group": Made(
                "DBParameterGroups[].DBParameterGroupName", "arn:{partition}:rds:{region}:{account}:pg:"
            ),
            "copied_from": "ReadReplicaSourceDBInstanceIdentifier",
            "serverless": Constant(False),
        },
        tags=Pairs("TagList"),
    ),
    *(
        shape(
            type_,
            "parameter_group",
            {
                "name": name,
                "tags": Nothing(),
                "family": "DBParameterGroupFamily",
                "parameters": Rows("Parameters", {"name": "ParameterName", "value": "ParameterValue"}),
            },
        )
        for type_, name in (
            ("AWS::RDS::DBParameterGroup", "DBParameterGroupName"),
            ("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName"),
        )
    ),
    shape(
        "AWS::DynamoDB::Table",
        "table",
        {
            "name": "Value",
            "tags": TAGS,
            "encrypted_with_customer_key": Present("Table.SSEDescription.KMSMasterKeyArn"),
            "key": CustomerKey("Table.SSEDescription.KMSMasterKeyArn"),
            "point_in_time_recovery": said(Is("Backups", ("ENABLED",)), value=False),
            "deletion_protection": said("Table.DeletionProtectionEnabled", value=False),
        },
        identity=("Value",),
    ),
    shape(
        "AWS::SQS::Queue",
        "queue",
        {
            "name": _Last("Value", "/"),
            "tags": TAGS,
            "policy": "Attributes.Policy",
            "key": "Attributes.KmsMasterKeyId",
            "managed_encryption": said("Attributes.SqsManagedSseEnabled", value=False),
        },
        identity=("Value",),
    ),
    shape(
        "AWS::SNS::Topic",
        "topic",
        {
            "name": _Last("TopicArn", ":"),
            "tags": TAGS,
            "policy": "Attributes.Policy",
            "key": "Attributes.KmsMasterKeyId",
        },
    ),
    shape(
        "AWS::SecretsManager::Secret",
        "secret",
        {
            "name": "Name",
            "key": CustomerKey("KmsKeyId"),
            "policy": "Policy",
            "rotation": said("RotationEnabled", value=False),
            "rotation_days": "RotationRules.AutomaticallyAfterDays",
            "recovery_days": Constant(30),
        },
        identity=("Name",),
    ),
    shape(
        "AWS::ECR::Repository",
        "registry",
        {
            "name": "repositoryName",
            "tags": TAGS,
            "policy": "Policy",
            "immutable": Is("imageTagMutability", ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")),
            "scan_on_push": _Scanned(),
            "key": CustomerKey("encryptionConfiguration.kmsKey"),
            "kms_encrypted": said(Is("encryptionConfiguration.encryptionType", ("KMS", "KMS_DSSE")), value=False),
        },
        identity=("repositoryName",),
    ),
    shape(
        "AWS::ElastiCache::ReplicationGroup",
        "cache",
        {
            "name": "ReplicationGroupId",
            "tags": TAGS,
            "engine": said("Engine", value="redis"),
            "encrypted": said("AtRestEncryptionEnabled", value=False),
            "transit_encrypted": said("TransitEncryptionEnabled", value=False),
            "key": CustomerKey("KmsKeyId"),
            "backup_days": said("SnapshotRetentionLimit", value=0),
            "auth_token": Nothing(),  # no API tells it
        },
        identity=("ReplicationGroupId",),
    ),
    shape(
        "AWS::OpenSearchService::Domain",
        "search_domain",
        {
            "name": "DomainName",
            "tags": TAGS,
            "policy": "Domain.AccessPolicies",
            "encrypted": said("Domain.EncryptionAtRestOptions.Enabled", value=False),
            "key": CustomerKey("Domain.EncryptionAtRestOptions.KmsKeyId"),
            "node_to_node": said("Domain.NodeToNodeEncryptionOptions.Enabled", value=False),
            "https_required": said("Domain.DomainEndpointOptions.EnforceHTTPS", value=False),
            "tls_policy": "Domain.DomainEndpointOptions.TLSSecurityPolicy",
            "subnets": "Domain.VPCOptions.SubnetIds",
            "log_types": _LogTypes(),
        },
        identity=("DomainName",),
    ),
    shape(
        "AWS::Redshift::Cluster",
        "warehouse",
        {
            "name": "ClusterIdentifier",
            "public": said("PubliclyAccessible", value=False),
            "encrypted": said("Encrypted", value=False),
            "key": CustomerKey("KmsKeyId"),
            "logging": said("Logging", value=False),
            "parameter_group": "ClusterParameterGroups[].ParameterGroupName",
            "backup_days": "AutomatedSnapshotRetentionPeriod",
            "enhanced_routing": said("EnhancedVpcRouting", value=False),
            "master_password": Nothing(),  # no API tells it
        },
        identity=("ClusterIdentifier",),
    ),
    shape(
        "AWS::Kinesis::Stream",
        "stream",
        {
            "name": "Value",
            "tags": TAGS,
            "encrypted": said(Is("Stream.EncryptionType", ("KMS",)), value=False),
            "key": CustomerKey("Stream.KeyId"),
        },
        identity=("Value",),
    ),
    shape(
        "AWS::CertificateManager::Certificate",
        "certificate",
        {
            "name": "DomainName",
            "tags": TAGS,
            "expires": "NotAfter",
            "issued": Matching("Status", words=("ISSUED",)),
            "imported": Matching("Type", words=("IMPORTED",)),
            "used": "InUse",
            "renewed": Matching("RenewalEligibility", words=("ELIGIBLE",)),
        },
    ),
)
