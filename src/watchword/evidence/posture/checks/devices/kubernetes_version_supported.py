"""Clusters with a version of Kubernetes that is out of standard support."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_FIRST: Final = 32  # 1.31 left standard support on 2025-11-26 (Amazon EKS User Guide)


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    version = cluster["version"]
    if version.is_absent:
        return passed()  # the newest that there is, when it is made
    minor = version.text().partition(".")[2].partition(".")[0]
    if not minor.isdigit() or int(minor) >= _FIRST:
        return passed()
    return failed(f"Kubernetes {version.text()} is out of standard support", seen("version", version))


CHECK = Check(
    id="kubernetes-version-supported",
    title="Versions of Kubernetes are supported",
    severity=Severity.MEDIUM,
    why="Out of support, flaws of the control plane and of what runs beside it stay.",
    remedy="Move to a version in standard support, one minor version at a time.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("aws",),
    native_types=("aws_eks_cluster", "AWS::EKS::Cluster", "live:AWS::EKS::Cluster"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",),
    frameworks=Frameworks(nist_800_53=("SA-22", "SI-2"), pci_dss_4=("6.3.3",), iso_27001=("A.8.8",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_339",),
        prowler=("eks_cluster_uses_a_supported_version",),
        security_hub=("EKS.2",),
        config=("eks-cluster-supported-version",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name    = "main"
  version = "1.33"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name    = "main"
  version = "1.24"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EKS::Cluster
    Properties:
      Version: "1.34"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EKS::Cluster
    Properties:
      Version: "1.27"
""",
        ),
    ),
)
