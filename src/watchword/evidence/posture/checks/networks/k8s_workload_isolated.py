"""Pods that no network policy selects, where their namespace is declared elsewhere."""

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
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.workloads import (
    SYSTEM_NAMESPACES,
    Selecting,
    namespace_of,
    network_policies,
    raise_where_others_decide,
    selects_all,
)
from watchword.inventory import Asset, FrontEnd, both, some
from watchword.inventory.selectors import selects


def judge(workload: Asset, estate: Estate) -> Answer:
    if workload["host_network"].is_known and workload["host_network"]:
        return not_applicable("network policies do not meet pods in their machine's network")
    namespace = namespace_of(workload)
    if namespace in SYSTEM_NAMESPACES:
        return not_applicable("the namespace is the cluster's own")
    if estate.named(workload["namespace"], workload):
        return not_applicable("its namespace is declared, and judged as a whole")
    about = frozenset(policy.uid for policy in network_policies(namespace, workload.root, estate))
    near = (policy for policy in estate.fact(_policies).near(workload) if policy.uid in about)
    if some(near, lambda policy: both(lambda: "Ingress" in policy["types"], lambda: _selects(policy, workload))):
        return passed()
    raise_where_others_decide(estate)
    return failed("no network policy selects its pods", seen("labels", workload["labels"]))


def _policies(estate: Estate) -> Selecting:
    return Selecting(estate.of("network_policy"), lambda policy: policy["pods"]["labels"])


def _selects(policy: Asset, workload: Asset) -> bool:
    return selects_all(policy["pods"]) or selects(policy["pods"], workload["labels"])


CHECK = Check(
    id="k8s-workload-isolated",
    title="A network policy says who may reach a pod",
    severity=Severity.LOW,
    why="Where no network policy selects a pod, every pod of the cluster reaches every port of it.",
    remedy="Add a NetworkPolicy that selects its labels and names who may come in; better, one for all pods of the "
    "namespace.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), cis_kubernetes=("5.3.2",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV2_K8S_6",),
        polaris=("missingNetworkPolicy",),
        kube_linter=("non-isolated-pod",),
        kube_score=("pod-networkpolicy",),
        kubescape=("C-0260",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels: {app: web}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: ingress}
""",
        ),
        bad(
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
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
""",
        ),
    ),
)
