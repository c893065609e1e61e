"""Content networks that accept old versions of TLS."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(distribution: Asset, estate: Estate) -> Answer:
    del estate
    if distribution["default_certificate"].boolean(default=False):
        return failed(
            "CloudFront's own certificate comes with TLS 1.0",
            seen("default_certificate", distribution["default_certificate"]),
        )
    version = distribution["minimum_tls"]
    if version.matches(r"TLSv1\.[23]_.+"):
        return passed()
    return failed(
        "it accepts TLS 1.0 or 1.1",
        seen("minimum_tls", version),
        fix=mend(distribution, "minimum_tls", "TLSv1.2_2021", "accept TLS 1.2 and later alone"),
    )


CHECK = Check(
    id="cloudfront-tls-version",
    title="Content networks accept TLS 1.2 and later alone",
    severity=Severity.MEDIUM,
    why="TLS 1.0 and 1.1 were given up in 2021. With CloudFront's own certificate they are always accepted.",
    remedy='Bring a certificate, and set `minimum_protocol_version = "TLSv1.2_2021"`.',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("content_network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM,),
    references=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
    ),
    frameworks=Frameworks(nist_800_53=("SC-8(1)", "SC-13"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_174",),
        trivy=("AVD-AWS-0013",),
        tfsec=("aws-cloudfront-use-secure-tls-policy",),
        cfn_nag=("W70",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:111122223333:certificate/c"
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:111122223333:certificate/c"
    minimum_protocol_version = "TLSv1.1_2016"
    ssl_support_method       = "sni-only"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  viewer_certificate {
    cloudfront_default_certificate = true
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
        ViewerCertificate:
          AcmCertificateArn: arn:aws:acm:us-east-1:111122223333:certificate/c
          MinimumProtocolVersion: TLSv1.2_2021
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
        ViewerCertificate:
          CloudFrontDefaultCertificate: true
""",
        ),
    ),
)
