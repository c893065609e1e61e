"""Pods that see the machine's processes, or share its memory segments."""

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
    mend,
    passed,
    seen,
    together,
    which,
)
from watchword.inventory import Asset, FrontEnd

_SHARED: Final = {"host_pid": "processes", "host_ipc": "memory segments"}


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    shared = which(_SHARED, lambda name: workload[name].boolean(default=False))
    if not shared:
        return passed()
    return failed(
        f"shared with the machine: {', '.join(_SHARED[name] for name in shared)}",
        *(seen(name, workload[name]) for name in shared),
        fix=together(*(mend(workload, name, False, f"share no {_SHARED[name]}") for name in shared)),
    )


CHECK = Check(
    id="k8s-host-namespaces",
    title="Pods share neither processes nor memory with their machine",
    severity=Severity.HIGH,
    why="A pod that sees the machine's processes reads their environment, secrets and open files through /proc; one "
    "that shares its memory segments reads what programs exchange there.",
    remedy="Leave `hostPID` and `hostIPC` out. Node agents that must have them belong in a namespace of their own, "
    "with a waiver that says why.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "SC-39"), cis_kubernetes=("5.2.3", "5.2.4")),
    known_as=KnownAs(
        checkov=("CKV_K8S_17", "CKV_K8S_18"),
        trivy=("AVD-KSV-0010", "AVD-KSV-0008"),
        polaris=("hostPIDSet", "hostIPCSet"),
        kube_linter=("host-pid", "host-ipc"),
        kubescape=("C-0038",),
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
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: DaemonSet
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
      hostPID: true
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  hostIPC: true
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
""",
        ),
    ),
)
