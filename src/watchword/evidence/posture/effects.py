"""What changing an argument does to what is deployed: facts, each with where it is documented.

    effect_of("aws_db_instance", "storage_encrypted")   # "changing storage_encrypted replaces it, …"
    effect_of("aws_kms_key", "enable_key_rotation")     # "": it is changed in place

A fix is offered only for what is listed as changed in place. That a setting is safer is no reason to lose a database by
it: Terraform and CloudFormation replace what they cannot change, and what is replaced is deleted.

Sources: for Terraform the action of the service's own API that changes the setting of what exists, which the provider
calls; for CloudFormation its Template Reference ("Update requires: No interruption" or "Some interruptions") and the
registry's schemas (`createOnlyProperties`, `conditionalCreateOnlyProperties`). A property that is replaced under some
condition counts as replaced.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class InPlace(NamedTuple):
    """Arguments of a type that are changed in place, and by what."""

    by: str
    paths: frozenset[str]


def _by(action: str, *paths: str) -> InPlace:
    return InPlace(action, frozenset(paths))


_BLOCK: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_UPDATE: Final = "CloudFormation Template Reference, Update requires: No interruption"

# Declarations that a fix may add beside another: they hold nothing, and change one setting of what they name.
ADDED: Final[Mapping[str, str]] = {
    "aws_s3_bucket_public_access_block": "s3:PutPublicAccessBlock",
    "aws_s3_bucket_versioning": "s3:PutBucketVersioning",
}

_TERRAFORM: Final[Mapping[str, InPlace]] = {
    "aws_alb": _by(
        "elasticloadbalancing:ModifyLoadBalancerAttributes", "drop_invalid_header_fields", "enable_deletion_protection"
    ),
    "aws_alb_listener": _by("elasticloadbalancing:ModifyListener", "ssl_policy"),
    "aws_api_gateway_domain_name": _by("apigateway:UpdateDomainName", "security_policy"),
    "aws_apigatewayv2_domain_name": _by("apigatewayv2:UpdateDomainName", "domain_name_configuration.security_policy"),
    "aws_cloudfront_distribution": _by(
        "cloudfront:UpdateDistribution",
        "default_cache_behavior.viewer_protocol_policy",
        "ordered_cache_behavior.viewer_protocol_policy",
        "origin.custom_origin_config.origin_protocol_policy",
        "viewer_certificate.minimum_protocol_version",
    ),
    "aws_cloudtrail": _by(
        "cloudtrail:UpdateTrail, cloudtrail:StartLogging",
        "enable_log_file_validation",
        "enable_logging",
        "is_multi_region_trail",
    ),
    "aws_cloudwatch_log_group": _by("logs:PutRetentionPolicy", "retention_in_days"),
    "aws_config_configuration_recorder": _by(
        "config:PutConfigurationRecorder",
        "recording_group.all_supported",
        "recording_group.include_global_resource_types",
    ),
    "aws_config_configuration_recorder_status": _by("config:StartConfigurationRecorder", "is_enabled"),
    "aws_db_instance": _by(
        "rds:ModifyDBInstance",
        "auto_minor_version_upgrade",
        "backup_retention_period",
        "deletion_protection",
        "iam_database_authentication_enabled",
        "publicly_accessible",
    ),
    "aws_dms_replication_instance": _by("dms:ModifyReplicationInstance", "auto_minor_version_upgrade"),
    "aws_docdb_cluster": _by("rds:ModifyDBCluster", "backup_retention_period", "deletion_protection"),
    "aws_dynamodb_table": _by(
        "dynamodb:UpdateTable, dynamodb:UpdateContinuousBackups",
        "deletion_protection_enabled",
        "point_in_time_recovery.enabled",
        "server_side_encryption.enabled",
    ),
    "aws_ebs_encryption_by_default": _by("ec2:EnableEbsEncryptionByDefault", "enabled"),
    "aws_ecr_repository": _by(
        "ecr:PutImageTagMutability, ecr:PutImageScanningConfiguration",
        "image_scanning_configuration.scan_on_push",
        "image_tag_mutability",
    ),
    "aws_ecs_service": _by("ecs:UpdateService", "network_configuration.assign_public_ip"),
    # A task definition is never changed: each is a new revision, and nothing is kept in one.
    "aws_ecs_task_definition": _by("ecs:RegisterTaskDefinition", "volume.efs_volume_configuration.transit_encryption"),
    "aws_eks_cluster": _by("eks:UpdateClusterConfig", "enabled_cluster_log_types"),
    "aws_elasticsearch_domain": _by(
        "es:UpdateElasticsearchDomainConfig",
        "domain_endpoint_options.enforce_https",
        "domain_endpoint_options.tls_security_policy",
    ),
    "aws_guardduty_detector": _by("guardduty:UpdateDetector", "enable"),
    "aws_iam_account_password_policy": _by(
        "iam:UpdateAccountPasswordPolicy", "minimum_password_length", "password_reuse_prevention"
    ),
    "aws_iam_role": _by("iam:UpdateRole", "max_session_duration"),
    "aws_instance": _by("ec2:ModifyInstanceMetadataOptions", "metadata_options.http_tokens"),
    "aws_kinesis_stream": _by("kinesis:StartStreamEncryption", "encryption_type", "kms_key_id"),
    "aws_kms_key": _by("kms:EnableKeyRotation", "enable_key_rotation"),
    "aws_lambda_function_url": _by("lambda:UpdateFunctionUrlConfig", "authorization_type"),
    "aws_launch_template": _by("ec2:CreateLaunchTemplateVersion", "metadata_options.http_tokens"),
    "aws_lb": _by(
        "elasticloadbalancing:ModifyLoadBalancerAttributes", "drop_invalid_header_fields", "enable_deletion_protection"
    ),
    "aws_lb_listener": _by("elasticloadbalancing:ModifyListener", "ssl_policy"),
    "aws_msk_cluster": _by("kafka:UpdateSecurity", "encryption_info.encryption_in_transit.client_broker"),
    "aws_neptune_cluster": _by(
        "rds:ModifyDBCluster", "backup_retention_period", "deletion_protection", "iam_database_authentication_enabled"
    ),
    "aws_opensearch_domain": _by(
        "es:UpdateDomainConfig",
        "domain_endpoint_options.enforce_https",
        "domain_endpoint_options.tls_security_policy",
    ),
    "aws_rds_cluster": _by(
        "rds:ModifyDBCluster", "backup_retention_period", "deletion_protection", "iam_database_authentication_enabled"
    ),
    "aws_rds_cluster_instance": _by("rds:ModifyDBInstance", "auto_minor_version_upgrade", "publicly_accessible"),
    "aws_redshift_cluster": _by("redshift:ModifyCluster", "automated_snapshot_retention_period", "publicly_accessible"),
    "aws_s3_account_public_access_block": _by("s3control:PutPublicAccessBlock", *_BLOCK),
    "aws_s3_bucket": _by("s3:PutBucketAcl, s3:PutBucketVersioning", "acl", "versioning.enabled"),
    "aws_s3_bucket_acl": _by("s3:PutBucketAcl", "acl"),
    "aws_s3_bucket_public_access_block": _by("s3:PutPublicAccessBlock", *_BLOCK),
    "aws_s3_bucket_versioning": _by("s3:PutBucketVersioning", "versioning_configuration.status"),
    "aws_sagemaker_notebook_instance": _by("sagemaker:UpdateNotebookInstance", "root_access"),
    "aws_secretsmanager_secret": _by("secretsmanager:RotateSecret", "rotation_rules.automatically_after_days"),
    "aws_secretsmanager_secret_rotation": _by("secretsmanager:RotateSecret", "rotation_rules.automatically_after_days"),
    "aws_sqs_queue": _by("sqs:SetQueueAttributes", "sqs_managed_sse_enabled"),
    "aws_subnet": _by("ec2:ModifySubnetAttribute", "map_public_ip_on_launch"),
    "azurerm_log_analytics_workspace": _by("Microsoft.OperationalInsights/workspaces/write", "retention_in_days"),
    "azurerm_mssql_server": _by("Microsoft.Sql/servers/write", "public_network_access_enabled"),
    "azurerm_postgresql_flexible_server": _by(
        "Microsoft.DBforPostgreSQL/flexibleServers/write",
        "authentication.active_directory_auth_enabled",
        "backup_retention_days",
        "public_network_access_enabled",
    ),
    "azurerm_security_center_subscription_pricing": _by("Microsoft.Security/pricings/write", "tier"),
    "azurerm_storage_account": _by(
        "Microsoft.Storage/storageAccounts/blobServices/write", "blob_properties.versioning_enabled"
    ),
    "google_artifact_registry_repository": _by(
        "artifactregistry.projects.locations.repositories.patch", "docker_config.immutable_tags"
    ),
    "google_kms_crypto_key": _by("cloudkms.projects.locations.keyRings.cryptoKeys.patch", "rotation_period"),
    "google_logging_project_bucket_config": _by("logging.projects.locations.buckets.patch", "retention_days"),
    "google_sql_database_instance": _by(
        "sql.instances.patch",
        "settings.backup_configuration.enabled",
        "settings.database_flags",
        "settings.deletion_protection_enabled",
        "settings.ip_configuration.ipv4_enabled",
    ),
    "google_storage_bucket": _by("storage.buckets.patch", "versioning.enabled"),
}

_CLOUDFORMATION: Final[Mapping[str, InPlace]] = {
    "AWS::ApiGateway::DomainName": _by(_UPDATE, "SecurityPolicy"),
    "AWS::ApiGatewayV2::DomainName": _by(_UPDATE, "DomainNameConfigurations.SecurityPolicy"),
    "AWS::CloudFront::Distribution": _by(
        _UPDATE,
        "DistributionConfig.CacheBehaviors.ViewerProtocolPolicy",
        "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
        "DistributionConfig.Origins.CustomOriginConfig.OriginProtocolPolicy",
        "DistributionConfig.ViewerCertificate.MinimumProtocolVersion",
    ),
    "AWS::CloudTrail::Trail": _by(_UPDATE, "EnableLogFileValidation", "IsLogging", "IsMultiRegionTrail"),
    "AWS::Config::ConfigurationRecorder": _by(
        _UPDATE, "RecordingGroup.AllSupported", "RecordingGroup.IncludeGlobalResourceTypes"
    ),
    "AWS::DMS::ReplicationInstance": _by(_UPDATE, "AutoMinorVersionUpgrade"),
    "AWS::DocDB::DBCluster": _by(_UPDATE, "BackupRetentionPeriod", "DeletionProtection"),
    "AWS::DynamoDB::Table": _by(
        _UPDATE,
        "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
        "SSESpecification.SSEEnabled",
    ),
    "AWS::EC2::LaunchTemplate": _by(_UPDATE, "LaunchTemplateData.MetadataOptions.HttpTokens"),
    "AWS::EC2::Subnet": _by(_UPDATE, "MapPublicIpOnLaunch"),
    "AWS::ECR::Repository": _by(_UPDATE, "ImageScanningConfiguration.ScanOnPush", "ImageTagMutability"),
    "AWS::ECS::Service": _by(_UPDATE, "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp"),
    "AWS::ECS::TaskDefinition": _by(
        "ecs:RegisterTaskDefinition: a new revision", "Volumes.EFSVolumeConfiguration.TransitEncryption"
    ),
    "AWS::EKS::Cluster": _by(_UPDATE, "Logging.ClusterLogging.EnabledTypes.Type"),
    "AWS::ElasticLoadBalancingV2::Listener": _by(_UPDATE, "SslPolicy"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _by(
        _UPDATE, "LoadBalancerAttributes.Key", "LoadBalancerAttributes.Value"
    ),
    "AWS::Elasticsearch::Domain": _by(
        _UPDATE, "DomainEndpointOptions.EnforceHTTPS", "DomainEndpointOptions.TLSSecurityPolicy"
    ),
    "AWS::GuardDuty::Detector": _by(_UPDATE, "Enable"),
    "AWS::IAM::Role": _by(_UPDATE, "MaxSessionDuration"),
    "AWS::Kinesis::Stream": _by(_UPDATE, "StreamEncryption.EncryptionType", "StreamEncryption.KeyId"),
    "AWS::KMS::Key": _by(_UPDATE, "EnableKeyRotation"),
    "AWS::Lambda::Url": _by(_UPDATE, "AuthType"),
    "AWS::Logs::LogGroup": _by(_UPDATE, "RetentionInDays"),
    "AWS::Neptune::DBCluster": _by(_UPDATE, "BackupRetentionPeriod", "DeletionProtection", "IamAuthEnabled"),
    "AWS::OpenSearchService::Domain": _by(
        _UPDATE, "DomainEndpointOptions.EnforceHTTPS", "DomainEndpointOptions.TLSSecurityPolicy"
    ),
    "AWS::RDS::DBCluster": _by(
        _UPDATE, "BackupRetentionPeriod", "DeletionProtection", "EnableIAMDatabaseAuthentication"
    ),
    "AWS::RDS::DBInstance": _by(_UPDATE, "DeletionProtection", "EnableIAMDatabaseAuthentication", "PubliclyAccessible"),
    "AWS::S3::Bucket": _by(
        _UPDATE,
        "AccessControl",
        "PublicAccessBlockConfiguration.BlockPublicAcls",
        "PublicAccessBlockConfiguration.BlockPublicPolicy",
        "PublicAccessBlockConfiguration.IgnorePublicAcls",
        "PublicAccessBlockConfiguration.RestrictPublicBuckets",
        "VersioningConfiguration.Status",
    ),
    "AWS::SQS::Queue": _by(_UPDATE, "SqsManagedSseEnabled"),
    "AWS::SageMaker::NotebookInstance": _by(_UPDATE, "RootAccess"),
    "AWS::SecretsManager::RotationSchedule": _by(_UPDATE, "RotationRules.AutomaticallyAfterDays"),
}

IN_PLACE: Final[Mapping[str, InPlace]] = {**_TERRAFORM, **_CLOUDFORMATION}

_NO_ACTION: Final = "no action of the service's API changes it for what exists"
_CREATE_ONLY: Final = "CloudFormation registry, createOnlyProperties of the type"
# What a fix would write, and what is lost by it: told as the reason why there is none. Each with its source.
REPLACES: Final[Mapping[tuple[str, str], str]] = {
    ("aws_db_instance", "storage_encrypted"): "Amazon RDS User Guide, Limitations of encrypted DB instances",
    ("aws_dms_replication_instance", "publicly_accessible"): _NO_ACTION,
    ("aws_docdb_cluster", "storage_encrypted"): "Amazon DocumentDB Developer Guide, Limitations for encrypted clusters",
    ("aws_ebs_volume", "encrypted"): "Amazon EC2 User Guide, Encrypt unencrypted resources",
    ("aws_efs_file_system", "encrypted"): "Amazon EFS User Guide, Encrypting data at rest",
    ("aws_elasticache_replication_group", "at_rest_encryption_enabled"): _NO_ACTION,
    ("aws_instance", "associate_public_ip_address"): _NO_ACTION,
    ("aws_mq_broker", "publicly_accessible"): _NO_ACTION,
    ("aws_neptune_cluster", "storage_encrypted"): "Neptune User Guide, Limitations for Neptune encryption",
    ("aws_rds_cluster", "storage_encrypted"): "Amazon Aurora User Guide, Limitations of encrypted DB clusters",
    ("aws_sagemaker_notebook_instance", "direct_internet_access"): _NO_ACTION,
    ("AWS::AmazonMQ::Broker", "PubliclyAccessible"): _CREATE_ONLY,
    ("AWS::DMS::ReplicationInstance", "PubliclyAccessible"): _CREATE_ONLY,
    ("AWS::DocDB::DBCluster", "StorageEncrypted"): _CREATE_ONLY,
    ("AWS::EC2::Volume", "Encrypted"): "CloudFormation Template Reference, AWS::EC2::Volume: updates are not supported",
    ("AWS::EFS::FileSystem", "Encrypted"): _CREATE_ONLY,
    ("AWS::ElastiCache::ReplicationGroup", "AtRestEncryptionEnabled"): _CREATE_ONLY,
    ("AWS::Neptune::DBCluster", "StorageEncrypted"): _CREATE_ONLY,
    ("AWS::RDS::DBCluster", "StorageEncrypted"): _CREATE_ONLY,
    ("AWS::RDS::DBInstance", "StorageEncrypted"): _CREATE_ONLY,
    ("AWS::RDS::DBInstance", "AutoMinorVersionUpgrade"): f"{_CREATE_ONLY}, under a condition",
    ("AWS::RDS::DBInstance", "BackupRetentionPeriod"): f"{_CREATE_ONLY}, under a condition",
    ("AWS::SageMaker::NotebookInstance", "DirectInternetAccess"): _CREATE_ONLY,
}


def effect_of(native_type: str, path: str) -> str:
    """Say why an argument is not changed by a fix; "" where it is changed in place."""
    known = IN_PLACE.get(native_type)
    if known is not None and path in known.paths:
        return ""
    source = REPLACES.get((native_type, path))
    if source is not None:
        return f"changing {path} replaces what is deployed, and deletes it ({source})"
    return f"what changing {path} of {native_type} does to what is deployed is not known"
