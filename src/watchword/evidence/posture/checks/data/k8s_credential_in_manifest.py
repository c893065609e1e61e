"""Passwords and keys that are written into a workload."""

from collections.abc import Iterator
from typing import NamedTuple

from watchword.evidence.posture.credentials import gives_entry, hidden, option_gives_entry
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
    passed,
    seen,
    which,
)
from watchword.evidence.posture.workloads import Container, containers
from watchword.inventory import Asset, FrontEnd, Known, Value


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(
        (one for container in containers(workload) for one in _written(container)), lambda one: one.gives_entry()
    )
    if not found:
        return passed()
    return failed(
        "credentials are written into it: " + ", ".join(one.name.text() for one in found),
        *(seen(f"{one.path}[{one.name.text()}]", hidden(one.value)) for one in found),
    )


class _Written(NamedTuple):
    """A variable, or an option of the command."""

    path: str
    name: Value
    value: Value
    is_option: bool

    def gives_entry(self) -> bool:
        if self.is_option:
            return option_gives_entry(self.name.text(), self.value)
        return gives_entry(self.name, self.value)


def _written(container: Container) -> Iterator[_Written]:
    for variable in container["env"].each():
        yield _Written(f"{container.path}.env", variable["name"], variable["value"], is_option=False)
    for name, value in container["flags"].items():
        yield _Written(f"{container.path}.flags", Known(name, value.place), value, is_option=True)


CHECK = Check(
    id="k8s-credential-in-manifest",
    title="No credential is written into a workload",
    severity=Severity.HIGH,
    why="Whoever reads the repository, its history, a build's log or the cluster's API has the credential, and nothing "
    "tells when it is used. It cannot be rotated without a release.",
    remedy="Rotate it now. Keep it in a secrets manager, and read it from a mounted secret; better, let the workload "
    "prove who it is and get a credential that runs out.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/secrets-good-practices/",),
    frameworks=Frameworks(
        nist_800_53=("IA-5(7)",), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17", "A.8.24")
    ),
    known_as=KnownAs(kube_linter=("env-var-secret",), polaris=("sensitiveContainerEnvVar",), kubescape=("C-0012",)),
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
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          env:
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef: {name: database, key: password}
            - {name: DATABASE_PASSWORD_FILE, value: /run/secrets/database/password}
            - {name: TOKEN_TTL, value: "3600"}
            - {name: API_KEY, value: "$(KEY)"}
""",
            says="where it lies, how long it holds, and what another variable says",
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
            - {name: DATABASE_PASSWORD, value: correct-horse-battery}
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
            - {name: DATABASE_URL, value: "postgres://shop:correct-horse@db/shop"}
""",
            says="inside an address",
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
          args: [--port=80, --db-password=correct-horse]
""",
            says="among the arguments",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      args: [--metrics-secret=metrics-token]
      env:
        - {name: TLS_SECRET, value: web-tls}
""",
            says="names of secrets",
        ),
    ),
)
