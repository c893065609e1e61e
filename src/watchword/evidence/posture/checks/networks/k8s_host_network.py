"""Pods that stand in their machine's network."""

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
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.workloads import CONTROL_PLANE, is_control_plane
from watchword.inventory import Asset, FrontEnd


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    if workload["host_network"].boolean(default=False):
        return failed(
            "the pod has the machine's network",
            seen("host_network", workload["host_network"]),
            fix=mend(workload, "host_network", False, "give it a network of its own"),
        )
    return passed()


CHECK = Check(
    id="k8s-host-network",
    title="Pods have a network of their own",
    severity=Severity.MEDIUM,
    why="A pod in the machine's network is met by no network policy, reaches what listens on the machine's own "
    "addresses, the cloud's metadata among it, and can listen to what others send.",
    remedy="Leave `hostNetwork` out, and reach the pod through a Service. Network agents that must have it belong in "
    "a namespace of their own, with a waiver that says why.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
    frameworks=Frameworks(nist_800_53=("SC-7", "AC-4"), cis_kubernetes=("5.2.5",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_19",),
        trivy=("AVD-KSV-0009",),
        polaris=("hostNetworkSet",),
        kube_linter=("host-network",),
        kubescape=("C-0041",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: true
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: kube-scheduler
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
    - name: kube-scheduler
      image: registry.k8s.io/kube-scheduler:v1.34.0
      command: [kube-scheduler, --leader-elect=true]
""",
            says="a part of the control plane",
        ),
    ),
)
