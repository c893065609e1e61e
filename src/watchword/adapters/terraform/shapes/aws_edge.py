"""Shapes of what stands at the edge: content delivery, APIs."""

from typing import Final

from watchword.inventory.shapes import Both, Constant, Default, Nothing, Present, Rows, Shape

_PROVIDER: Final = "AWS provider 5"

EDGE: Final = (
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
        },
        identity=(),
    ),
    Shape(
        "aws_apigatewayv2_stage",
        "api_stage",
        {"name": "name", "access_logs": Present("access_log_settings"), "tracing": Nothing()},
        identity=(),
    ),
    Shape(
        "aws_api_gateway_domain_name",
        "api_domain",
        {"name": "domain_name", "minimum_tls": Default("security_policy", value="TLS_1_2", says=_PROVIDER)},
        identity=("domain_name",),
    ),
    Shape(
        "aws_apigatewayv2_domain_name",
        "api_domain",
        {"name": "domain_name", "minimum_tls": "domain_name_configuration.security_policy"},
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
