"""Search clusters that keep an audit log."""

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
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(domain: Asset, estate: Estate) -> Answer:
    del estate
    logs = domain["log_types"]
    return passed() if "AUDIT_LOGS" in logs else failed("it keeps no audit log", seen("log_types", logs))


CHECK = Check(
    id="search-audit-logs",
    title="Search clusters keep an audit log",
    severity=Severity.LOW,
    why="Who searched for what is known from the audit log alone.",
    remedy="Add `log_publishing_options` of type `AUDIT_LOGS` (`LogPublishingOptions`).",
    function=Function.DATA_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("search_domain",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/audit-logs.html",),
    frameworks=Frameworks(nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_84", "CKV_AWS_317"),
        trivy=("AVD-AWS-0042",),
        tfsec=("aws-elastic-search-enable-domain-logging",),
        prowler=("opensearch_service_domains_audit_logging_enabled",),
        security_hub=("ES.5", "Opensearch.5"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:audit"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  log_publishing_options {
    log_type                 = "INDEX_SLOW_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:slow"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::OpenSearchService::Domain
    Properties:
      LogPublishingOptions:
        AUDIT_LOGS:
          Enabled: true
          CloudWatchLogsLogGroupArn: arn:aws:logs:eu-west-1:111122223333:log-group:audit
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Logs:
    Type: AWS::OpenSearchService::Domain
    Properties:
      DomainName: logs
""",
        ),
    ),
)
