"""Shapes of Google Cloud's networks, machines, clusters, identities and grants.

Defaults are those of the provider's documentation (registry.terraform.io/providers/hashicorp/google), the same in its
versions 5 and 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.adapters.terraform.shapes.clouds import Given, NotTold, OneOf, Somewhere, When, of_kind, told
from watchword.inventory.kinds import OTHER
from watchword.inventory.shapes import (
    Both,
    Constant,
    Default,
    Is,
    Not,
    Nothing,
    OfWhole,
    Owner,
    Part,
    Present,
    Readable,
    Shape,
    Subject,
    read,
)
from watchword.inventory.values import Absent, Elements, Value

_PROVIDER: Final = "google provider 5 and 6"
_LABELS: Final = ("effective_labels", "labels")


_DIRECTION: Final = OneOf(
    Default("direction", value="INGRESS", says=_PROVIDER), {"ingress": "ingress", "egress": "egress"}
)
_RANGES: Final = When(Is("direction", ("EGRESS",)), "destination_ranges", "source_ranges")


@dataclass(frozen=True, slots=True)
class _Sources:
    """From where a firewall lets in, or to where it lets out."""

    def read(self, subject: Subject) -> Value:
        value = read(_RANGES, subject)
        if not isinstance(value, Absent):
            return value
        tagged = read(("source_tags", "source_service_accounts"), subject)
        if not isinstance(tagged, Absent):
            return Elements([], subject.place)
        return told("it names no source: the provider refuses that, the API takes it for everybody", value)


def _grant(level: str, kind: str, resource: Readable = Nothing()) -> tuple[Shape, ...]:  # noqa: B008 - frozen
    shapes = []
    for form, members in (("member", "member"), ("binding", "members")):
        attributes: Mapping[str, Readable] = {
            "name": "role",
            "tags": Nothing(),
            "role": "role",
            "members": members,
            "level": Constant(level),
            "resource": resource,
            "condition": Present("condition"),
        }
        shapes.append(Shape(f"google_{kind}_iam_{form}", "cloud_grant", attributes, identity=()))
    return tuple(shapes)


def _machine(native_type: str, image: Readable) -> Shape:
    return Shape(
        native_type,
        "instance",
        of_kind(
            "instance",
            {
                "name": ("name", "name_prefix"),
                "tags": _LABELS,
                "image": image,
                # An `access_config`, even an empty one, is an address: reference, google_compute_instance.
                "public_address": Somewhere("network_interface[]", ("access_config", "ipv6_access_config")),
                "user_data": ("metadata_startup_script", "metadata.startup-script", "metadata.user-data"),
                "profile": "service_account.email",
                "security_groups": NotTold("the firewall rules of its network guard it, by its tags"),
                "subnet": "network_interface.subnetwork",
                "root_encrypted": Constant(True),  # Google encrypts every disk: "Default encryption at rest"
            },
        ),
    )


GOOGLE_COMPUTE: Final = (
    Shape("google_compute_network", "network", {"tags": Nothing(), "cidr": Nothing(), "default": Constant(False)}),
    Shape(
        "google_compute_subnetwork",
        "subnet",
        {"tags": Nothing(), "network": "network", "cidr": "ip_cidr_range", "public_addresses": Constant(False)},
    ),
    Shape(
        "google_compute_firewall",
        "security_group",
        {"tags": Nothing(), "description": "description", "network": "network", "default": Constant(False)},
        parts=(
            Part(
                "security_group_rule",
                "allow",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "group": Owner(),
                    "direction": OfWhole(_DIRECTION),
                    "protocol": "protocol",
                    "from_port": Nothing(),
                    "to_port": Nothing(),
                    "port_ranges": "ports",
                    "cidrs": OfWhole(Given(_Sources(), Default(Not("disabled"), value=True, says=_PROVIDER))),
                    "groups": Nothing(),
                    "prefix_lists": Nothing(),
                    "self": Constant(False),
                    "description": OfWhole("description"),
                },
            ),
        ),
    ),
    _machine("google_compute_instance", "boot_disk.initialize_params.image"),
    _machine("google_compute_instance_template", "disk.source_image"),
    _machine("google_compute_region_instance_template", "disk.source_image"),
    Shape(
        "google_container_cluster",
        "kubernetes_cluster",
        of_kind(
            "kubernetes_cluster",
            {
                "tags": ("effective_labels", "resource_labels"),
                "version": "min_master_version",
                # Since google 6 the endpoints that have addresses can be switched off, for one with a name alone.
                "public_endpoint": When(
                    Is("control_plane_endpoints_config.ip_endpoints_config.enabled", (False,)),
                    Constant(False),
                    Default(Not("private_cluster_config.enable_private_endpoint"), value=True, says=_PROVIDER),
                ),
                "private_endpoint": Present("private_cluster_config"),
                "public_cidrs": When(
                    Present("master_authorized_networks_config"),
                    Both(("master_authorized_networks_config.cidr_blocks[].cidr_block",)),
                    Default(
                        Nothing(), value="0.0.0.0/0", says="GKE: without authorized networks, every address may ask"
                    ),
                ),
                "secrets_key": "database_encryption.key_name",
                "log_types": "logging_config.enable_components",
                "role": "node_config.service_account",
                "security_groups": Nothing(),
            },
        ),
    ),
    Shape("google_service_account", OTHER, {"name": ("account_id", "display_name")}, identity=("account_id", "email")),
    Shape(
        "google_iam_workload_identity_pool_provider",
        "federation_provider",
        {
            "name": "workload_identity_pool_provider_id",
            "tags": Nothing(),
            "issuer": "oidc.issuer_uri",
            "condition": "attribute_condition",
            "accounts": "aws.account_id",
        },
        identity=(),
    ),
    *_grant("organization", "organization"),
    *_grant("folder", "folder"),
    *_grant("project", "project"),
    *_grant("resource", "service_account", "service_account_id"),
    *_grant("resource", "storage_bucket", "bucket"),
    *_grant("resource", "bigquery_dataset", "dataset_id"),
    *_grant("resource", "bigquery_table", "table_id"),
    *_grant("resource", "pubsub_topic", "topic"),
    *_grant("resource", "pubsub_subscription", "subscription"),
    *_grant("resource", "kms_crypto_key", "crypto_key_id"),
    *_grant("resource", "kms_key_ring", "key_ring_id"),
    *_grant("resource", "secret_manager_secret", "secret_id"),
    *_grant("resource", "artifact_registry_repository", "repository"),
    *_grant("resource", "cloud_run_service", "service"),
    *_grant("resource", "cloud_run_v2_service", "name"),
    *_grant("resource", "cloudfunctions_function", "cloud_function"),
    *_grant("resource", "cloudfunctions2_function", "cloud_function"),
    *_grant("resource", "dataproc_cluster", "cluster"),
)
