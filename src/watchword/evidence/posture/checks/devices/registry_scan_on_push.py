"""Image registries that look for known flaws in what arrives."""

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
    not_applicable,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_REGISTRY: Final = ("aws_ecr_registry_scanning_configuration",)


def judge(registry: Asset, estate: Estate) -> Answer:
    scan = registry["scan_on_push"]
    if scan.boolean(default=False):
        return passed()
    if any(one.root == registry.root for one in estate.typed(*_REGISTRY)):
        return not_applicable("the whole registry's scanning is declared beside it")
    return failed(
        "images are not scanned", seen("scan_on_push", scan), fix=mend(registry, "scan_on_push", True, "scan images")
    )


CHECK = Check(
    id="registry-scan-on-push",
    title="Images are scanned when they arrive",
    severity=Severity.MEDIUM,
    why="Most of an image is other people's code. Its known flaws are found for free when it is pushed, "
    "before it runs.",
    remedy="Set `scan_on_push = true`, or scan the whole registry (`aws_ecr_registry_scanning_configuration`).",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("registry",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",),
    frameworks=Frameworks(nist_800_53=("RA-5", "SI-2"), pci_dss_4=("6.3.1",), iso_27001=("A.8.8",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_163",),
        trivy=("AVD-AWS-0030",),
        tfsec=("aws-ecr-enable-image-scans",),
        prowler=("ecr_repositories_scan_images_on_push_enabled",),
        security_hub=("ECR.1",),
        config=("ecr-private-image-scanning-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecr_repository" "shop" {
  name = "shop"

  image_scanning_configuration {
    scan_on_push = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecr_repository" "shop" {
  name = "shop"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECR::Repository
    Properties:
      ImageScanningConfiguration:
        ScanOnPush: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECR::Repository
""",
        ),
    ),
)
