"""Shapes of organisations, backups, firewalls, builds, and the resource policies that stand alone."""

from typing import Final

from watchword.adapters.cloudformation.shapes._sources import tagged
from watchword.inventory.shapes import Both, Constant, Default, Is, Join, Nothing, Present, Readable, Rows, Shape

_REFERENCE: Final = "CloudFormation Template Reference"


def _policy_of(native_type: str, document: str, resource: Readable) -> Shape:
    return Shape(
        native_type,
        "resource_policy",
        {"name": Nothing(), "tags": Nothing(), "document": document, "resource": resource},
        identity=(),
    )


GOVERNANCE: Final = (
    Shape(
        "AWS::Organizations::Organization",
        "organization",
        {"name": Constant("the organisation"), "tags": Nothing()},
        identity=(),
    ),
    tagged(
        "AWS::Organizations::Policy",
        "organization_policy",
        {"name": "Name", "type": "Type", "document": "Content", "targets": "TargetIds"},
    ),
    Shape(
        "AWS::Config::RemediationConfiguration",
        "remediation",
        {
            "name": "ConfigRuleName",
            "tags": Nothing(),
            "rule": "ConfigRuleName",
            "automatic": Default("Automatic", value=False, says=f"{_REFERENCE}, AWS::Config::RemediationConfiguration"),
        },
        identity=(),
    ),
    tagged(
        "AWS::MemoryDB::Cluster",
        "cache",
        {
            "name": "ClusterName",
            "engine": Default("Engine", value="redis", says=f"{_REFERENCE}, AWS::MemoryDB::Cluster"),
            "encrypted": Constant(True),  # MemoryDB Developer Guide: always
            "transit_encrypted": Default("TLSEnabled", value=True, says=f"{_REFERENCE}, AWS::MemoryDB::Cluster"),
            "key": "KmsKeyId",
            "backup_days": Default("SnapshotRetentionLimit", value=0, says=f"{_REFERENCE}, AWS::MemoryDB::Cluster"),
            "auth_token": Nothing(),
            "security_groups": "SecurityGroupIds",
        },
        identity=("ClusterName",),
    ),
    Shape(
        "AWS::EC2::SnapshotBlockPublicAccess",
        "snapshot_defaults",
        {"name": Nothing(), "tags": Nothing(), "sharing": "State"},
        identity=(),
    ),
    Shape(
        "AWS::Backup::BackupSelection",
        "backup_plan",
        {
            "name": "BackupSelection.SelectionName",
            "tags": Nothing(),
            "resources": "BackupSelection.Resources",
            "excluded": "BackupSelection.NotResources",
            "chosen_tags": Rows("BackupSelection.ListOfTags", {"key": "ConditionKey", "value": "ConditionValue"}),
            "conditions": Present("BackupSelection.Conditions"),
        },
        identity=(),
    ),
    tagged(
        "AWS::Athena::WorkGroup",
        "query_results",
        {
            "name": "Name",
            "encrypted": Present("WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.EncryptionOption"),
            "enforced": Default(
                "WorkGroupConfiguration.EnforceWorkGroupConfiguration",
                value=True,
                says=f"{_REFERENCE}, AWS::Athena::WorkGroup",
            ),
        },
        identity=("Name",),
    ),
    tagged(
        "AWS::NetworkFirewall::Firewall",
        "network_firewall",
        {
            "name": "FirewallName",
            "policy": "FirewallPolicyArn",
            "logs": Present(
                Join("AWS::NetworkFirewall::LoggingConfiguration", by="FirewallArn").read("LoggingConfiguration")
            ),
            "deletion_protection": Default(
                "DeleteProtection", value=False, says=f"{_REFERENCE}, AWS::NetworkFirewall::Firewall"
            ),
        },
        identity=("FirewallName",),
    ),
    tagged(
        "AWS::NetworkFirewall::FirewallPolicy",
        "network_firewall_policy",
        {
            "name": "FirewallPolicyName",
            "stateless_defaults": Both(
                ("FirewallPolicy.StatelessDefaultActions", "FirewallPolicy.StatelessFragmentDefaultActions")
            ),
            "stateful_defaults": "FirewallPolicy.StatefulDefaultActions",
            "strict": Default(
                Is("FirewallPolicy.StatefulEngineOptions.RuleOrder", ("STRICT_ORDER",)),
                value=False,
                says=f"{_REFERENCE}, AWS::NetworkFirewall::FirewallPolicy",
            ),
        },
        identity=("FirewallPolicyName",),
    ),
    tagged(
        "AWS::WAFv2::WebACL",
        "web_firewall",
        {
            "name": "Name",
            "logs": Present(Join("AWS::WAFv2::LoggingConfiguration", by="ResourceArn").read("LogDestinationConfigs")),
        },
        identity=("Name",),
    ),
    tagged(
        "AWS::EKS::Addon",
        "cluster_addon",
        {
            "name": "AddonName",
            "cluster": "ClusterName",
            "addon": "AddonName",
            "configuration": "ConfigurationValues",
        },
    ),
    tagged(
        "AWS::CodeBuild::Project",
        "build_project",
        {
            "name": "Name",
            "role": "ServiceRole",
            "privileged": Default(
                "Environment.PrivilegedMode", value=False, says=f"{_REFERENCE}, AWS::CodeBuild::Project"
            ),
            "env": Rows(
                "Environment.EnvironmentVariables",
                {
                    "name": "Name",
                    "value": "Value",
                    "type": Default("Type", value="PLAINTEXT", says=f"{_REFERENCE}, AWS::CodeBuild::Project"),
                },
            ),
            "key": "EncryptionKey",
        },
        identity=("Name",),
    ),
    tagged(
        "AWS::DAX::Cluster",
        "cache",
        {
            "name": "ClusterName",
            "tags": "Tags",
            "engine": Constant("dax"),
            "encrypted": Default("SSESpecification.SSEEnabled", value=False, says=f"{_REFERENCE}, AWS::DAX::Cluster"),
            "transit_encrypted": Default(
                Is("ClusterEndpointEncryptionType", ("TLS",)), value=False, says=f"{_REFERENCE}, AWS::DAX::Cluster"
            ),
            "key": Nothing(),
            "backup_days": Nothing(),
            "auth_token": Nothing(),
            "security_groups": "SecurityGroupIds",
        },
        identity=("ClusterName",),
    ),
    _policy_of("AWS::Kinesis::ResourcePolicy", "ResourcePolicy", "ResourceArn"),
)
