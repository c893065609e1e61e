"""Shapes of organisations, backups, firewalls, builds, and the resource policies that stand alone."""

from typing import Final

from watchword.adapters.terraform.shapes.aws_network import Either
from watchword.inventory.shapes import (
    Both,
    Constant,
    Default,
    Is,
    Join,
    Nothing,
    Present,
    Readable,
    Rows,
    Shape,
)

_PROVIDER: Final = "AWS provider 5"
_TAGS: Final = Rows("selection_tag", {"key": "key", "value": "value"})


def _policy_of(native_type: str, document: str, resource: Readable) -> Shape:
    return Shape(native_type, "resource_policy", {"document": document, "resource": resource}, identity=())


GOVERNANCE: Final = (
    Shape("aws_organizations_organization", "organization", {"name": Constant("the organisation")}, identity=()),
    Shape(
        "aws_organizations_policy",
        "organization_policy",
        {
            "name": "name",
            "type": Default("type", value="SERVICE_CONTROL_POLICY", says=_PROVIDER),
            "document": "content",
            "targets": Join("aws_organizations_policy_attachment", by="policy_id").every("target_id"),
        },
    ),
    Shape(
        "aws_guardduty_organization_configuration",
        "threat_detection_enrolment",
        {"accounts": ("auto_enable_organization_members", Either("auto_enable", yes="NEW", no="NONE"))},
        identity=(),
    ),
    Shape(
        "aws_config_remediation_configuration",
        "remediation",
        {
            "name": "config_rule_name",
            "rule": "config_rule_name",
            "automatic": Default("automatic", value=False, says=_PROVIDER),
        },
        identity=(),
    ),
    Shape(
        "aws_memorydb_cluster",
        "cache",
        {
            "name": "name",
            "engine": Default("engine", value="redis", says=_PROVIDER),
            "encrypted": Constant(True),  # MemoryDB Developer Guide: always
            "transit_encrypted": Default("tls_enabled", value=True, says=_PROVIDER),
            "key": "kms_key_arn",
            "backup_days": Default("snapshot_retention_limit", value=0, says=_PROVIDER),
            "auth_token": Nothing(),
            "security_groups": "security_group_ids",
        },
    ),
    Shape("aws_ebs_snapshot_block_public_access", "snapshot_defaults", {"sharing": "state"}, identity=()),
    Shape("aws_glacier_vault", "archive", {"name": "name", "policy": "access_policy"}),
    Shape(
        "aws_backup_selection",
        "backup_plan",
        {
            "name": "name",
            "resources": "resources",
            "excluded": "not_resources",
            "chosen_tags": _TAGS,
            "conditions": Present("condition"),
        },
        identity=(),
    ),
    Shape(
        "aws_athena_workgroup",
        "query_results",
        {
            "name": "name",
            "encrypted": Present("configuration.result_configuration.encryption_configuration.encryption_option"),
            "enforced": Default("configuration.enforce_workgroup_configuration", value=True, says=_PROVIDER),
        },
    ),
    Shape(
        "aws_networkfirewall_firewall",
        "network_firewall",
        {
            "name": "name",
            "policy": "firewall_policy_arn",
            "logs": Present(
                Join("aws_networkfirewall_logging_configuration", by="firewall_arn").read("logging_configuration")
            ),
            "deletion_protection": Default("delete_protection", value=False, says=_PROVIDER),
        },
    ),
    Shape(
        "aws_networkfirewall_firewall_policy",
        "network_firewall_policy",
        {
            "name": "name",
            "stateless_defaults": Both(
                ("firewall_policy.stateless_default_actions", "firewall_policy.stateless_fragment_default_actions")
            ),
            "stateful_defaults": "firewall_policy.stateful_default_actions",
            "strict": Default(
                Is("firewall_policy.stateful_engine_options.rule_order", ("STRICT_ORDER",)),
                value=False,
                says=_PROVIDER,
            ),
        },
    ),
    Shape(
        "aws_wafv2_web_acl",
        "web_firewall",
        {
            "name": ("name", "name_prefix"),
            "logs": Present(
                Join("aws_wafv2_web_acl_logging_configuration", by="resource_arn").read("log_destination_configs")
            ),
        },
    ),
    Shape(
        "aws_eks_addon",
        "cluster_addon",
        {
            "name": "addon_name",
            "cluster": "cluster_name",
            "addon": "addon_name",
            "configuration": "configuration_values",
        },
        identity=(),
    ),
    Shape(
        "aws_codebuild_project",
        "build_project",
        {
            "name": "name",
            "role": "service_role",
            "privileged": Default("environment.privileged_mode", value=False, says=_PROVIDER),
            "env": Rows(
                "environment.environment_variable",
                {
                    "name": "name",
                    "value": "value",
                    "type": Default("type", value="PLAINTEXT", says=_PROVIDER),
                },
            ),
            "key": "encryption_key",
        },
    ),
    Shape(
        "aws_dax_cluster",
        "cache",
        {
            "name": "cluster_name",
            "engine": Constant("dax"),
            "encrypted": Default("server_side_encryption.enabled", value=False, says=_PROVIDER),
            "transit_encrypted": Default(Is("cluster_endpoint_encryption_type", ("TLS",)), value=False, says=_PROVIDER),
            "key": Nothing(),
            "backup_days": Nothing(),
            "auth_token": Nothing(),
            "security_groups": "security_group_ids",
        },
        identity=("cluster_name",),
    ),
    _policy_of("aws_glue_resource_policy", "policy", Nothing()),
    _policy_of("aws_dynamodb_resource_policy", "policy", "resource_arn"),
    _policy_of("aws_kinesis_resource_policy", "policy", "resource_arn"),
    _policy_of("aws_cloudwatch_event_bus_policy", "policy", "event_bus_name"),
)
