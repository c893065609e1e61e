"""Pods that get requests before they can answer them."""

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
    outside,
    passed,
)
from watchword.evidence.posture.workloads import LASTING, Selecting, containers
from watchword.inventory import Asset, FrontEnd, both, some
from watchword.inventory.selectors import has_labels


def judge(workload: Asset, estate: Estate) -> Answer:
    if workload["controller"].text(default="") not in LASTING:
        return not_applicable("its pods end by themselves")
    if not some(estate.fact(_services).near(workload), lambda service: _leads_to(service, workload)):
        return not_applicable("no service leads to it")
    ready = list(containers(workload, kept=True))
    if some(ready, lambda container: container["readiness"].boolean(default=False)):
        return passed()
    return failed("no container says when it is ready", *(container.seen("readiness") for container in ready))


def _services(estate: Estate) -> Selecting:
    return Selecting(estate.of("service"), lambda service: service["selector"])


def _leads_to(service: Asset, workload: Asset) -> bool:
    return both(lambda: bool(service["selector"]), lambda: has_labels(workload["labels"], service["selector"]))


CHECK = Check(
    id="k8s-probe-readiness",
    title="Pods behind a service say when they are ready",
    severity=Severity.LOW,
    why="Without a readiness probe a pod gets requests from the moment it starts, and goes on getting them while it "
    "cannot answer: each release, each overload is seen from outside.",
    remedy="Add a `readinessProbe` to the container that serves.",
    function=Function.NETWORK_RESILIENCE,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
    frameworks=Frameworks(nist_800_53=("CP-10",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_9",),
        polaris=("readinessProbeMissing",),
        kube_linter=("no-readiness-probe",),
        kube_score=("pod-probes",),
        kubescape=("C-0018",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      readinessProbe:
        httpGet: {path: /ready, port: 8080}
    - name: logs
      image: registry.example.com/logs:1.0.0
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    - port: 80
""",
            says="a pod is ready when all that say so are",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    - port: 80
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: batch/v1
kind: CronJob
metadata:
  name: web
  namespace: shop
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: web
              image: registry.example.com/web:1.4.2
""",
        ),
    ),
)
