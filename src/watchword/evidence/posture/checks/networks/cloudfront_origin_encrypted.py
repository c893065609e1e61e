"""Content networks that fetch over HTTP, or with old versions of TLS."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    mend,
    not_applicable,
    outside,
    passed,
    seen,
    together,
    which,
)
from watchword.inventory import Asset, FrontEnd, some

_OLD: Final = ("SSLv3", "TLSv1", "TLSv1.1")


def judge(distribution: Asset, estate: Estate) -> Answer:
    del estate
    custom = which(distribution["origins"].each(), lambda origin: not origin["protocol"].is_absent)
    if not custom:
        return not_applicable("it fetches from buckets alone")
    clear = which(custom, lambda origin: origin["protocol"] != "https-only")
    if clear:
        return failed(
            "it fetches over HTTP",
            *(seen("origins.protocol", origin["protocol"]) for origin in clear),
            fix=together(*(mend(origin, "protocol", "https-only", "fetch over HTTPS alone") for origin in clear)),
        )
    old = which(custom, lambda origin: some(origin["tls_versions"].each(), lambda version: version.text() in _OLD))
    if old:
        return failed(
            "it fetches with old versions of TLS",
            *(seen("origins.tls_versions", origin["tls_versions"]) for origin in old),
        )
    return passed()


CHECK = Check(
    id="cloudfront-origin-encrypted",
    title="Content networks fetch over TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="The padlock in the browser ends at CloudFront. What it fetches over HTTP crosses the Internet in clear.",
    remedy='Set `origin_protocol_policy = "https-only"` and `origin_ssl_protocols = ["TLSv1.2"]`.',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("content_network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html",
    ),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_72",),
        prowler=(
            "cloudfront_distributions_origin_traffic_encrypted",
            "cloudfront_distributions_using_deprecated_ssl_protocols",
        ),
        security_hub=("CloudFront.9", "CloudFront.10"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  origin {
    origin_id   = "site"
    domain_name = "origin.example.org"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  origin {
    origin_id   = "site"
    domain_name = "origin.example.org"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "match-viewer"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  origin {
    origin_id   = "site"
    domain_name = "site.s3.eu-west-1.amazonaws.com"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - Id: site
            DomainName: origin.example.org
            CustomOriginConfig:
              OriginProtocolPolicy: https-only
              OriginSSLProtocols: [TLSv1.2]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - Id: site
            DomainName: origin.example.org
            CustomOriginConfig:
              OriginProtocolPolicy: http-only
""",
        ),
    ),
)
