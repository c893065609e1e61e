"""Namespaces whose pods anybody in the cluster may reach."""

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
    unsure,
)
from watchword.evidence.posture.workloads import (
    SYSTEM_NAMESPACES,
    network_policies,
    raise_where_others_decide,
    selects_all,
)
from watchword.inventory import Asset, FrontEnd, both, some


def judge(namespace: Asset, estate: Estate) -> Answer:
    name = namespace["name"].text(default="")
    if name in SYSTEM_NAMESPACES:
        return not_applicable("the namespace is the cluster's own")
    policies = network_policies(name, namespace.root, estate)
    if some(policies, _closes):
        return passed()
    raise_where_others_decide(estate)
    return failed("no network policy is for all of its pods", seen("name", namespace["name"]))


def _closes(policy: Asset) -> bool:
    """Whether it is about all pods, and lets in fewer than everybody."""
    return both(
        lambda: selects_all(policy["pods"]),
        lambda: "Ingress" in policy["types"],
        lambda: not some(policy["ingress"].each(), lambda rule: not bool(rule["peers"])),
    )


CHECK = Check(
    id="k8s-default-deny-ingress",
    title="Namespaces let nothing in that no policy names",
    severity=Severity.MEDIUM,
    why="Where no network policy selects a pod, every pod of the cluster reaches every port of it. One pod that was "
    "taken over then reaches all others.",
    remedy="Add a NetworkPolicy with `podSelector: {}` and `policyTypes: [Ingress]` to the namespace, and one for each "
    "connection that is wanted.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("namespace",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7", "SC-7(5)"), cis_kubernetes=("5.3.2",), pci_dss_4=("1.3.1",), iso_27001=("A.8.22",)
    ),
    known_as=KnownAs(checkov=("CKV2_K8S_6",), polaris=("missingNetworkPolicy",), kubescape=("C-0030", "C-0260")),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: within
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector: {}
""",
            says="only from the namespace itself",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-all
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - {}
""",
            says="a policy that lets everybody in",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: other
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
            says="a policy of another namespace",
        ),
        unsure(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: default-deny
spec:
  endpointSelector: {}
  ingress:
    - {}
""",
            says="policies in another's words",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: kube-system
""",
        ),
    ),
)
