"""Secrets that lie in the environment of a process."""

from collections.abc import Iterator

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Seen,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.workloads import Container, containers, names_of
from watchword.inventory import Asset, FrontEnd, either, some


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), _reads)
    if not found:
        return passed()
    return failed(
        f"secrets in environment variables: {names_of(found)}",
        *(one for container in found for one in _evidence(container)),
    )


def _reads(container: Container) -> bool:
    return either(
        lambda: bool(container["env_secrets"]),
        lambda: some(container["env"].each(), lambda variable: not variable["secret"].is_absent),
    )


def _evidence(container: Container) -> Iterator[Seen]:
    for variable in container["env"].each():
        if variable["secret"].is_known:
            name = variable["name"].text() if variable["name"].is_known else "?"
            yield seen(f"{container.path}.env[{name}].from", variable["secret"])
    for secret in container["env_secrets"].each():
        yield seen(f"{container.path}.env_from", secret)


CHECK = Check(
    id="k8s-secret-in-environment",
    title="Secrets are files, not environment variables",
    severity=Severity.LOW,
    why="An environment is inherited by each child, printed by error pages and crash reports, and never changes: a "
    "secret that is rotated stays the old one until the pod starts anew. A file has none of that.",
    remedy="Mount the secret as a volume, readable by the program's user alone, or fetch it when it is needed.",
    function=Function.DATA_ACCESS,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/secrets-good-practices/",),
    frameworks=Frameworks(nist_800_53=("IA-5", "SC-28"), cis_kubernetes=("5.4.1",)),
    known_as=KnownAs(checkov=("CKV_K8S_35",), kube_linter=("read-secret-from-env-var",), kubescape=("C-0207",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      volumes:
        - name: database
          secret: {secretName: database}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          volumeMounts:
            - {name: database, mountPath: /run/secrets/database, readOnly: true}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          env:
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef: {name: database, key: password}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          envFrom:
            - secretRef: {name: database}
""",
            says="all entries of a secret",
        ),
    ),
)
