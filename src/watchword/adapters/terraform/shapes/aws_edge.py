"""Shapes of what stands at the edge: content delivery, APIs."""

from collections.abc import Mapping
from typing import Final

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

_PROVIDER: Final = "AWS provider 5"

_FIREWALL: Final = (
    Join("aws_wafv2_web_acl_association", by="resource_arn").read("web_acl_arn"),
    Join("aws_wafregional_web_acl_association", by="resource_arn").read("web_acl_id"),
)
_CORS: Final[Mapping[str, Readable]] = {
    "name": Owner(),
    "tags": Nothing(),
    "origins": "allow_origins",
    "methods": "allow_methods",
    "credentials": Default("allow_credentials", value=False, says=_PROVIDER),
}

EDGE: Final = (
    Shape(
        "aws_api_gateway_rest_api",
        "api",
        {
            "name": "name",
            "type": Constant("REST"),
            "policy": (Join("aws_api_gateway_rest_api_policy", by="rest_api_id").read("policy"), "policy"),
            "private": Default(Is("endpoint_configuration.types", ("PRIVATE",)), value=False, says=_PROVIDER),
        },
        identity=(),
    ),
    Shape(
        "aws_api_gateway_rest_api_policy",
        "resource_policy",
        {"document": "policy", "resource": "rest_api_id"},
        identity=(),
    ),
    Shape(
        "aws_apigatewayv2_api",
        "api",
        {"name": "name", "type": "protocol_type", "policy": Nothing(), "private": Constant(False)},
        parts=(Part("cross_origin_rule", "cors_configuration", _CORS),),
        identity=(),
    ),
    Shape(
        "aws_appsync_graphql_api",
        "graphql_api",
        {
            "name": "name",
            "authentication": "authentication_type",
            "private": Default(Is("visibility", ("PRIVATE",)), value=False, says=_PROVIDER),
            "firewall": Join("aws_wafv2_web_acl_association", by="resource_arn").read("web_acl_arn"),
            "logs": Present("log_config"),
        },
        identity=(),
    ),
    Shape(
        "aws_cloudfront_distribution",
        "content_network",
        {
            "name": ("comment", "tags.Name"),
            "viewer_protocols": Both(
                (
                    "default_cache_behavior.viewer_protocol_policy",
                    "ordered_cache_behavior[].viewer_protocol_policy",
                )
            ),
            "minimum_tls": "viewer_certificate.minimum_protocol_version",
            "default_certificate": Default(
                "viewer_certificate.cloudfront_default_certificate", value=False, says=_PROVIDER
            ),
            "origins": Rows(
                "origin",
                {
                    "protocol": "custom_origin_config.origin_protocol_policy",
                    "tls_versions": "custom_origin_config.origin_ssl_protocols",
                    "domain": "domain_name",
                },
            ),
            "access_logs": Present("logging_config"),
            "firewall": "web_acl_id",
        },
        identity=(),
    ),
    Shape(
        "aws_api_gateway_stage",
        "api_stage",
        {
            "name": "stage_name",
            "access_logs": Present("access_log_settings"),
            "tracing": Default("xray_tracing_enabled", value=False, says=_PROVIDER),
            "firewall": _FIREWALL,
            "client_certificate": "client_certificate_id",
        },
        identity=(),
    ),
    Shape(
        "aws_apigatewayv2_stage",
        "api_stage",
        {
            "name": "name",
            "access_logs": Present("access_log_settings"),
            "tracing": Nothing(),
            "firewall": Nothing(),
            "client_certificate": Nothing(),
        },
        identity=(),
    ),
    Shape(
        "aws_api_gateway_domain_name",
        "api_domain",
        {
            "name": "domain_name",
            "minimum_tls": Default("security_policy", value="TLS_1_2", says=_PROVIDER),
            "client_authorities": "mutual_tls_authentication.truststore_uri",
        },
        identity=("domain_name",),
    ),
    Shape(
        "aws_apigatewayv2_domain_name",
        "api_domain",
        {
            "name": "domain_name",
            "minimum_tls": "domain_name_configuration.security_policy",
            "client_authorities": "mutual_tls_authentication.truststore_uri",
        },
        identity=("domain_name",),
    ),
    Shape(
        "aws_api_gateway_method",
        "api_method",
        {
            "name": "http_method",
            "method": "http_method",
            "authorization": "authorization",
            "api_key": Default("api_key_required", value=False, says=_PROVIDER),
        },
        identity=(),
    ),
    Shape(
        "aws_apigatewayv2_route",
        "api_method",
        {
            "name": "route_key",
            "method": "route_key",
            "authorization": Default("authorization_type", value="NONE", says=_PROVIDER),
            "api_key": Constant(False),
        },
        identity=(),
    ),
)
