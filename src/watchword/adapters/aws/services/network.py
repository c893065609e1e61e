"""Networks, what guards them, what leads out of them, load balancers."""

from collections.abc import Mapping
from typing import Final

from watchword.adapters.aws.asks import Ask, Listing, More
from watchword.adapters.aws.sources import NAME_TAG, TAGS, Filled, Pair, Words, said, shape
from watchword.inventory.shapes import Both, Constant, Default, Is, Nothing, Owner, Part, Readable, Rows

_EC2: Final = "arn:{partition}:ec2:{region}:{account}:"

LISTINGS: Final = (
    Listing(
        type="live:AWS::EC2::VPC",
        ask=Ask("ec2:DescribeVpcs", page=500),
        at="Vpcs[]",
        keep=("VpcId", "CidrBlock", "IsDefault", "Tags"),
        arn=f"{_EC2}vpc/{{VpcId}}",
    ),
    Listing(
        type="live:AWS::EC2::Subnet",
        ask=Ask("ec2:DescribeSubnets", page=500),
        at="Subnets[]",
        keep=("SubnetId", "VpcId", "CidrBlock", "MapPublicIpOnLaunch", "Tags"),
        arn=f"{_EC2}subnet/{{SubnetId}}",
    ),
    Listing(
        type="live:AWS::EC2::FlowLog",
        ask=Ask("ec2:DescribeFlowLogs", page=500),
        at="FlowLogs[]",
        keep=("FlowLogId", "FlowLogStatus", "ResourceId", "TrafficType", "LogDestination", "LogGroupName", "Tags"),
        arn=f"{_EC2}vpc-flow-log/{{FlowLogId}}",
    ),
    Listing(
        type="live:AWS::EC2::SecurityGroup",
        ask=Ask("ec2:DescribeSecurityGroups", page=500),
        at="SecurityGroups[]",
        keep=("GroupId", "GroupName", "Description", "VpcId", "IpPermissions", "IpPermissionsEgress", "Tags"),
        arn=f"{_EC2}security-group/{{GroupId}}",
    ),
    Listing(
        type="live:AWS::EC2::NetworkAcl",
        ask=Ask("ec2:DescribeNetworkAcls", page=500),
        at="NetworkAcls[]",
        keep=("NetworkAclId", "VpcId", "IsDefault", "Entries", "Tags"),
        arn=f"{_EC2}network-acl/{{NetworkAclId}}",
    ),
    Listing(
        type="live:AWS::EC2::RouteTable",
        ask=Ask("ec2:DescribeRouteTables", page=100),
        at="RouteTables[]",
        keep=("RouteTableId", "VpcId", "Routes", "Tags"),
        arn=f"{_EC2}route-table/{{RouteTableId}}",
    ),
    Listing(
        type="live:AWS::EC2::VPCEndpoint",
        ask=Ask("ec2:DescribeVpcEndpoints", page=500),
        at="VpcEndpoints[]",
        keep=("VpcEndpointId", "VpcId", "ServiceName", "VpcEndpointType", "PolicyDocument", "Tags"),
        arn=f"{_EC2}vpc-endpoint/{{VpcEndpointId}}",
    ),
    Listing(
        type="live:AWS::ElasticLoadBalancingV2::LoadBalancer",
        ask=Ask("elbv2:DescribeLoadBalancers"),
        at="LoadBalancers[]",
        keep=("LoadBalancerArn", "LoadBalancerName", "Type", "Scheme", "SecurityGroups", "VpcId"),
        arn="{LoadBalancerArn}",
        tags=True,
        more={
            "Attributes": More(
                ask=Ask("elbv2:DescribeLoadBalancerAttributes", {"LoadBalancerArn": "{LoadBalancerArn}"}),
                at="Attributes[]",
            ),
            "Firewall": More(
                ask=Ask(
                    "wafv2:GetWebACLForResource",
                    {"ResourceArn": "{LoadBalancerArn}"},
                    # Only an application load balancer can have one.
                    absent=("WAFNonexistentItemException", "WAFInvalidParameterException"),
                ),
                at="WebACL.ARN",
            ),
        },
        parts=(
            Listing(
                type="live:AWS::ElasticLoadBalancingV2::Listener",
                ask=Ask("elbv2:DescribeListeners", {"LoadBalancerArn": "{LoadBalancerArn}"}),
                at="Listeners[]",
                keep=(
                    "ListenerArn",
                    "LoadBalancerArn",
                    "Port",
                    "Protocol",
                    "SslPolicy",
                    "Certificates",
                    "DefaultActions",
                ),
                # A client's secret stands in what authenticates.
                secret=("DefaultActions[].AuthenticateOidcConfig",),
                arn="{ListenerArn}",
            ),
        ),
    ),
    Listing(
        type="live:AWS::ElasticLoadBalancing::LoadBalancer",
        ask=Ask("elb:DescribeLoadBalancers"),
        at="LoadBalancerDescriptions[]",
        keep=("LoadBalancerName", "Scheme", "SecurityGroups", "ListenerDescriptions"),
        arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
        tags=True,
        more={
            "Attributes": More(
                ask=Ask("elb:DescribeLoadBalancerAttributes", {"LoadBalancerName": "{LoadBalancerName}"}),
                at="LoadBalancerAttributes",
                keep=("AccessLog",),
            )
        },
    ),
    Listing(
        type="live:AWS::Route53::HostedZone",
        ask=Ask("route53:ListHostedZones", home=True),
        at="HostedZones[]",
        keep=("Id", "Name", "Config"),
        arn="arn:{partition}:route53:::{Id}",
        everywhere=False,
        more={
            "Queries": More(
                ask=Ask("route53:ListQueryLoggingConfigs", {"HostedZoneId": "{Id}"}, home=True),
                at="QueryLoggingConfigs[]",
                keep=("Id", "CloudWatchLogsLogGroupArn"),
            )
        },
    ),
)


