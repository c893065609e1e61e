"""Policies of a mesh that let every request through."""

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
from watchword.inventory import Asset, FrontEnd, Value, some

_LIMITS: Final = ("principals", "request_principals", "namespaces", "addresses", "methods", "paths")
_SAYS: Final = ("from", "to", "when")


def judge(policy: Asset, estate: Estate) -> Answer:
    del estate
    if policy["action"].text(default="ALLOW") != "ALLOW":
        return not_applicable("it does not allow")
    written = policy.native["spec"]["rules"]
    found = which(enumerate(policy["rules"].each()), lambda entry: _is_open(entry[1], written[entry[0]]))
    if not found:
        return passed()
    return failed("a rule allows every request", *(seen(f"rules[{index}]", rule) for index, rule in found))


def _is_open(rule: Value, written: Value) -> bool:
    """Whether it says nothing of who, how and what; what is not canonical (who may not, `when`) says something too."""
    return not some(_LIMITS, lambda name: bool(rule[name])) and not some(_SAYS, lambda name: bool(written[name]))


CHECK = Check(
    id="k8s-mesh-authorization-open",
    title="Policies of a mesh name who may ask what",
    severity=Severity.MEDIUM,
    why="An empty rule of an ALLOW policy allows every request from everybody. It looks like a policy, and takes back "
    "what a deny by default in the mesh's root would give.",
    remedy="Name the workloads in `from.source.principals` and the methods and paths in `to.operation`.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("mesh_authorization",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://istio.io/latest/docs/reference/config/security/authorization-policy/",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-4"), iso_27001=("A.8.3",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: web
  namespace: shop
spec:
  rules:
    - from:
        - source:
            principals: [cluster.local/ns/shop/sa/front]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: nothing
  namespace: shop
spec: {}
""",
            says="no rule at all allows nothing",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: web
  namespace: shop
spec:
  rules:
    - {}
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: web
  namespace: shop
spec:
  action: DENY
  rules:
    - {}
""",
        ),
    ),
)
