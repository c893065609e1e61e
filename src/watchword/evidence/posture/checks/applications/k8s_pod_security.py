"""Namespaces that take in pods of any kind."""

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
from watchword.evidence.posture.workloads import SYSTEM_NAMESPACES, doubt_of
from watchword.inventory import Asset, FrontEnd

# Engines of policies that may stand in place of Kubernetes' own pod security.
_ENGINES: Final = (
    "ClusterPolicy.kyverno.io",
    "ConstraintTemplate.templates.gatekeeper.sh",
    "SecurityContextConstraints.security.openshift.io",
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
    "ValidatingPolicy.policies.kyverno.io",
    "ClusterAdmissionPolicy.policies.kubewarden.io",
)


def judge(namespace: Asset, estate: Estate) -> Answer:
    if namespace["name"].text(default="") in SYSTEM_NAMESPACES:
        return not_applicable("the namespace is the cluster's own")
    level = namespace["pod_security"]
    if level.text(default="privileged") in {"baseline", "restricted"}:
        return passed()
    doubt_of(estate.typed(*_ENGINES), "it may say what pods may be")
    return failed("pods of any kind are taken in", seen("pod_security", level))


CHECK = Check(
    id="k8s-pod-security",
    title="Namespaces refuse pods that reach for their machine",
    severity=Severity.MEDIUM,
    why="What a review overlooks is refused at the door: without a level, whoever may make a pod may make a privileged "
    "one, and so has the machine.",
    remedy="Label the namespace `pod-security.kubernetes.io/enforce: restricted`, or `baseline` to begin with; warn "
    "and audit with the stricter one first.",
    function=Function.APPLICATIONS_AUTOMATION,
    stage=Stage.ADVANCED,
    supports=(Function.APPLICATION_THREAT_PROTECTIONS,),
    kinds=("namespace",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/pod-security-admission/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-6", "CM-7"), cis_kubernetes=("5.2.1",)),
    known_as=KnownAs(kubescape=("C-0192",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: restricted
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/warn: restricted
""",
            says="a warning refuses nothing",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: privileged
""",
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
  name: disallow-privileged
spec:
  validationFailureAction: Enforce
""",
            says="another engine may refuse them",
        ),
    ),
)
