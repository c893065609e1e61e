"""Namespaces whose pods may talk to anybody."""

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
    return failed("no network policy says where all of its pods may go", seen("name", namespace["name"]))


def _closes(policy: Asset) -> bool:
    return both(
        lambda: selects_all(policy["pods"]),
        lambda: "Egress" in policy["types"],
        lambda: (
            not some(policy["egress"].each(), lambda rule: both(lambda: not rule["peers"], lambda: not rule["ports"]))
        ),
    )


CHECK = Check(
    id="k8s-default-deny-egress",
    title="Namespaces let nothing out that no policy names",
    severity=Severity.LOW,
    why="What was taken over calls home, fetches tools and carries data away. A pod that may only go where it has "
    "business can do none of these.",
    remedy="Add a NetworkPolicy with `podSelector: {}` and `policyTypes: [Egress]`, one that lets DNS through, and one "
    "for each connection that is wanted.",
    function=Function.TRAFFIC_MANAGEMENT,
    stage=Stage.ADVANCED,
    supports=(Function.NETWORK_SEGMENTATION,),
    kinds=("namespace",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
    frameworks=Frameworks(
        nist_800_53=("AC-4", "SC-7", "SC-7(5)"), cis_kubernetes=("5.3.2",), pci_dss_4=("1.3.2",), iso_27001=("A.8.22",)
    ),
    known_as=KnownAs(kubescape=("C-0030",)),
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
  policyTypes: [Ingress, Egress]
  egress:
    - ports:
        - {port: 53, protocol: UDP}
""",
            says="nothing but names",
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
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
            says="ingress alone",
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
