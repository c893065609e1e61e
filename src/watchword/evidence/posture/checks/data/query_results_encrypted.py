"""Answers of queries that lie about unencrypted, or as the asker likes."""

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


def judge(group: Asset, estate: Estate) -> Answer:
    del estate
    if not group["encrypted"].boolean(default=False):
        return failed("nothing says that answers are encrypted", seen("encrypted", group["encrypted"]))
    if not group["enforced"].boolean(default=True):
        return failed("who asks may have answers written unencrypted", seen("enforced", group["enforced"]))
    return passed()


CHECK = Check(
    id="query-results-encrypted",
    title="Answers of queries are encrypted, whoever asks",
    severity=Severity.MEDIUM,
    why="A query's answer is a copy of the data, in another bucket, with other readers. It is as sensitive as what it "
    "was taken from.",
    remedy="Set `encryption_configuration` for the workgroup's results, and leave "
    "`enforce_workgroup_configuration` on.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("query_results",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html",),
    frameworks=Frameworks(nist_800_53=("SC-28", "SC-13"), pci_dss_4=("3.5.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_82", "CKV_AWS_159"),
        trivy=("AVD-AWS-0006", "AVD-AWS-0007"),
        prowler=("athena_workgroup_encryption", "athena_workgroup_enforce_configuration"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_athena_workgroup" "reports" {
  name = "reports"

  configuration {
    result_configuration {
      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = "arn:aws:kms:eu-west-1:111122223333:key/1"
      }
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_athena_workgroup" "reports" {
  name = "reports"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_athena_workgroup" "reports" {
  name = "reports"

  configuration {
    enforce_workgroup_configuration = false

    result_configuration {
      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}
""",
            says="who asks may have it otherwise",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reports:
    Type: AWS::Athena::WorkGroup
    Properties:
      Name: reports
      WorkGroupConfiguration:
        ResultConfiguration:
          EncryptionConfiguration:
            EncryptionOption: SSE_S3
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reports:
    Type: AWS::Athena::WorkGroup
    Properties:
      Name: reports
""",
        ),
    ),
)
