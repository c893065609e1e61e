"""Clusters whose API has an address on the Internet."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="kubernetes-api-public",
    title="The API of Kubernetes clusters is not on the Internet",
    severity=Severity.MEDIUM,
    why="A flaw in the API server, or one credential that leaked, is enough where everybody can reach it.",
    remedy="Set `endpoint_public_access = false` and `endpoint_private_access = true`, and reach it through "
    "a gateway that knows who asks.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("kubernetes_cluster",),
    providers=("aws",),
    native_types=("aws_eks_cluster", "AWS::EKS::Cluster", "live:AWS::EKS::Cluster"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public_endpoint", "its API has an address on the Internet", default=True),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",),
    frameworks=Frameworks(nist_800_53=("AC-17", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_39",),
        trivy=("AVD-AWS-0040",),
        tfsec=("aws-eks-no-public-cluster-access",),
        security_hub=("EKS.1",),
        config=("eks-endpoint-no-public-access",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids              = ["subnet-a", "subnet-b"]
    endpoint_public_access  = false
    endpoint_private_access = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids = ["subnet-a", "subnet-b"]
  }
}
""",
            says="public by default",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EKS::Cluster
    Properties:
      ResourcesVpcConfig:
        EndpointPublicAccess: false
        EndpointPrivateAccess: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EKS::Cluster
    Properties:
      ResourcesVpcConfig:
        SubnetIds: [subnet-a]
""",
        ),
    ),
)
