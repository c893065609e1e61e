"""Shapes of networks, security groups and load balancers."""

from collections.abc import Mapping
from typing import Final

from watchword.adapters.cloudformation.shapes._sources import NAME_TAG, Pair, Pairs, Words, tagged
from watchword.inventory.shapes import (
    Both,
    Constant,
    Default,
    Is,
    Join,
    Nothing,
    Owner,
    Part,
    Present,
    Readable,
    Rows,
    Shape,
)

_REFERENCE: Final = "CloudFormation Template Reference"


def _rule(direction: str, group: Readable) -> Mapping[str, Readable]:
    end = "Source" if direction == "ingress" else "Destination"
    groups: tuple[Readable, ...] = (f"{end}SecurityGroupId",)
    if direction == "ingress":
        groups = (*groups, "SourceSecurityGroupName")
    return {
        "name": group,
        "tags": Nothing(),
        "group": group,
        "direction": Constant(direction),
        "protocol": "IpProtocol",
        "from_port": "FromPort",
        "to_port": "ToPort",
        "port_ranges": Nothing(),
        "cidrs": Both(("CidrIp", "CidrIpv6")),
        "groups": Both(groups),
        "prefix_lists": Both((f"{end}PrefixListId",)),
        "self": Constant(False),  # an own group is named like any other
        "description": "Description",
    }


_DIRECTIONS: Final = {"true": "egress", "false": "ingress"}
_BALANCER: Final = "LoadBalancerAttributes"

NETWORK: Final = (
    tagged("AWS::EC2::VPC", "network", {"name": NAME_TAG, "cidr": "CidrBlock", "default": Constant(False)}),
    tagged(
        "AWS::EC2::Subnet",
        "subnet",
        {
            "name": NAME_TAG,
            "network": "VpcId",
            "cidr": "CidrBlock",
            "public_addresses": Default("MapPublicIpOnLaunch", value=False, says=f"{_REFERENCE}, AWS::EC2::Subnet"),
        },
    ),
    tagged(
        "AWS::EC2::FlowLog",
        "flow_log",
        {
            "name": NAME_TAG,
            "of": "ResourceId",
            "traffic": "TrafficType",
            "destination": ("LogDestination", "LogGroupName"),
        },
    ),
    tagged(
        "AWS::EC2::SecurityGroup",
        "security_group",
        {"name": "GroupName", "description": "GroupDescription", "network": "VpcId", "default": Constant(False)},
        parts=(
            Part("security_group_rule", "SecurityGroupIngress", _rule("ingress", Owner())),
            Part("security_group_rule", "SecurityGroupEgress", _rule("egress", Owner())),
        ),
        identity=("GroupName",),
    ),
    Shape(
        "AWS::EC2::SecurityGroupIngress", "security_group_rule", _rule("ingress", ("GroupId", "GroupName")), identity=()
    ),
    Shape("AWS::EC2::SecurityGroupEgress", "security_group_rule", _rule("egress", "GroupId"), identity=()),
    tagged(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "load_balancer",
        {
            "name": "Name",
            "type": Default("Type", value="application", says=f"{_REFERENCE}, AWS::ElasticLoadBalancingV2"),
            "internal": Default(
                Is("Scheme", ("internal",)), value=False, says=f"{_REFERENCE}, AWS::ElasticLoadBalancingV2"
            ),
            "security_groups": "SecurityGroups",
            "access_logs": Default(
                Pair(_BALANCER, "access_logs.s3.enabled"), value=False, says=f"{_REFERENCE}, LoadBalancerAttribute"
            ),
            "firewall": Join("AWS::WAFv2::WebACLAssociation", by="ResourceArn").read("WebACLArn"),
            "drop_invalid_headers": Default(
                Pair(_BALANCER, "routing.http.drop_invalid_header_fields.enabled"),
                value=False,
                says=f"{_REFERENCE}, LoadBalancerAttribute",
            ),
            "deletion_protection": Default(
                Pair(_BALANCER, "deletion_protection.enabled"),
                value=False,
                says=f"{_REFERENCE}, LoadBalancerAttribute",
            ),
        },
        identity=("Name",),
    ),
    Shape(
        "AWS::ElasticLoadBalancingV2::Listener",
        "load_balancer_listener",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "balancer": "LoadBalancerArn",
            "protocol": "Protocol",
            "port": "Port",
            "tls_policy": "SslPolicy",
            "certificate": "Certificates.CertificateArn",
            "actions": Rows(
                "DefaultActions",
                {
                    "type": "Type",
                    "redirect_protocol": "RedirectConfig.Protocol",
                    "redirect_status": "RedirectConfig.StatusCode",
                },
            ),
        },
        identity=(),
    ),
    tagged(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "load_balancer",
        {
            "name": "LoadBalancerName",
            "type": Constant("classic"),
            "internal": Default(
                Is("Scheme", ("internal",)), value=False, says=f"{_REFERENCE}, AWS::ElasticLoadBalancing"
            ),
            "security_groups": "SecurityGroups",
            "access_logs": Default(
                "AccessLoggingPolicy.Enabled", value=False, says=f"{_REFERENCE}, AWS::ElasticLoadBalancing"
            ),
            "drop_invalid_headers": Constant(False),
            "firewall": Nothing(),
            "deletion_protection": Constant(False),
        },
        parts=(
            Part(
                "load_balancer_listener",
                "Listeners",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "balancer": Owner(),
                    "protocol": "Protocol",
                    "port": "LoadBalancerPort",
                    "tls_policy": Nothing(),
                    "certificate": "SSLCertificateId",
                    "actions": Nothing(),
                },
            ),
        ),
        identity=("LoadBalancerName",),
    ),
    Shape(
        "AWS::EC2::NetworkAclEntry",
        "network_acl_rule",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "direction": Words(
                Default("Egress", value="false", says=f"{_REFERENCE}, AWS::EC2::NetworkAclEntry"), _DIRECTIONS
            ),
            "action": "RuleAction",
            "number": "RuleNumber",
            "protocol": "Protocol",
            "from_port": "PortRange.From",
            "to_port": "PortRange.To",
            "cidrs": Both(("CidrBlock", "Ipv6CidrBlock")),
        },
        identity=(),
    ),
    Shape(
        "AWS::EC2::Route",
        "route",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "cidrs": Both(("DestinationCidrBlock", "DestinationIpv6CidrBlock")),
            "peering": "VpcPeeringConnectionId",
            "transit": "TransitGatewayId",
        },
        identity=(),
    ),
    tagged(
        "AWS::EC2::VPCEndpoint",
        "network_endpoint",
        {
            "name": NAME_TAG,
            "network": "VpcId",
            "service": "ServiceName",
            "type": Default("VpcEndpointType", value="Gateway", says=f"{_REFERENCE}, AWS::EC2::VPCEndpoint"),
            "policy": "PolicyDocument",
        },
    ),
    tagged(
        "AWS::Route53::HostedZone",
        "dns_zone",
        {
            "name": "Name",
            "tags": Pairs("HostedZoneTags"),
            "private": Present("VPCs"),
            "query_logs": Present("QueryLoggingConfig"),
        },
        identity=("Name",),
    ),
)
