"""Log files of trails are signed."""

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


def judge(trail: Asset, estate: Estate) -> Answer:
    del estate
    value = trail["validation"]
    if value.boolean(default=False):
        return passed()
    return failed(
        "its files are not signed", seen("validation", value), fix=mend(trail, "validation", True, "turn it on")
    )


CHECK = Check(
    id="cloudtrail-validation",
    title="Log files of trails are signed",
    severity=Severity.MEDIUM,
    why="Without signed digests, nobody can tell whether a log file was changed or removed after the fact.",
    remedy="Set `enable_log_file_validation = true` (`EnableLogFileValidation: true`).",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("log_trail",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-9", "SI-7"), cis_aws=("3.2",), pci_dss_4=("10.3.4",), soc_2=("CC7.2",), iso_27001=("A.8.15",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_36",),
        trivy=("AVD-AWS-0016",),
        tfsec=("aws-cloudtrail-enable-log-validation",),
        prowler=("cloudtrail_log_file_validation_enabled",),
        security_hub=("CloudTrail.4",),
        config=("cloud-trail-log-file-validation-enabled",),
    ),
    supports=(Function.NETWORKS_VISIBILITY, Function.APPLICATIONS_VISIBILITY, Function.DATA_VISIBILITY),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            'resource "aws_cloudtrail" "t" {\n  name = "t"\n  enable_log_file_validation = true\n}\n',
        ),
        bad(FrontEnd.TERRAFORM, 'resource "aws_cloudtrail" "t" {\n  name = "t"\n}\n', says="off by default"),
        good(
            FrontEnd.CLOUDFORMATION,
            "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n"
            "    Properties:\n      EnableLogFileValidation: true\n",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n"
            "    Properties:\n      EnableLogFileValidation: false\n",
        ),
    ),
)
