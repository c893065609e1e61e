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
    remedy="Set `endpoint_public_access = false` and `endpoint_private_access = true`, and reach it through a "
    "gateway that knows who asks. Of AKS set `private_cluster_enabled = true`; of GKE "
    "`enable_private_endpoint = true` in `private_cluster_config`.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("kubernetes_cluster",),
    providers=("aws", "azurerm", "google"),
    native_types=(
        "aws_eks_cluster",
        "AWS::EKS::Cluster",
        "live:AWS::EKS::Cluster",
        "azurerm_kubernetes_cluster",
        "google_container_cluster",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public_endpoint", "its API has an address on the Internet", default=True),
    references=(
        "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
        "https://learn.microsoft.com/en-us/azure/aks/private-clusters",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/private-cluster-concept",
    ),
    frameworks=Frameworks(nist_800_53=("AC-17", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_39", "CKV_AZURE_115", "CKV_GCP_18"),
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
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
  private_cluster_enabled = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  private_cluster_config {
    enable_private_endpoint = true
    enable_private_nodes    = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
}
""",
        ),
    ),
)
