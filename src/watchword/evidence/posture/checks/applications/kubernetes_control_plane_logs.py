"""Clusters whose API keeps an audit log."""

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


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    logs = cluster["log_types"]
    if "audit" in logs:
        return passed()
    fix = mend(cluster, "log_types", ("audit",), "keep the audit log")
    return failed("it keeps no audit log", seen("log_types", logs), fix=fix)


CHECK = Check(
    id="kubernetes-control-plane-logs",
    title="The API of Kubernetes clusters keeps an audit log",
    severity=Severity.MEDIUM,
    why="Who read the secrets, and who started what, is in the audit log alone.",
    remedy="Add `audit` and `authenticator` to `enabled_cluster_log_types` (`Logging`), with `api`.",
    function=Function.APPLICATIONS_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("aws",),
    native_types=("aws_eks_cluster", "AWS::EKS::Cluster", "live:AWS::EKS::Cluster"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12"), pci_dss_4=("10.2.1",), soc_2=("CC7.2",), iso_27001=("A.8.15",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_37",),
        trivy=("AVD-AWS-0038",),
        tfsec=("aws-eks-enable-control-plane-logging",),
        prowler=("eks_control_plane_logging_all_types_enabled",),
        security_hub=("EKS.8",),
        config=("eks-cluster-logging-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name                      = "main"
  enabled_cluster_log_types = ["api", "audit", "authenticator"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name                      = "main"
  enabled_cluster_log_types = ["api"]
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name = "main"
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
      Logging:
        ClusterLogging:
          EnabledTypes:
            - Type: audit
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EKS::Cluster
    Properties:
      Name: main
""",
        ),
    ),
)
