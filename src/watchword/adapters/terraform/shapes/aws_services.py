"""Shapes of caches, search, warehouses, streams, brokers and what configures them."""

from typing import Final

from watchword.inventory.shapes import Constant, Default, Is, Join, Present, Rows, Shape

_PROVIDER: Final = "AWS provider 5"
_PARAMETERS: Final = Rows("parameter", {"name": "name", "value": "value"})


def _search(native_type: str, policy: str) -> Shape:
    return Shape(
        native_type,
        "search_domain",
        {
            "name": "domain_name",
            "policy": (Join(policy, by="domain_name").read("access_policies"), "access_policies"),
            "encrypted": Default("encrypt_at_rest.enabled", value=False, says=_PROVIDER),
            "key": "encrypt_at_rest.kms_key_id",
            "node_to_node": Default("node_to_node_encryption.enabled", value=False, says=_PROVIDER),
            "https_required": Default("domain_endpoint_options.enforce_https", value=False, says=_PROVIDER),
            "tls_policy": "domain_endpoint_options.tls_security_policy",
            "subnets": "vpc_options.subnet_ids",
            "log_types": "log_publishing_options[].log_type",
        },
        identity=("domain_name",),
    )


SERVICES: Final = (
    Shape(
        "aws_elasticache_replication_group",
        "cache",
        {
            "name": "replication_group_id",
            "engine": Default("engine", value="redis", says=_PROVIDER),
            "encrypted": Default("at_rest_encryption_enabled", value=False, says=_PROVIDER),
            "transit_encrypted": Default("transit_encryption_enabled", value=False, says=_PROVIDER),
            "key": "kms_key_id",
            "backup_days": Default("snapshot_retention_limit", value=0, says=_PROVIDER),
            "auth_token": "auth_token",
            "security_groups": "security_group_ids",
        },
        identity=("replication_group_id",),
    ),
    _search("aws_elasticsearch_domain", "aws_elasticsearch_domain_policy"),
    _search("aws_opensearch_domain", "aws_opensearch_domain_policy"),
    Shape(
        "aws_elasticsearch_domain_policy", "resource_policy", {"document": "access_policies", "resource": "domain_name"}
    ),
    Shape(
        "aws_opensearch_domain_policy", "resource_policy", {"document": "access_policies", "resource": "domain_name"}
    ),
    Shape(
        "aws_redshift_cluster",
        "warehouse",
        {
            "name": "cluster_identifier",
            "public": Default("publicly_accessible", value=True, says="AWS provider before 6"),
            "encrypted": Default("encrypted", value=False, says="AWS provider before 6"),
            "key": "kms_key_id",
            "logging": Default(
                (Join("aws_redshift_logging", by="cluster_identifier").read(Constant(True)), "logging.enable"),
                value=False,
                says=_PROVIDER,
            ),
            "parameter_group": "cluster_parameter_group_name",
            "backup_days": Default("automated_snapshot_retention_period", value=1, says=_PROVIDER),
            "enhanced_routing": Default("enhanced_vpc_routing", value=False, says=_PROVIDER),
            "master_password": "master_password",
        },
        identity=("cluster_identifier",),
    ),
    Shape(
        "aws_kinesis_stream",
        "stream",
        {
            "name": "name",
            "encrypted": Default(Is("encryption_type", ("KMS",)), value=False, says=_PROVIDER),
            "key": "kms_key_id",
        },
    ),
    Shape(
        "aws_kinesis_firehose_delivery_stream",
        "stream",
        {
            "name": "name",
            # What a stream of Kinesis feeds is encrypted there.
            "encrypted": Default(
                ("server_side_encryption.enabled", Present("kinesis_source_configuration")), value=False, says=_PROVIDER
            ),
            "key": "server_side_encryption.key_arn",
        },
    ),
    Shape(
        "aws_mq_broker",
        "broker",
        {
            "name": "broker_name",
            "engine": "engine_type",
            "public": Default("publicly_accessible", value=False, says=_PROVIDER),
            "key": "encryption_options.kms_key_id",
            "client_encryption": Constant("TLS"),
            "logs": Default("logs.general", value=False, says=_PROVIDER),
        },
        identity=("broker_name",),
    ),
    Shape(
        "aws_msk_cluster",
        "broker",
        {
            "name": "cluster_name",
            "engine": Constant("kafka"),
            "public": Is("broker_node_group_info.connectivity_info.public_access.type", ("SERVICE_PROVIDED_EIPS",)),
            "key": "encryption_info.encryption_at_rest_kms_key_arn",
            "client_encryption": Default(
                "encryption_info.encryption_in_transit.client_broker", value="TLS", says=_PROVIDER
            ),
            "logs": Default(
                (
                    "logging_info.broker_logs.cloudwatch_logs.enabled",
                    "logging_info.broker_logs.s3.enabled",
                    "logging_info.broker_logs.firehose.enabled",
                ),
                value=False,
                says=_PROVIDER,
            ),
        },
        identity=("cluster_name",),
    ),
    Shape(
        "aws_dms_replication_instance",
        "replication_instance",
        {
            "name": "replication_instance_id",
            "public": Default("publicly_accessible", value=False, says=_PROVIDER),
            "key": "kms_key_arn",
            "minor_upgrades": Default("auto_minor_version_upgrade", value=False, says=_PROVIDER),
        },
        identity=("replication_instance_id",),
    ),
    Shape(
        "aws_ssm_parameter",
        "parameter",
        {"name": "name", "type": "type", "value": ("value", "insecure_value"), "key": "key_id"},
    ),
    *(
        Shape(
            native_type,
            "parameter_group",
            {"name": ("name", "name_prefix"), "family": "family", "parameters": _PARAMETERS},
        )
        for native_type in (
            "aws_db_parameter_group",
            "aws_docdb_cluster_parameter_group",
            "aws_rds_cluster_parameter_group",
            "aws_redshift_parameter_group",
        )
    ),
)
