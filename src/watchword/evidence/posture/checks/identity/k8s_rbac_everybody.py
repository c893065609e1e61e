"""Bindings that give rights to everybody who has signed in, or to every workload."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
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
from watchword.inventory import Asset, FrontEnd

_EVERYBODY: Final = {
    "system:authenticated": "everybody who has signed in",
    "system:serviceaccounts": "every workload",
}


def judge(binding: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(binding):
        return not_applicable("the binding is one that Kubernetes makes and repairs itself")
    if binding["role"].text(default="").startswith("system:"):
        return not_applicable("the role is one that Kubernetes makes for everybody")
    found = which(subjects(binding), lambda entry: entry[1]["name"].text(default="") in _EVERYBODY)
    if not found:
        return passed()
    who = ", ".join(_EVERYBODY[subject["name"].text()] for _, subject in found)
    return failed(
        f"it is for {who}",
        *(seen(f"{path}.name", subject["name"]) for path, subject in found),
        seen("role", binding["role"]),
    )


CHECK = Check(
    id="k8s-rbac-everybody",
    title="Roles are given to those who need them, not to everybody",
    severity=Severity.MEDIUM,
    why="Every workload is among all service accounts, the one that was taken over too. With some providers everybody "
    "who has signed in is anybody with an account at the provider.",
    remedy="Bind the service accounts and groups that need the role.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("rbac_binding",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), soc_2=("CC6.3",), iso_27001=("A.5.15",)),
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
    name: system:serviceaccounts:monitoring
    apiGroup: rbac.authorization.k8s.io
""",
            says="the workloads of one namespace",
        ),
        bad(
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
    name: system:authenticated
    apiGroup: rbac.authorization.k8s.io
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: issuer-discovery
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:service-account-issuer-discovery
subjects:
  - kind: Group
    name: system:authenticated
    apiGroup: rbac.authorization.k8s.io
""",
        ),
    ),
)
