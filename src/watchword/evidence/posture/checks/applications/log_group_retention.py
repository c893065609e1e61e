"""Log groups that are kept for a year."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_LEAST: Final = 365


def judge(group: Asset, estate: Estate) -> Answer:
    del estate
    days = group["retention_days"]
    if days.number(default=0) == 0 or days.number(default=0) >= _LEAST:
        return passed()
    return failed(
        "logs are kept for less than a year",
        seen("retention_days", days),
        fix=mend(group, "retention_days", _LEAST, "keep logs for a year"),
    )


CHECK = Check(
    id="log-group-retention",
    title="Logs are kept for a year",
    severity=Severity.LOW,
    why="Break-ins are found after months. Logs that are gone by then tell nothing.",
    remedy="Set `retention_in_days = 365` or more; 0, or none, keeps them for ever. Of Azure's workspaces "
    "`retention_in_days`, of Google's log buckets `retention_days`, both 30 by default.",
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("log_group",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
        "https://learn.microsoft.com/en-us/azure/azure-monitor/logs/data-retention-configure",
        "https://cloud.google.com/logging/docs/buckets",
    ),
    frameworks=Frameworks(nist_800_53=("AU-11",), pci_dss_4=("10.5.1",), iso_27001=("A.8.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_66", "CKV_AWS_338"),
        prowler=("cloudwatch_log_group_retention_policy_specific_days_enabled",),
        cfn_nag=("W86",),
        security_hub=("CloudWatch.16",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudwatch_log_group" "app" {
  name              = "app"
  retention_in_days = 400
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudwatch_log_group" "app" {
  name = "app"
}
""",
            says="for ever",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudwatch_log_group" "app" {
  name              = "app"
  retention_in_days = 14
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 365
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 7
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_log_analytics_workspace" "main" {
  name                = "main"
  resource_group_name = "main"
  location            = "westeurope"
  retention_in_days   = 365
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_logging_project_bucket_config" "audit" {
  project   = "shop"
  location  = "global"
  bucket_id = "audit"
}
""",
        ),
    ),
)
