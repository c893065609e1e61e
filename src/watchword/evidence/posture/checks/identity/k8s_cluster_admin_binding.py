"""Bindings that make somebody the administrator of a cluster."""

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
    seen,
    which,
)
from watchword.evidence.posture.rbac import is_clusters_own, subjects
from watchword.inventory import Asset, FrontEnd, Value

# What every cluster has; and what kubeadm gives the file of its administrator, since 1.29 (kubeadm documentation).
_OWN: Final = frozenset({"system:masters", "kubeadm:cluster-admins"})


def judge(binding: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(binding):
        return not_applicable("the binding is one that Kubernetes makes and repairs itself")
    if binding["role"] != "cluster-admin":
        return passed()
    found = which(subjects(binding), lambda entry: not _is_clusters_own(entry[1]))
    if not found:
        return passed()
    where = "of the cluster" if binding["cluster"].boolean(default=False) else "of the namespace"
    return failed(
        f"administrators {where}",
        seen("role", binding["role"]),
        *(seen(f"{path}.name", subject["name"]) for path, subject in found),
    )


def _is_clusters_own(subject: Value) -> bool:
    return subject["name"].text(default="") in _OWN


CHECK = Check(
    id="k8s-cluster-admin-binding",
    title="Nobody but the cluster's own group is its administrator",
    severity=Severity.HIGH,
    why="cluster-admin is every right there is, and its holder may give them on. Held by a service account it is one "
    "stolen token away; held by persons day by day it is every mistake of theirs.",
    remedy="Bind a role of what is used. For people who administer, give cluster-admin for an hour, with a second "
    "factor and a reason.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("rbac_binding",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles",),
    frameworks=Frameworks(
        nist_800_53=("AC-2", "AC-6", "AC-6(5)"), cis_kubernetes=("5.1.1",), soc_2=("CC6.3",), iso_27001=("A.8.2",)
    ),
    known_as=KnownAs(
        trivy=("AVD-KSV-0111",),
        polaris=("clusterrolebindingClusterAdmin", "rolebindingClusterAdminClusterRole"),
        kube_linter=("cluster-admin-role-binding",),
        kubescape=("C-0035",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: readers
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
  - kind: Group
    name: developers
    apiGroup: rbac.authorization.k8s.io
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: deployer
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
  - kind: ServiceAccount
    name: deployer
    namespace: ci
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: cluster-admin
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
  - kind: Group
    name: system:masters
    apiGroup: rbac.authorization.k8s.io
""",
        ),
    ),
)
