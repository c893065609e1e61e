"""Shapes of Azure's networks, machines, clusters, applications, roles and records.

Defaults are those of the provider's documentation (registry.terraform.io/providers/hashicorp/azurerm), the same in its
versions 3 and 4.
"""

from dataclasses import dataclass
from typing import Final

from watchword.adapters.terraform.shapes.clouds import Given, NotTold, OneOf, Somewhere, of_kind
from watchword.inventory.shapes import (
    Both,
    Constant,
    Default,
    Is,
    Not,
    Nothing,
    Owner,
    Part,
    Present,
    Readable,
    Shape,
    Subject,
    read,
)
from watchword.inventory.values import Absent, Known, Unknown, Value

_PROVIDER: Final = "azurerm provider 3 and 4"
_DIRECTION: Final = OneOf("direction", {"inbound": "ingress", "outbound": "egress"})
_RULE: Final[dict[str, Readable]] = {
    "tags": Nothing(),
    "direction": _DIRECTION,
    "protocol": "protocol",
    "from_port": Nothing(),
    "to_port": Nothing(),
    "port_ranges": Both(("destination_port_range", "destination_port_ranges")),
    "cidrs": Given(Both(("source_address_prefix", "source_address_prefixes")), Is("access", ("Allow", "allow"))),
    "groups": "source_application_security_group_ids",
    "prefix_lists": Nothing(),
    "self": Constant(False),
    "description": "description",
}


@dataclass(frozen=True, slots=True)
class _HasAddress:
    """Whether one of a machine's interfaces has a public address; not known where one is declared elsewhere."""

    def read(self, subject: Subject) -> Value:
        doubt: Value | None = None
        for interface in read("network_interface_ids", subject).each():
            found = subject.named(interface)
            for asset in found:
                addresses = asset.native["ip_configuration"]
                for configuration in addresses.each():
                    address = configuration.get("public_ip_address_id")
                    if isinstance(address, Known) or address.references:
                        return Known(True, address.place, root=address.root)
                    if isinstance(address, Unknown):
                        doubt = doubt or address
            if not found:
                doubt = doubt or NotTold("its interface is not declared here").read(subject)
        return doubt or Known(False, subject.place, is_default=True)


_SET_HAS_ADDRESS: Final = Somewhere("network_interface[].ip_configuration[]", ("public_ip_address",))


@dataclass(frozen=True, slots=True)
class _Authenticated:
    """Whether the platform's sign-in is on, in the old style or the new."""

    def read(self, subject: Subject) -> Value:
        for path in ("auth_settings_v2.auth_enabled", "auth_settings.enabled"):
            value = read(path, subject)
            if not isinstance(value, Absent):
                return value
        # A block of the new style without a word is off: `auth_enabled` defaults to false.
        return Known(False, subject.place, is_default=True)


def _machine(native_type: str, address: Readable) -> Shape:
    return Shape(
        native_type,
        "instance",
        of_kind(
            "instance",
            {
                "image": ("source_image_id", "source_image_reference.offer"),
                "public_address": address,
                "user_data": ("custom_data", "user_data"),
                "security_groups": NotTold("its interface's and its subnet's security groups guard it"),
                "root_encrypted": Constant(True),  # managed disks are encrypted by the platform
            },
        ),
    )


def _application(native_type: str, *, tls: str = "site_config.minimum_tls_version") -> Shape:
    return Shape(
        native_type,
        "web_app",
        {
            "https_only": Default("https_only", value=False, says=_PROVIDER),
            "minimum_tls": Default(tls, value="1.2", says=_PROVIDER),
            "authentication": _Authenticated(),
            "public": Default("public_network_access_enabled", value=True, says=_PROVIDER),
            "remote_debugging": Default("site_config.remote_debugging_enabled", value=False, says=_PROVIDER),
        },
    )


AZURE_COMPUTE: Final = (
    Shape("azurerm_virtual_network", "network", {"cidr": "address_space", "default": Constant(False)}),
    Shape(
        "azurerm_subnet",
        "subnet",
        {
            "network": "virtual_network_name",
            "cidr": "address_prefixes",
            "public_addresses": Constant(False),  # an interface gets one by name alone
        },
    ),
    Shape(
        "azurerm_network_watcher_flow_log",
        "flow_log",
        {
            "of": ("target_resource_id", "network_security_group_id"),
            "traffic": Constant("ALL"),
            "destination": "storage_account_id",
        },
    ),
    Shape(
        "azurerm_network_security_group",
        "security_group",
        {"description": Nothing(), "network": Nothing(), "default": Constant(False)},
        parts=(Part("security_group_rule", "security_rule", {**_RULE, "name": "name", "group": Owner()}),),
    ),
    Shape(
        "azurerm_network_security_rule",
        "security_group_rule",
        {**_RULE, "group": "network_security_group_name"},
        identity=(),
    ),
    _machine("azurerm_linux_virtual_machine", _HasAddress()),
    _machine("azurerm_windows_virtual_machine", _HasAddress()),
    _machine("azurerm_virtual_machine", _HasAddress()),
    _machine("azurerm_linux_virtual_machine_scale_set", _SET_HAS_ADDRESS),
    _machine("azurerm_windows_virtual_machine_scale_set", _SET_HAS_ADDRESS),
    Shape(
        "azurerm_kubernetes_cluster",
        "kubernetes_cluster",
        of_kind(
            "kubernetes_cluster",
            {
                "version": "kubernetes_version",
                "public_endpoint": Default(Not("private_cluster_enabled"), value=True, says=_PROVIDER),
                "private_endpoint": Default("private_cluster_enabled", value=False, says=_PROVIDER),
                "public_cidrs": Default(
                    # The block since 3.39; the argument beside it is gone in 4.
                    ("api_server_access_profile.authorized_ip_ranges", "api_server_authorized_ip_ranges"),
                    value="0.0.0.0/0",
                    says="Azure Kubernetes Service: without ranges, every address may ask the API server",
                ),
                "secrets_key": "key_management_service.key_vault_key_id",
                "security_groups": Nothing(),
            },
        ),
    ),
    _application("azurerm_linux_web_app"),
    _application("azurerm_windows_web_app"),
    _application("azurerm_linux_function_app"),
    _application("azurerm_windows_function_app"),
    _application("azurerm_linux_web_app_slot"),
    _application("azurerm_windows_web_app_slot"),
    _application("azurerm_app_service", tls="site_config.min_tls_version"),
    _application("azurerm_function_app", tls="site_config.min_tls_version"),
    Shape(
        "azurerm_role_definition",
        "cloud_role",
        {
            "actions": "permissions[].actions",
            "scopes": ("assignable_scopes", "scope"),
        },
    ),
    Shape(
        "azurerm_role_assignment",
        "cloud_grant",
        {
            "role": ("role_definition_name", "role_definition_id"),
            "members": "principal_id",
            "level": NotTold("the scope says: a subscription, a group, a resource"),
            "resource": "scope",
            "condition": Present("condition"),
        },
        identity=(),
    ),
    Shape(
        "azurerm_security_center_subscription_pricing",
        "threat_detector",
        {
            "name": Default("resource_type", value="VirtualMachines", says=_PROVIDER),
            "enabled": Is("tier", ("Standard",), otherwise="Free"),
        },
        identity=(),
    ),
    Shape(
        "azurerm_log_analytics_workspace",
        "log_group",
        {
            "retention_days": Default(
                "retention_in_days", value=30, says="Azure Monitor: 30 days of analytics retention by default"
            ),
            "key": Nothing(),
        },
    ),
)
