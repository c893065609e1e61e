"""Bindings that give rights to whoever has not signed in."""

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
    seen,
    which,
)
from watchword.evidence.posture.rbac import is_clusters_own, subjects
from watchword.inventory import Asset, FrontEnd

_ANYBODY: Final = frozenset({"system:anonymous", "system:unauthenticated"})
# kubeadm lets a joining machine read where the cluster is before it has an identity.
_BOOTSTRAP: Final = "kubeadm:bootstrap-signer-clusterinfo"


def judge(binding: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(binding) or (binding["name"].is_known and binding["name"] == _BOOTSTRAP):
        return not_applicable("the binding is one that Kubernetes makes and repairs itself")
    found = which(subjects(binding), lambda entry: entry[1]["name"].text(default="") in _ANYBODY)
    if not found:
        return passed()
    return failed(
        "anybody who reaches the API has the role",
        *(seen(f"{path}.name", subject["name"]) for path, subject in found),
        seen("role", binding["role"]),
    )


CHECK = Check(
    id="k8s-rbac-anonymous",
    title="Nobody has a role who has not signed in",
    severity=Severity.CRITICAL,
    why="What `system:anonymous` or `system:unauthenticated` may do, anybody may who reaches the API server, without a "
    "token and without a name in the audit log.",
    remedy="Delete the binding, and bind those who need the role by their name or group.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("rbac_binding",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-14", "IA-2"), pci_dss_4=("7.2.1", "8.2.1"), soc_2=("CC6.1",), iso_27001=("A.5.15",)
    ),
    known_as=KnownAs(kubescape=("C-0262",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: readers
  namespace: shop
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
  name: dashboard
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
  - kind: Group
    name: system:unauthenticated
    apiGroup: rbac.authorization.k8s.io
""",
        ),
    ),
)
