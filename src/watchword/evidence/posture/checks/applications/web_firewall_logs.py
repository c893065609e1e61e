"""Web application firewalls of which nobody sees what they saw."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="web-firewall-logs",
    title="Web application firewalls log what they see",
    severity=Severity.MEDIUM,
    why="A firewall without logs tells neither what it stopped nor what it let through: rules cannot be tuned, and an "
    "attack that got past it leaves no trace there.",
    remedy="Add a logging configuration: `aws_wafv2_web_acl_logging_configuration` "
    "(`AWS::WAFv2::LoggingConfiguration`).",
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("web_firewall",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must("logs", "nothing is logged"),
    references=("https://docs.aws.amazon.com/waf/latest/developerguide/logging.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12", "SI-4"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(checkov=("CKV2_AWS_31",), prowler=("wafv2_webacl_logging_enabled",), security_hub=("WAF.11",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_wafv2_web_acl" "web" {
  name  = "web"
  scope = "REGIONAL"
}

resource "aws_wafv2_web_acl_logging_configuration" "web" {
  resource_arn            = aws_wafv2_web_acl.web.arn
  log_destination_configs = ["arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-web"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_wafv2_web_acl" "web" {
  name  = "web"
  scope = "REGIONAL"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
  Logs:
    Type: AWS::WAFv2::LoggingConfiguration
    Properties:
      ResourceArn: !GetAtt Web.Arn
      LogDestinationConfigs: [arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-web]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
""",
        ),
    ),
)
