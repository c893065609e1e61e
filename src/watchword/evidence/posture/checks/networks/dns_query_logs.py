"""Public zones whose queries are logged."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import must
from watchword.inventory import Asset, FrontEnd


def _private(zone: Asset) -> str:
    return "a private zone is asked from networks, whose resolver has a log of its own" if zone["private"] else ""


CHECK = Check(
    id="dns-query-logs",
    title="Queries of public zones are logged",
    severity=Severity.LOW,
    why="The names that are asked for show scans, misuse and takeovers of forgotten names before anything else does.",
    remedy="Add `aws_route53_query_log` (`QueryLoggingConfig`) for the zone.",
    function=Function.NETWORKS_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("dns_zone",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("query_logs", "queries are not logged", unless=_private),
    references=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "SI-4"), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_39",),
        prowler=("route53_public_hosted_zones_cloudwatch_logging_enabled",),
        security_hub=("Route53.2",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_route53_zone" "example" {
  name = "example.org"
}

resource "aws_route53_query_log" "example" {
  zone_id                  = aws_route53_zone.example.zone_id
  cloudwatch_log_group_arn = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/example.org"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_route53_zone" "example" {
  name = "example.org"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_route53_zone" "inside" {
  name = "example.internal"

  vpc {
    vpc_id = "vpc-0123456789abcdef0"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Zone:
    Type: AWS::Route53::HostedZone
    Properties:
      Name: example.org
      QueryLoggingConfig:
        CloudWatchLogsLogGroupArn: arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/example.org
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Zone:
    Type: AWS::Route53::HostedZone
    Properties:
      Name: example.org
""",
        ),
    ),
)
