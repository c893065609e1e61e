"""Roles that read every secret of a cluster."""

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
    not_applicable,
    outside,
    passed,
    which,
)
from watchword.evidence.posture.rbac import Rule, is_clusters_own, only_in_namespaces, rules
from watchword.inventory import Asset, FrontEnd, both, some

_VERBS: Final = ("get", "list", "watch")


def judge(role: Asset, estate: Estate) -> Answer:
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    found = which(rules(role), _reads)
    if not found:
        return passed()
    if only_in_namespaces(role, estate):
        return not_applicable("the role holds in single namespaces alone")
    return failed(
        "its holder reads every secret of the cluster", *(e for rule in found for e in rule.seen("resources", "verbs"))
    )


def _reads(rule: Rule) -> bool:
    return both(
        rule.on_all,
        lambda: not rule.allows_everything(),
        lambda: some(_VERBS, lambda verb: rule.allows(verb, "secrets")),
    )


CHECK = Check(
    id="k8s-rbac-secrets",
    title="No role reads every secret of the cluster",
    severity=Severity.HIGH,
    why="Among all secrets are tokens of accounts that may do more, keys of certificates and passwords of databases. "
    "`list` and `watch` give what they hold, not only their names.",
    remedy="Give the right by a Role in the namespaces where it is needed, or name the secrets by `resourceNames`. An "
    "operator that must read secrets can mostly be told which namespaces to look at.",
    function=Function.DATA_ACCESS,
    stage=Stage.ADVANCED,
    supports=(Function.ACCESS_MANAGEMENT,),
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), cis_kubernetes=("5.1.2",), soc_2=("CC6.1", "CC6.3"), iso_27001=("A.8.3",)
    ),
    known_as=KnownAs(
        checkov=("CKV2_K8S_5",), trivy=("AVD-KSV-0041",), kube_linter=("access-to-secrets",), kubescape=("C-0015",)
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: controller
rules:
  - apiGroups: [""]
    resources: [secrets]
    verbs: [get]
    resourceNames: [controller-tls]
  - apiGroups: [""]
    resources: [configmaps]
    verbs: [get, list, watch]
""",
            says="one that is named",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: controller
rules:
  - apiGroups: [""]
    resources: [configmaps, secrets]
    verbs: [list, watch]
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: controller
rules:
  - apiGroups: [""]
    resources: [secrets]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: controller
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: controller
subjects:
  - kind: ServiceAccount
    name: controller
    namespace: shop
""",
            says="granted in one namespace alone",
        ),
    ),
)
