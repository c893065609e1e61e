"""Shapes of networks, security groups in the old style and the new, and load balancers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from watchword.inventory.kinds import OTHER
from watchword.inventory.shapes import (
    Both,
    Constant,
    Default,
    Join,
    Nothing,
    Owner,
    Part,
    Present,
    Readable,
    Rows,
    Shape,
    Subject,
    read,
)
from watchword.inventory.values import Absent, Known, Unknown, Value

_PROVIDER: Final = "AWS provider 5"


@dataclass(frozen=True, slots=True)
class Either:
    """A boolean as one of two words; absent counts as false."""

    source: Readable
    yes: str = field(kw_only=True)
    no: str = field(kw_only=True)

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Unknown):
            return value
        absent = isinstance(value, Absent)
        return Known(self.yes if value else self.no, subject.place if absent else value.place, is_default=absent)


def _inline(direction: str) -> Part:
    """The rules that stand in the group: `ingress { … }`, `egress { … }`."""
    return Part(
        "security_group_rule",
        direction,
        {
            "name": Owner(),
            "tags": Nothing(),
            "group": Owner(),
            "direction": Constant(direction),
            "protocol": "protocol",
            "from_port": "from_port",
            "to_port": "to_port",
            "port_ranges": Nothing(),
            "cidrs": Both(("cidr_blocks", "ipv6_cidr_blocks")),
            "groups": "security_groups",
            "prefix_lists": "prefix_list_ids",
            "self": Default("self", value=False, says=_PROVIDER),
            "description": "description",
        },
    )


def _apart(native_type: str, direction: str) -> Shape:
    """The rules of the new style: one resource for one source."""
    return Shape(
        native_type,
        "security_group_rule",
        {
            "group": "security_group_id",
            "direction": Constant(direction),
            "protocol": "ip_protocol",
            "from_port": "from_port",
            "to_port": "to_port",
            "port_ranges": Nothing(),
            "cidrs": Both(("cidr_ipv4", "cidr_ipv6")),
            "groups": "referenced_security_group_id",
            "prefix_lists": "prefix_list_id",
            "self": Constant(False),
            "description": "description",
        },
        identity=(),
    )


def _acl(direction: str) -> Part:
    """The rules that stand in a network ACL."""
    return Part(
        "network_acl_rule",
        direction,
        {
            "name": Owner(),
            "tags": Nothing(),
            "direction": Constant(direction),
            "action": "action",
            "number": "rule_no",
            "protocol": "protocol",
            "from_port": "from_port",
            "to_port": "to_port",
            "cidrs": Both(("cidr_block", "ipv6_cidr_block")),
        },
    )


def _route(path: str) -> Mapping[str, Readable]:
    return {
        "name": Owner(),
        "tags": Nothing(),
        "cidrs": Both((f"{path}cidr_block", f"{path}ipv6_cidr_block")),
        "peering": "vpc_peering_connection_id",
        "transit": "transit_gateway_id",
    }


_GROUP: Final[Mapping[str, Readable]] = {
    "name": ("name", "name_prefix"),
    "description": Default("description", value="Managed by Terraform", says=_PROVIDER),
    "network": "vpc_id",
}
_BALANCER: Final[Mapping[str, Readable]] = {
    "name": ("name", "name_prefix"),
    "type": Default("load_balancer_type", value="application", says=_PROVIDER),
    "internal": Default("internal", value=False, says=_PROVIDER),
    "security_groups": "security_groups",
    "access_logs": Default("access_logs.enabled", value=False, says=_PROVIDER),
    "drop_invalid_headers": Default("drop_invalid_header_fields", value=False, says=_PROVIDER),
    "firewall": (
        Join("aws_wafv2_web_acl_association", by="resource_arn").read("web_acl_arn"),
        Join("aws_wafregional_web_acl_association", by="resource_arn").read("web_acl_id"),
    ),
    "deletion_protection": Default("enable_deletion_protection", value=False, says=_PROVIDER),
}
_LISTENER: Final[Mapping[str, Readable]] = {
    "balancer": "load_balancer_arn",
    "protocol": "protocol",
    "port": "port",
    "tls_policy": "ssl_policy",
    "certificate": "certificate_arn",
    "actions": Rows(
        "default_action",
        {
            "type": "type",
            "redirect_protocol": "redirect.protocol",
            "redirect_status": "redirect.status_code",
        },
    ),
}

NETWORK: Final = (
    Shape("aws_vpc", "network", {"name": "tags.Name", "cidr": "cidr_block", "default": Constant(False)}, identity=()),
    Shape(
        "aws_default_vpc",
        "network",
        {"name": "tags.Name", "cidr": "cidr_block", "default": Constant(True)},
        identity=(),
    ),
    Shape(
        "aws_subnet",
        "subnet",
        {
            "name": "tags.Name",
            "network": "vpc_id",
            "cidr": "cidr_block",
            "public_addresses": Default("map_public_ip_on_launch", value=False, says=_PROVIDER),
        },
        identity=(),
    ),
    Shape(
        "aws_flow_log",
        "flow_log",
        {
            "name": "tags.Name",
            "of": ("vpc_id", "subnet_id", "eni_id", "transit_gateway_id"),
            "traffic": "traffic_type",
            "destination": ("log_destination", "log_group_name"),
        },
        identity=(),
    ),
    Shape(
        "aws_security_group",
        "security_group",
        {**_GROUP, "default": Constant(False)},
        parts=(_inline("ingress"), _inline("egress")),
    ),
    Shape(
        "aws_default_security_group",
        "security_group",
        {"name": "tags.Name", "description": Constant("default"), "network": "vpc_id", "default": Constant(True)},
        parts=(_inline("ingress"), _inline("egress")),
        identity=(),
    ),
    Shape(
        "aws_security_group_rule",
        "security_group_rule",
        {
            "group": "security_group_id",
            "direction": "type",
            "protocol": "protocol",
            "from_port": "from_port",
            "to_port": "to_port",
            "port_ranges": Nothing(),
            "cidrs": Both(("cidr_blocks", "ipv6_cidr_blocks")),
            "groups": "source_security_group_id",
            "prefix_lists": "prefix_list_ids",
            "self": Default("self", value=False, says=_PROVIDER),
            "description": "description",
        },
        identity=(),
    ),
    _apart("aws_vpc_security_group_ingress_rule", "ingress"),
    _apart("aws_vpc_security_group_egress_rule", "egress"),
    Shape("aws_lb", "load_balancer", _BALANCER),
    Shape("aws_alb", "load_balancer", _BALANCER),
    Shape(
        "aws_elb",
        "load_balancer",
        {
            "name": ("name", "name_prefix"),
            "type": Constant("classic"),
            "internal": Default("internal", value=False, says=_PROVIDER),
            "security_groups": "security_groups",
            "access_logs": Present("access_logs"),
            "drop_invalid_headers": Constant(False),
            "firewall": Nothing(),
            "deletion_protection": Constant(False),
        },
        parts=(
            Part(
                "load_balancer_listener",
                "listener",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "balancer": Owner(),
                    "protocol": "lb_protocol",
                    "port": "lb_port",
                    "tls_policy": Nothing(),
                    "certificate": "ssl_certificate_id",
                    "actions": Nothing(),
                },
            ),
        ),
    ),
    Shape("aws_lb_listener", "load_balancer_listener", _LISTENER, identity=()),
    Shape("aws_alb_listener", "load_balancer_listener", _LISTENER, identity=()),
    Shape(
        "aws_network_acl",
        OTHER,
        {"name": "tags.Name"},
        parts=(_acl("ingress"), _acl("egress")),
        identity=(),
    ),
    Shape(
        "aws_default_network_acl",
        OTHER,
        {"name": "tags.Name"},
        parts=(_acl("ingress"), _acl("egress")),
        identity=(),
    ),
    Shape(
        "aws_network_acl_rule",
        "network_acl_rule",
        {
            "direction": Either("egress", yes="egress", no="ingress"),
            "action": "rule_action",
            "number": "rule_number",
            "protocol": "protocol",
            "from_port": "from_port",
            "to_port": "to_port",
            "cidrs": Both(("cidr_block", "ipv6_cidr_block")),
        },
        identity=(),
    ),
    Shape(
        "aws_vpc_endpoint",
        "network_endpoint",
        {
            "name": "tags.Name",
            "network": "vpc_id",
            "service": "service_name",
            "type": Default("vpc_endpoint_type", value="Gateway", says=_PROVIDER),
            "policy": (Join("aws_vpc_endpoint_policy", by="vpc_endpoint_id").read("policy"), "policy"),
        },
        identity=(),
    ),
    Shape("aws_route", "route", _route("destination_"), identity=()),
    Shape("aws_route_table", OTHER, {"name": "tags.Name"}, parts=(Part("route", "route", _route("")),), identity=()),
    Shape(
        "aws_route53_zone",
        "dns_zone",
        {
            "name": "name",
            "private": Present("vpc"),
            "query_logs": Present(Join("aws_route53_query_log", by="zone_id").read("cloudwatch_log_group_arn")),
        },
    ),
)
