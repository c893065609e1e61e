"""Content networks with a web application firewall."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cloudfront-firewall",
    title="Content networks have a web application firewall",
    severity=Severity.LOW,
    why="A firewall that reads requests stops the common attacks and slows the rest, before they reach "
    "the application.",
    remedy="Name a web ACL in `web_acl_id` (`WebACLId`).",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("content_network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("firewall", "no web application firewall stands before it"),
    references=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html",),
    frameworks=Frameworks(nist_800_53=("SC-5", "SC-7", "SI-4"), pci_dss_4=("6.4.2",), iso_27001=("A.8.20",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_68",),
        trivy=("AVD-AWS-0011",),
        tfsec=("aws-cloudfront-enable-waf",),
        prowler=("cloudfront_distributions_using_waf",),
        security_hub=("CloudFront.6",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_wafv2_web_acl" "site" {
  name  = "site"
  scope = "CLOUDFRONT"
}

resource "aws_cloudfront_distribution" "site" {
  web_acl_id = aws_wafv2_web_acl.site.arn
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudfront_distribution" "site" {
  enabled = true
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
        WebACLId: arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1
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
        Enabled: true
""",
        ),
    ),
)
