"""Shapes of what stands at the edge: content delivery, APIs."""

from typing import Final

from watchword.adapters.cloudformation.shapes._sources import tagged
from watchword.inventory.shapes import Both, Constant, Default, Is, Join, Nothing, Owner, Part, Present, Rows, Shape

_REFERENCE: Final = "CloudFormation Template Reference"
_DISTRIBUTION: Final = "DistributionConfig"

_FIREWALL: Final = Join("AWS::WAFv2::WebACLAssociation", by="ResourceArn").read("WebACLArn")

EDGE: Final = (
    tagged(
        "AWS::ApiGateway::RestApi",
        "api",
        {
            "name": "Name",
            "type": Constant("REST"),
            "policy": "Policy",
            "private": Default(
                Is("EndpointConfiguration.Types", ("PRIVATE",)),
                value=False,
                says=f"{_REFERENCE}, AWS::ApiGateway::RestApi",
            ),
        },
    ),
    Shape(
        "AWS::ApiGatewayV2::Api",
        "api",
        {
            "name": "Name",
            "tags": "Tags",
            "type": "ProtocolType",
            "policy": Nothing(),
            "private": Constant(False),
        },
        parts=(
            Part(
                "cross_origin_rule",
                "CorsConfiguration",
                {
                    "name": Owner(),
                    "tags": Nothing(),
                    "origins": "AllowOrigins",
                    "methods": "AllowMethods",
                    "credentials": Default(
                        "AllowCredentials", value=False, says=f"{_REFERENCE}, AWS::ApiGatewayV2::Api"
                    ),
                },
            ),
        ),
        identity=(),
    ),
    tagged(
        "AWS::ApiGatewayV2::DomainName",
        "api_domain",
        {
            "name": "DomainName",
            "tags": "Tags",
            "minimum_tls": "DomainNameConfigurations.SecurityPolicy",
            "client_authorities": "MutualTlsAuthentication.TruststoreUri",
        },
        identity=("DomainName",),
    ),
    tagged(
        "AWS::AppSync::GraphQLApi",
        "graphql_api",
        {
            "name": "Name",
            "authentication": "AuthenticationType",
            "private": Default(
                Is("Visibility", ("PRIVATE",)), value=False, says=f"{_REFERENCE}, AWS::AppSync::GraphQLApi"
            ),
            "firewall": _FIREWALL,
            "logs": Present("LogConfig"),
        },
    ),
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
            "client_certificate": "ClientCertificateId",
            "firewall": _FIREWALL,
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
            "client_certificate": Nothing(),
            "firewall": Nothing(),
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
            "client_authorities": "MutualTlsAuthentication.TruststoreUri",
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
