"""Roles that change what a cluster asks before it takes something in."""

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
from watchword.evidence.posture.rbac import Rule, is_clusters_own, rules
from watchword.inventory import Asset, FrontEnd, both, some

_GROUP: Final = "admissionregistration.k8s.io"
_VERBS: Final = ("create", "update", "patch", "delete", "deletecollection")
_RESOURCES: Final = ("validatingwebhookconfigurations", "mutatingwebhookconfigurations")


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    found = which(rules(role), _changes)
    if not found:
        return passed()
    return failed(
        "its holder can change or remove admission webhooks",
        *(e for rule in found for e in rule.seen("resources", "verbs")),
    )


def _changes(rule: Rule) -> bool:
    return both(
        rule.on_all,
        lambda: not rule.allows_everything(),
        lambda: some(_RESOURCES, lambda resource: some(_VERBS, lambda verb: rule.allows(verb, resource, group=_GROUP))),
    )


CHECK = Check(
    id="k8s-rbac-webhooks",
    title="No role changes every admission webhook",
    severity=Severity.MEDIUM,
    why="A webhook sees each object before it is stored, secrets among them, and may change it. Whoever can change the "
    "configuration of webhooks reads along, puts containers into pods, or takes the guard away.",
    remedy="Name the one configuration that the operator keeps, by `resourceNames`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-5"), cis_kubernetes=("5.1.12",)),
    known_as=KnownAs(checkov=("CKV_K8S_155",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: operator
rules:
  - apiGroups: [admissionregistration.k8s.io]
    resources: [validatingwebhookconfigurations]
    verbs: [get, update, patch]
    resourceNames: [operator-webhook]
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
  - apiGroups: [admissionregistration.k8s.io]
    resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]
    verbs: [get, list, patch]
""",
        ),
    ),
)
