"""Containers to which the runtime shows all of /proc."""

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
from watchword.evidence.posture.workloads import containers, names_of
from watchword.inventory import Asset, FrontEnd


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), lambda container: container["proc_mount"].text(default="Default") == "Unmasked")
    if not found:
        return passed()
    return failed(f"/proc is not masked: {names_of(found)}", *(container.seen("proc_mount") for container in found))


CHECK = Check(
    id="k8s-proc-mount",
    title="Containers see a masked /proc",
    severity=Severity.MEDIUM,
    why="The runtime hides parts of /proc that tell about the machine and change its kernel. Unmasked, they are there "
    "for whoever gets into the container.",
    remedy="Leave `securityContext.procMount` out.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("AC-6",)),
    known_as=KnownAs(trivy=("AVD-KSV-0027",), polaris=("procMount",), kube_linter=("unsafe-proc-mount",)),
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
          securityContext: {procMount: Unmasked}
""",
        ),
    ),
)
