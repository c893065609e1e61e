"""Roles that approve requests for certificates."""

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

_GROUP: Final = "certificates.k8s.io"
_RESOURCE: Final = "certificatesigningrequests/approval"


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    if is_clusters_own(role):
        return not_applicable("the role is one that Kubernetes makes and repairs itself")
    found = which(rules(role), _approves)
    if not found:
        return passed()
    return failed(
        "its holder can approve requests for certificates",
        *(e for rule in found for e in rule.seen("resources", "verbs")),
    )


def _approves(rule: Rule) -> bool:
    return both(
        lambda: not rule.allows_everything(),
        lambda: some(("update", "patch"), lambda verb: rule.allows(verb, _RESOURCE, group=_GROUP)),
    )


CHECK = Check(
    id="k8s-rbac-certificates",
    title="No role approves requests for certificates",
    severity=Severity.MEDIUM,
    why="A client certificate is a name and its groups, good until it runs out and not to be called back. Whoever may "
    "ask for one and approve it is whom they please.",
    remedy="Leave the approval to the cluster's own controllers, and allow the signer alone that is needed: `approve` "
    "on `signers` with `resourceNames` does not suffice without the right on `certificatesigningrequests/approval`, so "
    "keep that right to one account that does nothing else.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("rbac_role",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "IA-5"), cis_kubernetes=("5.1.11",)),
    known_as=KnownAs(checkov=("CKV_K8S_156",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: requester
rules:
  - apiGroups: [certificates.k8s.io]
    resources: [certificatesigningrequests]
    verbs: [create, get, list]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: approver
rules:
  - apiGroups: [certificates.k8s.io]
    resources: [certificatesigningrequests/approval]
    verbs: [update]
""",
        ),
    ),
)
