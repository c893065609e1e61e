"""Shapes of caches, search, warehouses, streams, brokers, parameters and what configures databases."""

from dataclasses import dataclass
from typing import Final

from watchword.adapters.cloudformation.shapes._sources import tagged
from watchword.inventory.shapes import Constant, Default, Is, Nothing, Present, Readable, Rows, Shape, Subject, read
from watchword.inventory.values import Block, Child, Elements, Known, Value

_REFERENCE: Final = "CloudFormation Template Reference"


@dataclass(frozen=True, slots=True)
class _Named:
    """A mapping of names to values as a list of blocks with both."""

    source: Readable

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Block):
            return value
        rows: list[Child] = [
            Block({"name": Known(name, child.place), "value": child}, child.place)
            for name in value.names()
            if (child := value.child(name)) is not None
        ]
        return Elements(rows, value.place, open_because=value.open_because)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a mapping, as texts."""

    source: Readable

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Block):
            return value
        names: list[Child] = [Known(name, value.place) for name in value.names()]
        return Elements(names, value.place, open_because=value.open_because)


def _search(native_type: str, at_rest: str) -> Shape:
    says = f"{_REFERENCE}, {native_type}"
    return tagged(
        native_type,
        "search_domain",
        {
            "name": "DomainName",
            "policy": "AccessPolicies",
            "encrypted": Default(f"{at_rest}.Enabled", value=False, says=says),
            "key": f"{at_rest}.KmsKeyId",
            "node_to_node": Default("NodeToNodeEncryptionOptions.Enabled", value=False, says=says),
            "https_required": Default("DomainEndpointOptions.EnforceHTTPS", value=False, says=says),
            "tls_policy": "DomainEndpointOptions.TLSSecurityPolicy",
            "subnets": "VPCOptions.SubnetIds",
            "log_types": _Names("LogPublishingOptions"),
        },
        identity=("DomainName",),
    )


SERVICES: Final = (
    tagged(
        "AWS::ElastiCache::ReplicationGroup",
        "cache",
        {
            "name": "ReplicationGroupId",
            "engine": Default("Engine", value="redis", says=f"{_REFERENCE}, AWS::ElastiCache::ReplicationGroup"),
            "encrypted": Default(
                "AtRestEncryptionEnabled", value=False, says=f"{_REFERENCE}, AWS::ElastiCache::ReplicationGroup"
            ),
            "transit_encrypted": Default(
                "TransitEncryptionEnabled", value=False, says=f"{_REFERENCE}, AWS::ElastiCache::ReplicationGroup"
            ),
            "key": "KmsKeyId",
            "backup_days": Default(
                "SnapshotRetentionLimit", value=0, says=f"{_REFERENCE}, AWS::ElastiCache::ReplicationGroup"
            ),
            "auth_token": "AuthToken",
            "security_groups": "SecurityGroupIds",
        },
        identity=("ReplicationGroupId",),
    ),
    _search("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions"),
    _search("AWS::OpenSearchService::Domain", "EncryptionAtRestOptions"),
    tagged(
        "AWS::Redshift::Cluster",
        "warehouse",
        {
            "name": "ClusterIdentifier",
            "public": Default("PubliclyAccessible", value=False, says=f"{_REFERENCE}, AWS::Redshift::Cluster"),
            "encrypted": Default("Encrypted", value=False, says=f"{_REFERENCE}, AWS::Redshift::Cluster"),
            "key": "KmsKeyId",
            "logging": Present("LoggingProperties"),
            "parameter_group": "ClusterParameterGroupName",
            "backup_days": Default(
                "AutomatedSnapshotRetentionPeriod", value=1, says=f"{_REFERENCE}, AWS::Redshift::Cluster"
            ),
            "enhanced_routing": Default(
                "EnhancedVpcRouting", value=False, says=f"{_REFERENCE}, AWS::Redshift::Cluster"
            ),
            "master_password": "MasterUserPassword",
        },
        identity=("ClusterIdentifier",),
    ),
    tagged(
        "AWS::Kinesis::Stream",
        "stream",
        {
            "name": "Name",
            "encrypted": Default(
                Is("StreamEncryption.EncryptionType", ("KMS",)), value=False, says=f"{_REFERENCE}, AWS::Kinesis::Stream"
            ),
            "key": "StreamEncryption.KeyId",
        },
        identity=("Name",),
    ),
    tagged(
        "AWS::KinesisFirehose::DeliveryStream",
        "stream",
        {
            "name": "DeliveryStreamName",
            # What a stream of Kinesis feeds is encrypted there.
            "encrypted": Present(("KinesisStreamSourceConfiguration", "DeliveryStreamEncryptionConfigurationInput")),
            "key": "DeliveryStreamEncryptionConfigurationInput.KeyARN",
        },
        identity=("DeliveryStreamName",),
    ),
    tagged(
        "AWS::AmazonMQ::Broker",
        "broker",
        {
            "name": "BrokerName",
            "engine": "EngineType",
            "public": Default("PubliclyAccessible", value=False, says=f"{_REFERENCE}, AWS::AmazonMQ::Broker"),
            "key": "EncryptionOptions.KmsKeyId",
            "client_encryption": Constant("TLS"),
            "logs": Default("Logs.General", value=False, says=f"{_REFERENCE}, AWS::AmazonMQ::Broker"),
        },
        identity=("BrokerName",),
    ),
    tagged(
        "AWS::MSK::Cluster",
        "broker",
        {
            "name": "ClusterName",
            "engine": Constant("kafka"),
            "public": Default(
                Is("BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type", ("SERVICE_PROVIDED_EIPS",)),
                value=False,
                says=f"{_REFERENCE}, AWS::MSK::Cluster",
            ),
            "key": "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId",
            "client_encryption": Default(
                "EncryptionInfo.EncryptionInTransit.ClientBroker", value="TLS", says=f"{_REFERENCE}, AWS::MSK::Cluster"
            ),
            "logs": Default(
                (
                    "LoggingInfo.BrokerLogs.CloudWatchLogs.Enabled",
                    "LoggingInfo.BrokerLogs.S3.Enabled",
                    "LoggingInfo.BrokerLogs.Firehose.Enabled",
                ),
                value=False,
                says=f"{_REFERENCE}, AWS::MSK::Cluster",
            ),
        },
        identity=("ClusterName",),
    ),
    tagged(
        "AWS::DMS::ReplicationInstance",
        "replication_instance",
        {
            "name": "ReplicationInstanceIdentifier",
            "public": Default("PubliclyAccessible", value=True, says=f"{_REFERENCE}, AWS::DMS::ReplicationInstance"),
            "key": "KmsKeyId",
            "minor_upgrades": Default(
                "AutoMinorVersionUpgrade", value=True, says=f"{_REFERENCE}, AWS::DMS::ReplicationInstance"
            ),
        },
        identity=("ReplicationInstanceIdentifier",),
    ),
    Shape(
        "AWS::SSM::Parameter",
        "parameter",
        {"name": "Name", "type": "Type", "value": "Value", "key": Nothing()},
        identity=("Name",),
    ),
    *(
        tagged(native_type, "parameter_group", {"name": name, "family": family, "parameters": _Named("Parameters")})
        for native_type, name, family in (
            ("AWS::RDS::DBParameterGroup", "DBParameterGroupName", "Family"),
            ("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName", "Family"),
            ("AWS::DocDB::DBClusterParameterGroup", "Name", "Family"),
        )
    ),
    tagged(
        "AWS::Redshift::ClusterParameterGroup",
        "parameter_group",
        {
            "name": "ParameterGroupName",
            "family": "ParameterGroupFamily",
            "parameters": Rows("Parameters", {"name": "ParameterName", "value": "ParameterValue"}),
        },
    ),
)
