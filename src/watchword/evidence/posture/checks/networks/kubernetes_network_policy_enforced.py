"""Clusters whose network ignores network policies."""

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
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError

_PLUGIN: Final = "vpc-cni"


def judge(cluster: Asset, estate: Estate) -> Answer:
    found = [one for one in estate.of("cluster_addon") if cluster in estate.named(one["cluster"], one)]
    plugins = which(found, lambda one: one["addon"] == _PLUGIN)
    if not plugins:
        reason = Reason(ReasonKind.REFERENCE, "which network plugin it has is not declared here", cluster.place)
        raise UnknownValueError((reason,), cluster.place)
    for plugin in plugins:
        if plugin["configuration"]["enableNetworkPolicy"].text(default="false").lower() == "true":
            return passed()
    return failed(
        "its network plugin does not enforce network policies",
        seen(f"{plugins[0].address}.configuration", plugins[0]["configuration"]),
    )


CHECK = Check(
    id="kubernetes-network-policy-enforced",
    title="The network of clusters enforces network policies",
    severity=Severity.MEDIUM,
    why="A plugin that does not know network policies takes them in and does nothing: everybody believes that pods are "
    "kept apart, and all reach all.",
    remedy='Set `enableNetworkPolicy: "true"` in the configuration of the `vpc-cni` add-on, or run another plugin '
    "that enforces policies.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    providers=("aws",),
    native_types=("aws_eks_cluster", "AWS::EKS::Cluster"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7", "SC-7(5)"), cis_kubernetes=("5.3.1",), iso_27001=("A.8.22",)),
    known_as=KnownAs(prowler=("eks_cluster_network_policy_enabled",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "shop" {
  name = "shop"
}

resource "aws_eks_addon" "network" {
  cluster_name         = aws_eks_cluster.shop.name
  addon_name           = "vpc-cni"
  configuration_values = jsonencode({ enableNetworkPolicy = "true" })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "shop" {
  name = "shop"
}

resource "aws_eks_addon" "network" {
  cluster_name = aws_eks_cluster.shop.name
  addon_name   = "vpc-cni"
}
""",
            says="off by default",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "aws_eks_cluster" "shop" {
  name = "shop"
}
""",
            says="the plugin may be set up elsewhere",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::EKS::Cluster
    Properties:
      Name: shop
  Network:
    Type: AWS::EKS::Addon
    Properties:
      ClusterName: !Ref Shop
      AddonName: vpc-cni
      ConfigurationValues: '{"enableNetworkPolicy": "true"}'
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::EKS::Cluster
    Properties:
      Name: shop
  Network:
    Type: AWS::EKS::Addon
    Properties:
      ClusterName: !Ref Shop
      AddonName: vpc-cni
      ConfigurationValues: '{"enableNetworkPolicy": "false"}'
""",
        ),
    ),
)
