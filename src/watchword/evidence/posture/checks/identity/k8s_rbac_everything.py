"""Roles that are an administrator by another name."""

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
from watchword.evidence.posture.rbac import is_clusters_own, rules
from watchword.inventory import Asset, FrontEnd


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    found = which(rules(role), lambda rule: rule.allows_everything())
    if not found:
        return passed()
    where = "in the whole cluster" if role["cluster"].boolean(default=False) else "in its namespace"
    return failed(
        f"the role may do everything {where}", *(e for rule in found for e in rule.seen("verbs", "resources", "groups"))
    )


CHECK = Check(
    id="k8s-rbac-everything",
    title="No role may do everything",
    severity=Severity.HIGH,
    why="A rule of every verb on every resource is cluster-admin under a name that nobody looks for. Whoever gets a "
    "token of it has each secret, each machine and each right that comes with a later version.",
    remedy="Name the groups, resources and verbs that are used; the API server's audit log tells which those are.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), cis_kubernetes=("5.1.1", "5.1.3"), soc_2=("CC6.3",), iso_27001=("A.5.15", "A.8.2")
    ),
    known_as=KnownAs(
        checkov=("CKV_K8S_49",),
        trivy=("AVD-KSV-0044",),
        kube_linter=("wildcard-in-rules",),
        kubescape=("C-0035",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get, list]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: operator
rules:
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: ["*"]
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: cluster-admin
rules:
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: ["*"]
""",
        ),
    ),
)
