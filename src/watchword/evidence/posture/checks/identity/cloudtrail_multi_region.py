"""Trails record every region."""

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
    value = trail["multi_region"]
    if value.boolean(default=False):
        return passed()
    return failed(
        "it records one region alone", seen("multi_region", value), fix=mend(trail, "multi_region", True, "turn it on")
    )


CHECK = Check(
    id="cloudtrail-multi-region",
    title="Trails record every region",
    severity=Severity.MEDIUM,
    why="What is done in a region that nobody uses is what an intruder does: it leaves no trace where no trail looks.",
    remedy="Set `is_multi_region_trail = true` (`IsMultiRegionTrail: true`).",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("log_trail",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12"), cis_aws=("3.1",), pci_dss_4=("10.2.1",), soc_2=("CC7.2",), iso_27001=("A.8.15",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_67",),
        trivy=("AVD-AWS-0014",),
        tfsec=("aws-cloudtrail-enable-all-regions",),
        prowler=("cloudtrail_multi_region_enabled",),
        security_hub=("CloudTrail.1",),
        config=("multi-region-cloudtrail-enabled",),
    ),
    supports=(Function.NETWORKS_VISIBILITY, Function.APPLICATIONS_VISIBILITY, Function.DATA_VISIBILITY),
    examples=(
        good(FrontEnd.TERRAFORM, 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  is_multi_region_trail = true\n}\n'),
        bad(FrontEnd.TERRAFORM, 'resource "aws_cloudtrail" "t" {\n  name = "t"\n}\n', says="off by default"),
        good(
            FrontEnd.CLOUDFORMATION,
            "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsMultiRegionTrail: true\n",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsMultiRegionTrail: false\n",
        ),
    ),
)
