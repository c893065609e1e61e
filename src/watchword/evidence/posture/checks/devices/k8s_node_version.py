"""Machines of a cluster whose agent is too old, or too new, for its API server."""

from typing import Final

from watchword.evidence.posture.clusters import cluster_of, example_cluster, minor_of
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

# Kubernetes, "Version Skew Policy", kubelet: three minor versions behind; two before 1.25; never ahead.
_BEHIND: Final = 3
_BEHIND_BEFORE: Final = 2
_SINCE: Final = 25


def judge(node: Asset, estate: Estate) -> Answer:
    cluster = cluster_of(node, estate)
    if cluster is None:
        return not_applicable("the version of the cluster it is in is not told")
    server, kubelet = minor_of(cluster["version"]), minor_of(node["kubelet_version"])
    behind = _BEHIND if kubelet >= _SINCE else _BEHIND_BEFORE
    if server - behind <= kubelet <= server:
        return passed()
    which = "older" if kubelet < server else "newer"
    return failed(
        f"its kubelet is {which} than the API server of its cluster supports",
        seen("kubelet_version", node["kubelet_version"]),
        seen("cluster.version", cluster["version"]),
    )


CHECK = Check(
    id="k8s-node-version",
    title="Machines of a cluster keep up with its version",
    severity=Severity.MEDIUM,
    why="A machine that was left behind has the flaws of its version, and nobody tests what a newer API server asks "
    "of it: what the server takes for granted, the machine may not enforce.",
    remedy="Replace the machine, or raise its kubelet: at most three minor versions behind the API server, and never "
    "ahead of it.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("cluster_node",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/releases/version-skew-policy/",),
    frameworks=Frameworks(nist_800_53=("CM-8", "SI-2"), pci_dss_4=("6.3.3",), iso_27001=("A.8.8",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: v1
kind: Node
metadata:
  name: node-1
status:
  nodeInfo: {kubeletVersion: v1.33.4}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: v1
kind: Node
metadata:
  name: node-1
status:
  nodeInfo: {kubeletVersion: v1.32.4}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.34.1")
            + """---
apiVersion: v1
kind: Node
metadata:
  name: node-1
status:
  nodeInfo: {kubeletVersion: v1.35.0}
""",
            says="ahead of its server",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Node
metadata:
  name: node-1
status:
  nodeInfo: {kubeletVersion: v1.20.4}
""",
            says="a list of machines alone",
        ),
    ),
)
