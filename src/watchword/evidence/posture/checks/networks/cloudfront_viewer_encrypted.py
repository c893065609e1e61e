"""Content networks that answer over HTTP."""

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
    passed,
    rewrite,
    seen,
    together,
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(distribution: Asset, estate: Estate) -> Answer:
    del estate
    clear = which(distribution["viewer_protocols"].each(), lambda policy: policy == "allow-all")
    if not clear:
        return passed()
    fix = together(*(rewrite(policy, "redirect-to-https", "lead to HTTPS") for policy in clear))
    return failed("it answers over HTTP", *(seen("viewer_protocols", policy) for policy in clear), fix=fix)


CHECK = Check(
    id="cloudfront-viewer-encrypted",
    title="Content networks answer over TLS alone",
    severity=Severity.MEDIUM,
    why="What is sent over HTTP can be read and changed on the way.",
    remedy="Set `viewer_protocol_policy` to `redirect-to-https` or `https-only` in every behaviour.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("content_network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https.html",),
    frameworks=Frameworks(
        nist_800_53=("SC-8", "SC-8(1)"), pci_dss_4=("4.2.1",), soc_2=("CC6.7",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_34",),
        trivy=("AVD-AWS-0012",),
        tfsec=("aws-cloudfront-enforce-https",),
        prowler=("cloudfront_distributions_https_enabled",),
        security_hub=("CloudFront.3",),
        config=("cloudfront-viewer-policy-https",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  default_cache_behavior {
    target_origin_id       = "site"
    viewer_protocol_policy = "redirect-to-https"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  default_cache_behavior {
    target_origin_id       = "site"
    viewer_protocol_policy = "https-only"
  }

  ordered_cache_behavior {
    path_pattern           = "/images/*"
    target_origin_id       = "site"
    viewer_protocol_policy = "allow-all"
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
        DefaultCacheBehavior:
          ViewerProtocolPolicy: https-only
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
        DefaultCacheBehavior:
          ViewerProtocolPolicy: allow-all
""",
        ),
    ),
)
