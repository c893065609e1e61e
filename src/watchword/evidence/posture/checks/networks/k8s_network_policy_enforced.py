"""Clusters whose network does not know of network policies."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from watchword.evidence.posture.clusters import LIVE_CLUSTER, example_cluster
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
from watchword.evidence.posture.workloads import Container, containers
from watchword.inventory import Asset, FrontEnd, UnknownValueError

# Parts of the names of images that make network policies hold. Each is its project's own name.
_ENFORCING: Final = (
    "antrea",
    "azure-npm",
    "calico",
    "canal",
    "cilium",
    "kindnet",
    "kube-network-policies",
    "kube-ovn",
    "kube-router",
    "ovn-kubernetes",
    "romana",
    "weave-npc",
)
# Amazon's makes them hold only where it is told to (Amazon EKS User Guide, "Limit Pod traffic").
_AGENT: Final = "network-policy-agent"
_OPTION: Final = "enable-network-policy"
_FLANNEL: Final = "flannel"  # its own documentation: "Flannel is focused on networking" and leaves policies to others


class _Seen(NamedTuple):
    """What the workloads of a cluster tell of its network."""

    enforcing: bool
    without: tuple[tuple[Asset, Container], ...]  # what carries packets and knows of no policies
    doubt: UnknownValueError | None


def judge(cluster: Asset, estate: Estate) -> Answer:
    told = estate.fact(_networks).get(cluster.root, _Seen(enforcing=False, without=(), doubt=None))
    if told.enforcing:
        return passed()
    if told.doubt is not None:
        raise told.doubt
    if not told.without:
        return not_applicable("what carries its packets is not among what is known here")
    workload, container = told.without[0]
    return failed(
        f"{workload.name} carries packets and knows of no network policies, and nothing else does",
        seen("name", cluster["name"]),
        seen(f"{workload.address}.{container.path}.image", container["image"]),
    )


def _networks(estate: Estate) -> dict[str, _Seen]:
    found: dict[str, _Seen] = {}
    for workload in estate.of("workload"):
        before = found.get(workload.root, _Seen(enforcing=False, without=(), doubt=None))
        if before.enforcing:
            continue
        try:
            found[workload.root] = _with(before, workload)
        except UnknownValueError as error:
            found[workload.root] = before._replace(doubt=before.doubt or error)
    return found


def _with(before: _Seen, workload: Asset) -> _Seen:
    without = list(before.without)
    for container, name in _images(workload):
        if any(part in name for part in _ENFORCING):
            return before._replace(enforcing=True)
        if _AGENT in name:
            if container["flags"][_OPTION].text(default="false") == "true":
                return before._replace(enforcing=True)
            without.append((workload, container))
        elif name.rpartition("/")[2] == _FLANNEL:
            without.append((workload, container))
    return before._replace(without=tuple(without))


def _images(workload: Asset) -> Iterator[tuple[Container, str]]:
    for container in containers(workload, kept=True):
        yield container, container["repository"].text(default="")


CHECK = Check(
    id="k8s-network-policy-enforced",
    title="The network of a cluster makes network policies hold",
    severity=Severity.HIGH,
    why="A cluster takes network policies in whether or not its network reads them. Where it does not, each policy "
    "looks as if it held, and every pod reaches every other.",
    remedy="Run a network plugin that enforces policies (Calico, Cilium, Antrea), or switch it on where yours can; "
    "then try a connection that a policy forbids.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    native_types=(LIVE_CLUSTER,),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7"), cis_kubernetes=("5.3.1",), pci_dss_4=("1.3.1",), iso_27001=("A.8.22",)
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: canal, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - {name: calico-node, image: "docker.io/calico/node:v3.30.1"}
        - {name: kube-flannel, image: "docker.io/flannel/flannel:v0.26.1"}
""",
            says="flannel carries, Calico decides",
        ),
        bad(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kube-flannel-ds, namespace: kube-flannel}
spec:
  template:
    spec:
      containers:
        - {name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.26.1"}
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.34.4-eks-1552ad0")
            + """---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - name: aws-eks-nodeagent
          image: registry.example/eks/aws-network-policy-agent:v1.2.1
          args: [--enable-ipv6=false, --enable-network-policy=true]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.34.4-eks-1552ad0")
            + """---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - name: aws-eks-nodeagent
          image: registry.example/eks/aws-network-policy-agent:v1.2.1
          args: [--enable-ipv6=false, --enable-network-policy=false]
""",
            says="there and switched off",
        ),
        outside(FrontEnd.KUBERNETES, example_cluster(version="v1.36.1"), says="nothing that is known"),
    ),
)
