"""Namespaces in which images run whoever made them."""

from fnmatch import fnmatchcase
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
    unsure,
)
from watchword.evidence.posture.workloads import SYSTEM_NAMESPACES, doubt_of, raise_unread
from watchword.inventory import Asset, FrontEnd, Value, both, either, some

_KYVERNO: Final = ("ClusterPolicy.kyverno.io", "Policy.kyverno.io")
_SIGSTORE: Final = ("ClusterImagePolicy.policy.sigstore.dev",)
_RATIFY: Final = ("RatifyVerification.constraints.gatekeeper.sh",)
_OTHERS: Final = ("ImageValidatingPolicy.policies.kyverno.io", "ImagePolicy.config.openshift.io")
_INCLUDED: Final = "policy.sigstore.dev/include"


def judge(namespace: Asset, estate: Estate) -> Answer:
    name = namespace["name"].text(default="")
    if name in SYSTEM_NAMESPACES:
        return not_applicable("the namespace is the cluster's own")
    ways = (
        *(lambda one=one: _kyverno(one, name) for one in estate.typed(*_KYVERNO)),
        *(lambda one=one: _sigstore(one, namespace) for one in estate.typed(*_SIGSTORE)),
        *(lambda one=one: _ratify(one, name) for one in estate.typed(*_RATIFY)),
    )
    if either(*ways):
        return passed()
    doubt_of(estate.typed(*_OTHERS), "it may decide, and is not read")
    return failed("no policy here asks for the signatures of images", seen("name", namespace["name"]))


def _kyverno(policy: Asset, namespace: str) -> bool:
    """A rule that verifies images and refuses what is not signed."""
    spec = policy.native["spec"]
    if (
        policy.native_type.startswith("Policy.")
        and policy.native["metadata"]["namespace"].text(default="default") != namespace
    ):
        return False
    whole = spec["validationFailureAction"].text(default="Audit").lower() == "enforce"

    def verifies(rule: Value) -> bool:
        enforced = some(
            rule["verifyImages"].each(),
            lambda image: whole or image["failureAction"].text(default="Audit").lower() == "enforce",
        )
        return enforced and _is_about(rule["match"], namespace)

    return some(spec["rules"].each(), verifies)


def _is_about(match: Value, namespace: str) -> bool:
    """Whether a rule's `match` takes the pods of a namespace. Labels that choose are not read: then it is not known."""
    filters = [*match["any"].each(), *match["all"].each(), *([] if match["resources"].is_absent else [match])]

    def takes(one: Value) -> bool:
        resources = one["resources"]
        for name in ("selector", "namespaceSelector"):
            if not resources[name].is_absent:
                raise_unread(resources[name], "labels choose what it is about")
        if not some(resources["kinds"].each(), lambda kind: kind.text().rpartition("/")[2] in {"Pod", "*"}):
            return False
        if not bool(resources["namespaces"]):
            return True
        return some(resources["namespaces"].each(), lambda value: fnmatchcase(namespace, value.text()))

    return some(filters, takes)


def _sigstore(policy: Asset, namespace: Asset) -> bool:
    """The policy controller looks at namespaces with its label alone; a mode of `warn` refuses nothing."""
    return both(
        lambda: policy.native["spec"]["mode"].text(default="enforce") != "warn",
        lambda: namespace["tags"][_INCLUDED].text(default="false") == "true",
    )


def _ratify(constraint: Asset, namespace: str) -> bool:
    spec = constraint.native["spec"]
    wanted = spec["match"]["namespaces"]
    left_out = spec["match"]["excludedNamespaces"]
    return both(
        lambda: spec["enforcementAction"].text(default="deny") == "deny",
        lambda: not bool(wanted) or some(wanted.each(), lambda value: fnmatchcase(namespace, value.text())),
        lambda: not some(left_out.each(), lambda value: fnmatchcase(namespace, value.text())),
    )


CHECK = Check(
    id="k8s-images-signed",
    title="Images run where somebody signed them",
    severity=Severity.LOW,
    why="A registry's credential, a build that was talked into something, a name that looks like another: an image "
    "that nobody of yours signed starts like any other, unless admission asks for the signature.",
    remedy="Verify signatures at admission, and refuse: Kyverno (`verifyImages`, `Enforce`), the policy controller of "
    "Sigstore (`ClusterImagePolicy` and the namespace's label) or Ratify with Gatekeeper.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.OPTIMAL,
    supports=(Function.SUPPLY_CHAIN,),
    kinds=("namespace",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=(
        "https://kyverno.io/docs/policy-types/cluster-policy/verify-images/",
        "https://docs.sigstore.dev/policy-controller/overview/",
        "https://ratify.dev/docs/what-is-ratify/",
    ),
    frameworks=Frameworks(nist_800_53=("CM-14", "SI-7", "SR-4(3)"), cis_kubernetes=("5.5.1",), iso_27001=("A.8.28",)),
    known_as=KnownAs(kubescape=("C-0237",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: signed
spec:
  validationFailureAction: Enforce
  rules:
    - name: signed
      match:
        any:
          - resources:
              kinds: [Pod]
      verifyImages:
        - imageReferences: ["*"]
          attestors:
            - entries:
                - keyless:
                    subject: https://github.com/example/*
                    issuer: https://token.actions.githubusercontent.com
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    policy.sigstore.dev/include: "true"
---
apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata:
  name: signed
spec:
  images:
    - glob: "**"
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: RatifyVerification
metadata:
  name: signed
spec:
  enforcementAction: deny
  match:
    namespaces: [shop]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: signed
spec:
  validationFailureAction: Audit
  rules:
    - name: signed
      match:
        any:
          - resources:
              kinds: [Pod]
      verifyImages:
        - imageReferences: ["*"]
""",
            says="it is written down, and runs",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata:
  name: signed
spec:
  images:
    - glob: "**"
""",
            says="the controller does not look at a namespace without its label",
        ),
        unsure(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: signed
spec:
  validationFailureAction: Enforce
  rules:
    - name: signed
      match:
        any:
          - resources:
              kinds: [Pod]
              namespaceSelector:
                matchLabels:
                  signed: "true"
      verifyImages:
        - imageReferences: ["*"]
""",
        ),
    ),
)
