"""Roles whose holder can give themselves more, or act as somebody else."""

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
    passed,
    which,
)
from watchword.evidence.posture.rbac import CORE, RBAC, Rule, is_clusters_own, only_in_namespaces, rules
from watchword.inventory import Asset, FrontEnd, both, some

# (verb, resource, group): Kubernetes, "Role Based Access Control Good Practices", privilege escalation risks.
_STEPS: Final = (
    ("escalate", "clusterroles", RBAC),
    ("escalate", "roles", RBAC),
    ("bind", "clusterroles", RBAC),
    ("bind", "roles", RBAC),
    ("impersonate", "users", CORE),
    ("impersonate", "groups", CORE),
    ("impersonate", "serviceaccounts", CORE),
)
_TOKENS: Final = ("create", "serviceaccounts/token", CORE)


def judge(role: Asset, estate: Estate) -> Answer:
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    steps = _STEPS if only_in_namespaces(role, estate) else (*_STEPS, _TOKENS)
    found = which(rules(role), lambda rule: _escalates(rule, steps))
    if not found:
        return passed()
    return failed(
        "its holder can get more than it gives", *(e for rule in found for e in rule.seen("verbs", "resources"))
    )


def _escalates(rule: Rule, steps: tuple[tuple[str, str, str], ...]) -> bool:
    return both(
        rule.on_all,
        lambda: not rule.allows_everything(),
        lambda: some(steps, lambda step: rule.allows(step[0], step[1], group=step[2])),
    )


CHECK = Check(
    id="k8s-rbac-escalation",
    title="No role lets its holder take more than it gives",
    severity=Severity.HIGH,
    why="`escalate` writes rights into a role that one does not have, `bind` takes such a role, `impersonate` acts as "
    "anybody, and a token made for any service account is that account. Each is the whole cluster in two requests.",
    remedy="Leave these verbs out, or name by `resourceNames` the roles that may be bound and the accounts that may be "
    "acted for.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6", "AC-6(10)"),
        cis_kubernetes=("5.1.8", "5.1.13"),
        soc_2=("CC6.3",),
        iso_27001=("A.8.2",),
    ),
    known_as=KnownAs(
        checkov=("CKV_K8S_157", "CKV_K8S_158", "CKV2_K8S_1", "CKV2_K8S_3"),
        trivy=("AVD-KSV-0050",),
        kubescape=("C-0065",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: operator
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [rolebindings]
    verbs: [get, create]
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    verbs: [bind]
    resourceNames: [view]
""",
            says="it may bind one role that is named",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: operator
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    verbs: [get, update, escalate]
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
    resources: [users, groups]
    verbs: [impersonate]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: rbac-manager
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: ["*"]
    verbs: ["*"]
""",
            says="hidden in a wildcard",
        ),
    ),
)
