"""Bindings that give rights to every pod of a namespace that names no account."""

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
from watchword.inventory import Asset, FrontEnd, Value, both


def judge(binding: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(binding):
        return not_applicable("the binding is one that Kubernetes makes and repairs itself")
    found = which(subjects(binding), lambda entry: _is_default(entry[1]))
    if not found:
        return passed()
    return failed(
        "a default service account has the role",
        *(seen(f"{path}.name", subject["name"]) for path, subject in found),
        seen("role", binding["role"]),
    )


def _is_default(subject: Value) -> bool:
    return both(lambda: subject["kind"] == "ServiceAccount", lambda: subject["name"] == "default")


CHECK = Check(
    id="k8s-default-account-bound",
    title="Default service accounts have no role",
    severity=Severity.MEDIUM,
    why="Each pod that names no account runs as its namespace's default one. What that may do, every pod may that is "
    "ever put there, and nobody can tell which of them needs it.",
    remedy="Make a service account for the workload, bind that, and name it in `serviceAccountName`.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("rbac_binding",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/service-accounts/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "IA-2"), cis_kubernetes=("5.1.5",)),
    known_as=KnownAs(checkov=("CKV_K8S_42",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: web
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: web
subjects:
  - kind: ServiceAccount
    name: web
    namespace: shop
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: web
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: web
subjects:
  - kind: ServiceAccount
    name: default
    namespace: shop
""",
        ),
    ),
)