def _rule(direction: str) -> Mapping[str, Readable]:
    return {
        "name": Owner(),
        "tags": Nothing(),
        "group": Owner(),
        "direction": Constant(direction),
        "protocol": "IpProtocol",
        "from_port": "FromPort",
        "to_port": "ToPort",
        "port_ranges": Nothing(),
        "cidrs": Both(("IpRanges[].CidrIp", "Ipv6Ranges[].CidrIpv6")),
        "groups": Both(("UserIdGroupPairs[].GroupId",)),
        "prefix_lists": Both(("PrefixListIds[].PrefixListId",)),
        "self": Constant(False),  # an own group is named like any other
        "description": "IpRanges.Description",
    }


_DIRECTIONS: Final = {"true": "egress", "false": "ingress"}

SHAPES: Final = (
    shape(
        "AWS::EC2::VPC",
        "network",
        {"name": NAME_TAG, "cidr": "CidrBlock", "default": said("IsDefault", value=False)},
        identity=("VpcId",),
    ),
    shape(
        "AWS::EC2::Subnet",
        "subnet",
        {
            "name": NAME_TAG,
            "network": "VpcId",
            "cidr": "CidrBlock",
            "public_addresses": said("MapPublicIpOnLaunch", value=False),
        },
        identity=("SubnetId",),
    ),
    shape(
        "AWS::EC2::FlowLog",
        "flow_log",
        {
            "name": NAME_TAG,
            "of": "ResourceId",
            "traffic": "TrafficType",
            "destination": ("LogDestination", "LogGroupName"),
        },
    ),
    shape(
        "AWS::EC2::SecurityGroup",
        "security_group",
        {
            "name": "GroupName",
            "description": "Description",
            "network": "VpcId",
            "default": said(Is("GroupName", ("default",)), value=False),
        },
        parts=(
            Part("security_group_rule", "IpPermissions", _rule("ingress")),
            Part("security_group_rule", "IpPermissionsEgress", _rule("egress")),
        ),
        identity=("GroupId",),
    ),
    shape(
        "AWS::EC2::NetworkAcl",
        "other",
        {"name": NAME_TAG},
        parts=(
            Part(
                "network_acl_rule",
                "Entries",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "direction": Words("Egress", _DIRECTIONS),
                    "action": "RuleAction",
                    "number": "RuleNumber",
                    "protocol": "Protocol",
                    "from_port": ("PortRange.From", "IcmpTypeCode.Type"),
                    "to_port": ("PortRange.To", "IcmpTypeCode.Code"),
                    "cidrs": Both(("CidrBlock", "Ipv6CidrBlock")),
                },
            ),
        ),
    ),
    shape(
        "AWS::EC2::RouteTable",
        "other",
        {"name": NAME_TAG},
        parts=(
            Part(
                "route",
                "Routes",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "cidrs": Both(("DestinationCidrBlock", "DestinationIpv6CidrBlock")),
                    "peering": "VpcPeeringConnectionId",
                    "transit": "TransitGatewayId",
                },
            ),
        ),
    ),
    shape(
        "AWS::EC2::VPCEndpoint",
        "network_endpoint",
        {
            "name": NAME_TAG,
            "network": "VpcId",
            "service": "ServiceName",
            "type": "VpcEndpointType",
            "policy": "PolicyDocument",
        },
    ),
    shape(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "load_balancer",
        {
            "name": "LoadBalancerName",
            "tags": TAGS,
            "type": "Type",
            "internal": said(Is("Scheme", ("internal",)), value=False),
            "security_groups": "SecurityGroups",
            "access_logs": said(Pair("Attributes", "access_logs.s3.enabled"), value=False),
            "drop_invalid_headers": said(
                Pair("Attributes", "routing.http.drop_invalid_header_fields.enabled"), value=False
            ),
            "deletion_protection": said(Pair("Attributes", "deletion_protection.enabled"), value=False),
            "firewall": "Firewall",
        },
    ),
    shape(
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
    ),
    shape(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "load_balancer",
        {
            "name": "LoadBalancerName",
            "tags": TAGS,
            "type": Constant("classic"),
            "internal": said(Is("Scheme", ("internal",)), value=False),
            "security_groups": "SecurityGroups",
            "access_logs": said("Attributes.AccessLog.Enabled", value=False),
            "drop_invalid_headers": Constant(False),
            "deletion_protection": Constant(False),
            "firewall": Nothing(),
        },
        parts=(
            Part(
                "load_balancer_listener",
                "ListenerDescriptions",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "balancer": Owner(),
                    "protocol": "Listener.Protocol",
                    "port": "Listener.LoadBalancerPort",
                    "tls_policy": Nothing(),
                    "certificate": "Listener.SSLCertificateId",
                    "actions": Nothing(),
                },
            ),
        ),
    ),
    shape(
        "AWS::Route53::HostedZone",
        "dns_zone",
        {
            "name": "Name",
            "tags": Nothing(),
            "private": Default("Config.PrivateZone", value=False, says="Amazon Route 53 API"),
            "query_logs": Filled("Queries"),
        },
        identity=("Name", "Id"),
    ),
)
