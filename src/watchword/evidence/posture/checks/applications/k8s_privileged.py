"""Containers that may do whatever the machine may."""

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
    mend,
    passed,
    together,
    which,
)
from watchword.evidence.posture.workloads import containers, names_of
from watchword.inventory import Asset, FrontEnd


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), lambda container: container["privileged"].boolean(default=False))
    if not found:
        return passed()
    return failed(
        f"privileged: {names_of(found)}",
        *(container.seen("privileged") for container in found),
        fix=together(*(mend(one.tree, "privileged", False, "take its privileges away") for one in found)),
    )


CHECK = Check(
    id="k8s-privileged",
    title="No container is privileged",
    severity=Severity.HIGH,
    why="A privileged container sees every device of its machine and keeps every capability: whoever takes it over has "
    "the machine, the credentials of its agent, and every other pod that runs there.",
    remedy="Leave `securityContext.privileged` out, and add the single capability or device that is needed. Agents "
    "that must have it belong in a namespace of their own, with a waiver that says why.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7"), cis_kubernetes=("5.2.2",), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_16",),
        trivy=("AVD-KSV-0017",),
        polaris=("runAsPrivileged",),
        kube_linter=("privileged-container",),
        kube_score=("container-security-context-privileged",),
        kubescape=("C-0057",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
""",
            says="off by default",
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
          image: registry.example.com/web:1.4.2
          securityContext: {privileged: false}
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
          securityContext: {privileged: true}
""",
        ),
        bad(
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
          initContainers:
            - name: sysctl
              image: registry.example.com/tune:1
              securityContext: {privileged: true}
          containers:
            - name: web
              image: registry.example.com/web:1.4.2
""",
            says="a container that starts before the others",
        ),
    ),
)
