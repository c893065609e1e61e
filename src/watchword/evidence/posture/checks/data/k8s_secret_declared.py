"""Secrets whose values stand in the declaration."""

from watchword.evidence.posture.credentials import hidden, is_told
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
from watchword.inventory import LIVE, Asset, FrontEnd


def judge(secret: Asset, estate: Estate) -> Answer:
    del estate
    if secret.front_end in LIVE:
        return not_applicable("it was read from a cluster, whose values are not asked for")
    found = which(secret["data"].items(), lambda entry: is_told(*entry))
    if not found:
        return passed()
    return failed(
        "values that anybody can read who reads the declaration: " + ", ".join(name for name, _ in found),
        *(seen(f"data[{name}]", hidden(value)) for name, value in found),
    )


CHECK = Check(
    id="k8s-secret-declared",
    title="Values of secrets stand in no declaration",
    severity=Severity.HIGH,
    why="base64 is no encryption: whoever reads the repository or its history has the secret, for as long as it is not "
    "rotated.",
    remedy="Rotate what was written. Commit a sealed or encrypted form (SealedSecret, SOPS), or an ExternalSecret that "
    "names where it lies.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("cluster_secret",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/secrets-good-practices/",),
    frameworks=Frameworks(
        nist_800_53=("IA-5(7)", "SC-28"), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17", "A.8.24")
    ),
    known_as=KnownAs(kubescape=("C-0012",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Secret
metadata:
  name: database
  namespace: shop
stringData:
  password: ${DATABASE_PASSWORD}
data:
  ca.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t
""",
            says="put in later; a certificate is for everybody",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Secret
metadata:
  name: agent-token
  annotations: {kubernetes.io/service-account.name: agent}
type: kubernetes.io/service-account-token
""",
            says="filled by the cluster",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Secret
metadata:
  name: database
  namespace: shop
data:
  password: Y29ycmVjdC1ob3JzZQ==
""",
        ),
    ),
)
