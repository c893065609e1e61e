"""What stands at the edge: content delivery, APIs."""

from typing import Final

from watchword.adapters.aws.asks import Ask, Listing, More
from watchword.adapters.aws.sources import Filled, said, shape
from watchword.inventory.shapes import Both, Constant, Default, Nothing, Part, Rows
from watchword.inventory.values import Block, Child, Elements, Known, Value

_API: Final = "apigateway:GET"  # IAM knows API Gateway's operations by their HTTP methods
_ARN: Final = "arn:{partition}:apigateway:{region}::"


def _methods(tree: Block) -> Value:
    """The methods of a resource, which stand as names, as blocks."""
    methods = tree["resourceMethods"]
    if not isinstance(methods, Block):
        return methods
    rows: list[Child] = [
        Block(
            {
                "httpMethod": Known(name, tree.place),
                "authorizationType": method["authorizationType"],
                "apiKeyRequired": method["apiKeyRequired"],
                "path": tree["path"],
            },
            tree.place,
        )
        for name, method in methods.items()
    ]
    return Elements(rows, tree.place)


LISTINGS: Final = (
    Listing(
        type="live:AWS::CloudFront::Distribution",
        ask=Ask("cloudfront:ListDistributions", home=True),
        at="DistributionList.Items[]",
        keep=("Id", "ARN", "Comment"),
        arn="{ARN}",
        everywhere=False,
        more={
            "Config": More(
                ask=Ask("cloudfront:GetDistributionConfig", {"Id": "{Id}"}, home=True),
                at="DistributionConfig",
                keep=("DefaultCacheBehavior", "CacheBehaviors", "ViewerCertificate", "Origins", "Logging", "WebACLId"),
                secret=("Origins.Items[].CustomHeaders",),  # with which an origin knows the network
            )
        },
    ),
    Listing(
        type="live:AWS::ApiGateway::RestApi",
        ask=Ask("apigateway:GetRestApis", action=_API),
        at="items[]",
        keep=("id", "name", "tags"),
        arn=f"{_ARN}/restapis/{{id}}",
        parts=(
            Listing(
                type="live:AWS::ApiGateway::Stage",
                ask=Ask("apigateway:GetStages", {"restApiId": "{id}"}, action=_API),
                at="item[]",
                keep=("stageName", "accessLogSettings", "tracingEnabled", "webAclArn", "clientCertificateId", "tags"),
                arn=f"{_ARN}/restapis/{{parent.id}}/stages/{{stageName}}",
            ),
            Listing(
                type="live:AWS::ApiGateway::Resource",
                ask=Ask("apigateway:GetResources", {"restApiId": "{id}", "embed": ["methods"]}, action=_API),
                at="items[]",
                keep=("id", "path", "resourceMethods"),
                arn=f"{_ARN}/restapis/{{parent.id}}/resources/{{id}}",
                derived={"@methods": _methods},
            ),
        ),
    ),
    Listing(
        type="live:AWS::ApiGateway::DomainName",
        ask=Ask("apigateway:GetDomainNames", action=_API),
        at="items[]",
        keep=("domainName", "securityPolicy", "mutualTlsAuthentication", "tags"),
        arn=f"{_ARN}/domainnames/{{domainName}}",
    ),
    Listing(
        type="live:AWS::ApiGatewayV2::Api",
        ask=Ask("apigatewayv2:GetApis", action=_API),
        at="Items[]",
        keep=("ApiId", "Name", "ProtocolType", "Tags"),
        arn=f"{_ARN}/apis/{{ApiId}}",
        parts=(
            Listing(
                type="live:AWS::ApiGatewayV2::Stage",
                ask=Ask("apigatewayv2:GetStages", {"ApiId": "{ApiId}"}, action=_API),
                at="Items[]",
                keep=("StageName", "AccessLogSettings", "Tags"),
                arn=f"{_ARN}/apis/{{parent.ApiId}}/stages/{{StageName}}",
            ),
            Listing(
                type="live:AWS::ApiGatewayV2::Route",
                ask=Ask("apigatewayv2:GetRoutes", {"ApiId": "{ApiId}"}, action=_API),
                at="Items[]",
                keep=("RouteId", "RouteKey", "AuthorizationType", "ApiKeyRequired"),
                arn=f"{_ARN}/apis/{{parent.ApiId}}/routes/{{RouteId}}",
            ),
        ),
    ),
)


SHAPES: Final = (
    shape(
        "AWS::CloudFront::Distribution",
        "content_network",
        {
            "name": ("Comment", "Id"),
            "tags": Nothing(),
            "viewer_protocols": Both(
                (
                    "Config.DefaultCacheBehavior.ViewerProtocolPolicy",
                    "Config.CacheBehaviors.Items[].ViewerProtocolPolicy",
                )
            ),
            "minimum_tls": "Config.ViewerCertificate.MinimumProtocolVersion",
            "default_certificate": said("Config.ViewerCertificate.CloudFrontDefaultCertificate", value=False),
            "origins": Rows(
                "Config.Origins.Items",
                {
                    "protocol": "CustomOriginConfig.OriginProtocolPolicy",
                    "tls_versions": "CustomOriginConfig.OriginSslProtocols.Items",
                    "domain": "DomainName",
                },
            ),
            "access_logs": said("Config.Logging.Enabled", value=False),
            "firewall": "Config.WebACLId",
        },
        identity=("Id",),
    ),
    shape("AWS::ApiGateway::RestApi", "other", {"name": "name", "tags": "tags"}),
    shape(
        "AWS::ApiGateway::Stage",
        "api_stage",
        {
            "name": "stageName",
            "tags": "tags",
            "access_logs": Filled("accessLogSettings.destinationArn"),
            "tracing": said("tracingEnabled", value=False),
            "firewall": "webAclArn",
            "client_certificate": "clientCertificateId",
        },
    ),
    shape(
        "AWS::ApiGateway::Resource",
        "other",
        {"name": "path", "tags": Nothing()},
        parts=(
            Part(
                "api_method",
                "@methods",
                {
                    "name": "path",
                    "tags": Nothing(),
                    "method": "httpMethod",
                    "authorization": Default("authorizationType", value="NONE", says="Amazon API Gateway API"),
                    "api_key": said("apiKeyRequired", value=False),
                },
            ),
        ),
    ),
    shape(
        "AWS::ApiGateway::DomainName",
        "api_domain",
        {
            "name": "domainName",
            "tags": "tags",
            "minimum_tls": "securityPolicy",
            "client_authorities": "mutualTlsAuthentication.truststoreUri",
        },
    ),
    shape("AWS::ApiGatewayV2::Api", "other", {"name": "Name", "tags": "Tags"}),
    shape(
        "AWS::ApiGatewayV2::Stage",
        "api_stage",
        {
            "name": "StageName",
            "tags": "Tags",
            "access_logs": Filled("AccessLogSettings.DestinationArn"),
            "tracing": Nothing(),
            "firewall": Nothing(),  # the service takes none before these
            "client_certificate": Nothing(),
        },
    ),
    shape(
        "AWS::ApiGatewayV2::Route",
        "api_method",
        {
            "name": "RouteKey",
            "tags": Nothing(),
            "method": "RouteKey",
            "authorization": Default("AuthorizationType", value="NONE", says="Amazon API Gateway API"),
            "api_key": Constant(False),
        },
    ),
)
