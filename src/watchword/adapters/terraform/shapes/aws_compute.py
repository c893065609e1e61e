"""Shapes of machines, functions and clusters."""

from typing import Final

from watchword.inventory.shapes import Default, EncodedRows, Is, Nothing, Rows, Shape

_PROVIDER: Final = "AWS provider 5"
_TASK: Final = "Amazon ECS API Reference, ContainerDefinition"

COMPUTE: Final = (
    Shape(
        "aws_instance",
        "instance",
        {
            "name": "tags.Name",
            "image": "ami",
            "public_address": "associate_public_ip_address",
            "metadata_tokens": "metadata_options.http_tokens",
            "metadata_endpoint": Default("metadata_options.http_endpoint", value="enabled", says=_PROVIDER),
            "metadata_hops": Default("metadata_options.http_put_response_hop_limit", value=1, says=_PROVIDER),
            "user_data": ("user_data", "user_data_base64"),
            "profile": "iam_instance_profile",
            "security_groups": ("vpc_security_group_ids", "security_groups"),
            "subnet": "subnet_id",
            "template": ("launch_template.id", "launch_template.name"),
            "monitoring": Default("monitoring", value=False, says=_PROVIDER),
            "ebs_optimized": Default("ebs_optimized", value=False, says=_PROVIDER),
            "root_encrypted": Default("root_block_device.encrypted", value=False, says=_PROVIDER),
            "volumes": Rows(
                "ebs_block_device",
                {
                    "encrypted": Default("encrypted", value=False, says=_PROVIDER),
                    "key": "kms_key_id",
                    "device": "device_name",
                },
            ),
        },
        identity=(),
    ),
    Shape(
        "aws_launch_template",
        "instance",
        {
            "name": ("name", "name_prefix"),
            "image": "image_id",
            "public_address": "network_interfaces.associate_public_ip_address",
            "metadata_tokens": "metadata_options.http_tokens",
            "metadata_endpoint": Default("metadata_options.http_endpoint", value="enabled", says=_PROVIDER),
            "metadata_hops": Default("metadata_options.http_put_response_hop_limit", value=1, says=_PROVIDER),
            "user_data": "user_data",
            "profile": ("iam_instance_profile.arn", "iam_instance_profile.name"),
            "security_groups": ("vpc_security_group_ids", "security_group_names", "network_interfaces.security_groups"),
            "subnet": "network_interfaces.subnet_id",
            "template": Nothing(),
            "monitoring": Default("monitoring.enabled", value=False, says=_PROVIDER),
            "ebs_optimized": Default("ebs_optimized", value=False, says=_PROVIDER),
            "root_encrypted": Nothing(),  # which mapping is the root device is known from the image alone
            "volumes": Rows(
                "block_device_mappings",
                {
                    "encrypted": Default("ebs.encrypted", value=False, says=_PROVIDER),
                    "key": "ebs.kms_key_id",
                    "device": "device_name",
                },
            ),
        },
    ),
    Shape(
        "aws_lambda_function",
        "function",
        {
            "name": "function_name",
            "role": "role",
            "runtime": "runtime",
            "environment": "environment.variables",
            "key": "kms_key_arn",
            "subnets": "vpc_config.subnet_ids",
            "security_groups": "vpc_config.security_group_ids",
            "tracing": Default("tracing_config.mode", value="PassThrough", says=_PROVIDER),
            "dead_letter": "dead_letter_config.target_arn",
            "concurrency": Default("reserved_concurrent_executions", value=-1, says=_PROVIDER),
            "code_signing": "code_signing_config_arn",
        },
        identity=("function_name",),
    ),
    Shape(
        "aws_eks_cluster",
        "kubernetes_cluster",
        {
            "name": "name",
            "version": "version",
            "public_endpoint": Default("vpc_config.endpoint_public_access", value=True, says=_PROVIDER),
            "private_endpoint": Default("vpc_config.endpoint_private_access", value=False, says=_PROVIDER),
            "public_cidrs": Default("vpc_config.public_access_cidrs", value="0.0.0.0/0", says=_PROVIDER),
            "secrets_key": "encryption_config.provider.key_arn",
            "log_types": "enabled_cluster_log_types",
            "role": "role_arn",
            "security_groups": "vpc_config.security_group_ids",
            "anonymous": Nothing(),  # nobody has asked its API
            "collected_at": Nothing(),
        },
    ),
    Shape("aws_iam_instance_profile", "instance_profile", {"name": ("name", "name_prefix"), "role": "role"}),
    Shape(
        "aws_ebs_encryption_by_default",
        "volume_defaults",
        {"encrypted": Default("enabled", value=True, says=_PROVIDER)},
    ),
    Shape(
        "aws_lambda_permission",
        "function_permission",
        {
            "function": "function_name",
            "principal": "principal",
            "source": "source_arn",
            "account": "source_account",
            "action": "action",
            "url_authentication": "function_url_auth_type",
        },
        identity=(),
    ),
    Shape(
        "aws_launch_configuration",
        "instance",
        {
            "name": ("name", "name_prefix"),
            "image": "image_id",
            "public_address": "associate_public_ip_address",
            "metadata_tokens": "metadata_options.http_tokens",
            "metadata_endpoint": Default("metadata_options.http_endpoint", value="enabled", says=_PROVIDER),
            "metadata_hops": Default("metadata_options.http_put_response_hop_limit", value=1, says=_PROVIDER),
            "user_data": ("user_data", "user_data_base64"),
            "profile": "iam_instance_profile",
            "security_groups": "security_groups",
            "subnet": Nothing(),
            "template": Nothing(),
            "monitoring": Default("enable_monitoring", value=True, says=_PROVIDER),
            "ebs_optimized": Default("ebs_optimized", value=False, says=_PROVIDER),
            "root_encrypted": Default("root_block_device.encrypted", value=False, says=_PROVIDER),
            "volumes": Rows(
                "ebs_block_device",
                {
                    "encrypted": Default("encrypted", value=False, says=_PROVIDER),
                    "key": Nothing(),
                    "device": "device_name",
                },
            ),
        },
    ),
    Shape(
        "aws_lambda_function_url",
        "function_url",
        {"function": "function_name", "authentication": "authorization_type", "origins": "cors.allow_origins"},
        identity=(),
    ),
    Shape(
        "aws_ecs_task_definition",
        "container_task",
        {
            "name": "family",
            "role": "task_role_arn",
            "network_mode": "network_mode",
            "pid_mode": "pid_mode",
            "ipc_mode": "ipc_mode",
            "containers": EncodedRows(
                "container_definitions",
                {
                    "name": "name",
                    "image": "image",
                    "privileged": Default("privileged", value=False, says=_TASK),
                    "read_only_root": Default("readonlyRootFilesystem", value=False, says=_TASK),
                    "user": "user",
                    "env": Rows("environment", {"name": "name", "value": "value"}),
                },
            ),
            "volumes": Rows(
                "volume[].efs_volume_configuration",
                {
                    "file_system": "file_system_id",
                    "transit_encryption": Default("transit_encryption", value="DISABLED", says=_PROVIDER),
                },
            ),
        },
        identity=("family",),
    ),
    Shape(
        "aws_ecs_service",
        "container_service",
        {
            "name": "name",
            "task": "task_definition",
            "public_address": Default("network_configuration.assign_public_ip", value=False, says=_PROVIDER),
            "security_groups": "network_configuration.security_groups",
        },
    ),
    Shape(
        "aws_sagemaker_notebook_instance",
        "notebook",
        {
            "name": "name",
            "subnet": "subnet_id",
            "direct_internet": Default(Is("direct_internet_access", ("Enabled",)), value=True, says=_PROVIDER),
            "root_access": Default(Is("root_access", ("Enabled",), otherwise="Disabled"), value=True, says=_PROVIDER),
            "key": "kms_key_id",
        },
    ),
    Shape("aws_ec2_instance_metadata_defaults", "metadata_defaults", {"tokens": "http_tokens"}, identity=()),
)
