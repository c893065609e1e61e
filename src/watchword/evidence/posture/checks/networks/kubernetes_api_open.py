"""Clusters whose public API answers everybody."""

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
    which,
)
from watchword.evidence.posture.networks import is_everywhere
from watchword.inventory import Asset, FrontEnd


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    maybe = [cidr for cidr in cluster["public_cidrs"].each() if cidr.is_unknown or is_everywhere(cidr)]
    if not maybe or not cluster["public_endpoint"].boolean(default=True):
        return passed()
    anybody = which(maybe, is_everywhere)
    return failed("anybody may ask its API", *(seen("public_cidrs", cidr) for cidr in anybody)) if anybody else passed()


CHECK = Check(
    id="kubernetes-api-open",
    title="The API of Kubernetes clusters answers known networks alone",
    severity=Severity.HIGH,
    why="An API that answers the whole Internet is tried by the whole Internet.",
    remedy="Name your own networks in `public_access_cidrs`, or turn the public endpoint off. Of AKS name them "
    "in `authorized_ip_ranges` of `api_server_access_profile`; of GKE in "
    "`master_authorized_networks_config`.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
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
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
        "https://learn.microsoft.com/en-us/azure/aks/api-server-authorized-ip-ranges",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks",
    ),
    frameworks=Frameworks(nist_800_53=("AC-17", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_38", "CKV_AZURE_6", "CKV_GCP_20"),
        trivy=("AVD-AWS-0041", "AVD-GCP-0061", "AVD-GCP-0053"),
        tfsec=("aws-eks-no-public-cluster-access-to-cidr", "google-gke-no-public-control-plane"),
        prowler=("eks_cluster_not_publicly_accessible",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    public_access_cidrs = ["198.51.100.0/24"]
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
    endpoint_private_access = true
  }
}
""",
            says="by default",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::EKS::Cluster
    Properties:
      ResourcesVpcConfig:
        PublicAccessCidrs: [198.51.100.0/24]
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
        PublicAccessCidrs: [0.0.0.0/0]
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
  api_server_access_profile {
    authorized_ip_ranges = ["198.51.100.0/24"]
  }
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
resource "azurerm_kubernetes_cluster" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "main"
  dns_prefix          = "main"
  private_cluster_enabled = true
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "198.51.100.0/24"
    }
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
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "0.0.0.0/0"
    }
  }
}
""",
        ),
    ),
)
