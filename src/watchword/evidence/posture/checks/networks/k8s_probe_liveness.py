"""Pods that hang and are not restarted."""

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
    which,
)
from watchword.evidence.posture.workloads import CONTROL_PLANE, LASTING, containers, is_control_plane, names_of
from watchword.inventory import Asset, FrontEnd


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    if workload["controller"].text(default="") not in LASTING:
        return not_applicable("its pods end by themselves")
    found = which(containers(workload, kept=True), lambda container: not container["liveness"].boolean(default=False))
    if not found:
        return passed()
    return failed(
        f"nothing notices when it hangs: {names_of(found)}", *(container.seen("liveness") for container in found)
    )


CHECK = Check(
    id="k8s-probe-liveness",
    title="Containers that hang are restarted",
    severity=Severity.LOW,
    why="Kubernetes restarts what ends, not what hangs. Without a liveness probe a container that has stopped working "
    "stays until somebody notices.",
    remedy="Add a `livenessProbe` that asks the program itself and nothing that it depends on.",
    function=Function.NETWORK_RESILIENCE,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
    frameworks=Frameworks(nist_800_53=("CP-10",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_8",),
        polaris=("livenessProbeMissing",),
        kube_linter=("no-liveness-probe",),
        kubescape=("C-0056",),
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
          livenessProbe:
            httpGet: {path: /alive, port: 8080}
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
