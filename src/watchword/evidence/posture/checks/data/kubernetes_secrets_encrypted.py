"""Clusters whose secrets are encrypted with a key of the account."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="kubernetes-secrets-encrypted",
    title="Secrets of Kubernetes clusters are encrypted with a key of the account",
    severity=Severity.MEDIUM,
    why="Secrets lie in the cluster's store, which the provider encrypts as a disk. Envelope encryption "
    "with a key of the account keeps a copy of the store from being read, and records each opening.",
    remedy="Add `encryption_config` for `secrets` with a key of KMS (`EncryptionConfig`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("kubernetes_cluster",),
    providers=("aws",),
    native_types=("aws_eks_cluster", "AWS::EKS::Cluster", "live:AWS::EKS::Cluster"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("secrets_key", "secrets are not encrypted with a key of the account"),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html",),
    frameworks=Frameworks(nist_800_53=("SC-12", "SC-28"), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_58",),
        trivy=("AVD-AWS-0039",),
        tfsec=("aws-eks-encrypt-secrets",),
        prowler=("eks_cluster_kms_cmk_encryption_in_secrets_enabled",),
        security_hub=("EKS.3",),
        config=("eks-secrets-encrypted",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name = "main"

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k"
    }
  }
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
      EncryptionConfig:
        - Resources: [secrets]
          Provider:
            KeyArn: arn:aws:kms:eu-west-1:111122223333:key/k
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
