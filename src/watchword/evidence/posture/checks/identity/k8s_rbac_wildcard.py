"""Rules that allow what nobody has named."""

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
from watchword.evidence.posture.rbac import is_clusters_own, rules
from watchword.inventory import Asset, FrontEnd, both


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    found = which(rules(role), lambda rule: both(rule.has_wildcard, lambda: not rule.allows_everything()))
    if not found:
        return passed()
    return failed(
        "a rule allows more than it names", *(e for rule in found for e in rule.seen("verbs", "resources", "groups"))
    )


CHECK = Check(
    id="k8s-rbac-wildcard",
    title="Roles name what they allow",
    severity=Severity.MEDIUM,
    why="`*` allows what is there today and whatever a later version adds: subresources like `pods/exec`, verbs like "
    "`escalate` and `impersonate`, kinds that an operator brings. Nobody has decided that.",
    remedy="Write the verbs and the resources out.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    frameworks=Frameworks(nist_800_53=("AC-6",), cis_kubernetes=("5.1.3",), soc_2=("CC6.3",), iso_27001=("A.5.15",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_49",),
        trivy=("AVD-KSV-0045", "AVD-KSV-0046"),
        kube_linter=("wildcard-in-rules",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: shop
rules:
  - apiGroups: [apps]
    resources: [deployments, "*/scale"]
    verbs: [get, list]
""",
            says="`*/scale` names one subresource",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: writer
  namespace: shop
rules:
  - apiGroups: [apps]
    resources: [deployments]
    verbs: ["*"]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: viewer
rules:
  - apiGroups: [""]
    resources: ["*"]
    verbs: [get]
""",
            says="every resource, secrets among them",
        ),
    ),
)
