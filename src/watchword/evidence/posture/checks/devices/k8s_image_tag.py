"""Images that are another tomorrow than today."""

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
    which,
)
from watchword.evidence.posture.workloads import Container, containers, names_of
from watchword.inventory import Asset, FrontEnd, both


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), _moves)
    if not found:
        return passed()
    return failed(f"images without a version: {names_of(found)}", *(container.seen("image") for container in found))


def _moves(container: Container) -> bool:
    return both(
        lambda: container["digest"].is_absent,
        lambda: container["tag"].text(default="latest") == "latest",
        lambda: not container["image"].is_absent,
    )


CHECK = Check(
    id="k8s-image-tag",
    title="Images have a version",
    severity=Severity.MEDIUM,
    why="`latest`, which is also what no tag means, is whatever was pushed last. What runs cannot be told from what "
    "was reviewed, differs from machine to machine, and cannot be rolled back.",
    remedy="Name the version, best with its digest: `registry.example.com/web:1.4.2@sha256:…`.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/containers/images/",),
    frameworks=Frameworks(nist_800_53=("CM-2", "SI-7")),
    known_as=KnownAs(
        checkov=("CKV_K8S_14",),
        trivy=("AVD-KSV-0013",),
        polaris=("tagNotSpecified",),
        kube_linter=("latest-tag",),
        kube_score=("container-image-tag",),
    ),
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
""",
        ),
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
          image: registry.example.com/web@sha256:9f2c6f0ab3a8d2f4e7b1c5d6e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b
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
          image: registry.example.com/web:latest
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
          image: registry.example.com:5000/web
""",
            says="a port is no tag",
        ),
    ),
)
