"""Roles that open a shell in any pod, or talk to any machine's agent."""

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

_STEPS: Final = (
    ("create", "pods/exec"),
    ("get", "pods/exec"),
    ("create", "pods/attach"),
    ("get", "pods/attach"),
    ("create", "nodes/proxy"),
    ("get", "nodes/proxy"),
)


def judge(role: Asset, estate: Estate) -> Answer:
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    found = which(rules(role), _runs)
    if not found:
        return passed()
    if only_in_namespaces(role, estate):
        return not_applicable("the role holds in single namespaces alone")
    return failed(
        "its holder can run commands in any pod of the cluster",
        *(e for rule in found for e in rule.seen("resources", "verbs")),
    )


def _runs(rule: Rule) -> bool:
    return both(
        rule.on_all,
        lambda: not rule.allows_everything(),
        lambda: some(_STEPS, lambda step: rule.allows(step[0], step[1])),
    )


CHECK = Check(
    id="k8s-rbac-exec",
    title="No role runs commands in any pod of the cluster",
    severity=Severity.HIGH,
    why="A shell in any pod is every secret, token and connection that any pod has. `nodes/proxy` does the same past "
    "the API server: its audit log does not see it, and reading is enough.",
    remedy="Give `pods/exec` by a Role in the namespace where it is needed, for an hour. For metrics of machines ask "
    "`nodes/metrics` and `nodes/stats` in place of `nodes/proxy`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), cis_kubernetes=("5.1.10",), soc_2=("CC6.3",), iso_27001=("A.8.2",)
    ),
    known_as=KnownAs(
        checkov=("CKV2_K8S_2",),
        trivy=("AVD-KSV-0047", "AVD-KSV-0053"),
        polaris=("clusterrolePodExecAttach",),
        kubescape=("C-0002",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: agent
rules:
  - apiGroups: [""]
    resources: [nodes/metrics, pods/log]
    verbs: [get]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: support
rules:
  - apiGroups: [""]
    resources: [pods/exec]
    verbs: [create]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: agent
rules:
  - apiGroups: [""]
    resources: [nodes/proxy]
    verbs: [get]
""",
            says="reading is enough",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: support
  namespace: shop
rules:
  - apiGroups: [""]
    resources: [pods/exec]
    verbs: [create]
""",
        ),
    ),
)
