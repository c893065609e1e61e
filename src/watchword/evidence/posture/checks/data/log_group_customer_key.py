"""Log groups that are encrypted with a key of the account."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="log-group-customer-key",
    title="Log groups are encrypted with a key of the account",
    severity=Severity.LOW,
    why="Logs quote requests, addresses and now and then a token. A key of the account keeps them from "
    "whoever may merely read logs.",
    remedy="Name a key: `kms_key_id` (`KmsKeyId`), whose policy lets the logs service use it.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("log_group",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("key", "it is encrypted with the service's own key"),
    references=("https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",),
    frameworks=Frameworks(nist_800_53=("AU-9", "SC-28"), iso_27001=("A.8.15", "A.8.24")),
    known_as=KnownAs(
        checkov=("CKV_AWS_158",),
        trivy=("AVD-AWS-0017",),
        tfsec=("aws-cloudwatch-log-group-customer-key",),
        prowler=("cloudwatch_log_group_kms_encryption_enabled",),
        cfn_nag=("W84",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudwatch_log_group" "app" {
  name       = "app"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/k"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudwatch_log_group" "app" {
  name = "app"
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
      KmsKeyId: arn:aws:kms:eu-west-1:111122223333:key/k
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  App:
    Type: AWS::Logs::LogGroup
""",
        ),
    ),
)
