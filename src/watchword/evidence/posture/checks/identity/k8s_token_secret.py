"""Tokens of service accounts that never run out, kept in secrets."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, Severity, bad, failed, good, passed, seen
from watchword.inventory import Asset, FrontEnd

_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105 - a type
# Put on it by the cluster's own clean-up: the token is not taken any more (Kubernetes reference, Well-Known Labels).
_INVALID: Final = "kubernetes.io/legacy-token-invalid-since"


def judge(secret: Asset, estate: Estate) -> Answer:
    del estate
    if secret["type"] != _TOKEN or not secret["tags"][_INVALID].is_absent:
        return passed()
    return failed("it holds a token that never runs out", seen("type", secret["type"]))


CHECK = Check(
    id="k8s-token-secret",
    title="No token of a service account is kept in a secret",
    severity=Severity.MEDIUM,
    why="A pod's own token is bound to the pod and runs out within the hour. One in a secret is good from anywhere, "
    "for ever: a copy in a pipeline or a backup is the service account.",
    remedy="Ask for tokens that run out (`kubectl create token`, TokenRequest, a projected volume); outside of the "
    "cluster, trust the pipeline's own identity instead. Then delete the secret.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    supports=(Function.DATA_ACCESS,),
    kinds=("cluster_secret",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=(
        "https://kubernetes.io/docs/concepts/security/service-accounts/",
        "https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-2", "IA-5", "IA-5(1)"), pci_dss_4=("8.6.3",), soc_2=("CC6.1",), iso_27001=("A.5.17",)
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Secret
metadata:
  name: registry
type: kubernetes.io/dockerconfigjson
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Secret
metadata:
  name: agent-token
  labels: {kubernetes.io/legacy-token-invalid-since: "2026-05-01"}
  annotations: {kubernetes.io/service-account.name: agent}
type: kubernetes.io/service-account-token
""",
            says="the cluster does not take it any more",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Secret
metadata:
  name: agent-token
  annotations: {kubernetes.io/service-account.name: agent}
type: kubernetes.io/service-account-token
""",
        ),
    ),
)
