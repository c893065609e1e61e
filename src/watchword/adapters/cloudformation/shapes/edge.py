"""Shapes of what stands at the edge: content delivery, APIs."""

from typing import Final

from watchword.adapters.cloudformation.shapes._sources import tagged
from watchword.inventory.shapes import Both, Constant, Default, Nothing, Present, Rows, Shape

_REFERENCE: Final = "CloudFormation Template Reference"
_DISTRIBUTION: Final = "DistributionConfig"

EDGE: Final = (
    tagged(
        "AWS::CloudFront::Distribution",
        "content_network",
        {
            "name": f"{_DISTRIBUTION}.Comment",
            "viewer_protocols": Both(
                (
                    f"{_DISTRIBUTION}.DefaultCacheBehavior.ViewerProtocolPolicy",
                    f"{_DISTRIBUTION}.CacheBehaviors[].ViewerProtocolPolicy",
                )
            ),
            "minimum_tls": f"{_DISTRIBUTION}.ViewerCertificate.MinimumProtocolVersion",
            "default_certificate": Default(
                f"{_DISTRIBUTION}.ViewerCertificate.CloudFrontDefaultCertificate",
                value=False,
                says=f"{_REFERENCE}, AWS::CloudFront::Distribution",
            ),
            "origins": Rows(
                f"{_DISTRIBUTION}.Origins",
                {
                    "protocol": "CustomOriginConfig.OriginProtocolPolicy",
                    "tls_versions": "CustomOriginConfig.OriginSSLProtocols",
                    "domain": "DomainName",
                },
            ),
            "access_logs": Present(f"{_DISTRIBUTION}.Logging"),
            "firewall": f"{_DISTRIBUTION}.WebACLId",
        },
    ),
    tagged(
        "AWS::ApiGateway::Stage",
        "api_stage",
        {
            "name": "StageName",
            "access_logs": Present("AccessLogSetting"),
            "tracing": Default("TracingEnabled", value=False, says=f"{_REFERENCE}, AWS::ApiGateway::Stage"),
        },
    ),
    Shape(
        "AWS::ApiGatewayV2::Stage",
        "api_stage",
        {
            "name": "StageName",
            "tags": "Tags",
            "access_logs": Present("AccessLogSettings"),
            "tracing": Nothing(),
        },
        identity=(),
    ),
    tagged(
        "AWS::ApiGateway::DomainName",
        "api_domain",
        {
            "name": "DomainName",
            "minimum_tls": Default(
                "SecurityPolicy", value="TLS_1_2", says=f"{_REFERENCE}, AWS::ApiGateway::DomainName"
            ),
        },
        identity=("DomainName",),
    ),
    Shape(
        "AWS::ApiGateway::Method",
        "api_method",
        {
            "name": "HttpMethod",
            "tags": Nothing(),
            "method": "HttpMethod",
            "authorization": Default("AuthorizationType", value="NONE", says=f"{_REFERENCE}, AWS::ApiGateway::Method"),
            "api_key": Default("ApiKeyRequired", value=False, says=f"{_REFERENCE}, AWS::ApiGateway::Method"),
        },
        identity=(),
    ),
    Shape(
        "AWS::ApiGatewayV2::Route",
        "api_method",
        {
            "name": "RouteKey",
            "tags": Nothing(),
            "method": "RouteKey",
            "authorization": Default("AuthorizationType", value="NONE", says=f"{_REFERENCE}, AWS::ApiGatewayV2::Route"),
            "api_key": Constant(False),
        },
        identity=(),
    ),
)
