"""Capabilities that are as good as the whole machine."""

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
    passed,
    seen,
    which,
)
from watchword.evidence.posture.workloads import Container, containers, names_of
from watchword.inventory import Asset, FrontEnd, Value, some

# Each opens the machine by itself. Source: capabilities(7).
_OPENING: Final = frozenset(
    {
        "ALL",
        "BPF",
        "DAC_READ_SEARCH",
        "MAC_ADMIN",
        "MAC_OVERRIDE",
        "PERFMON",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_MODULE",
        "SYS_PTRACE",
        "SYS_RAWIO",
    }
)


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), _has_one)
    if not found:
        return passed()
    return failed(
        f"capabilities that open the machine: {names_of(found)}",
        *(seen(f"{c.path}.capabilities_added", value) for c in found for value in which(_added(c), _opens)),
    )


def _has_one(container: Container) -> bool:
    return some(_added(container), _opens)


def _added(container: Container) -> tuple[Value, ...]:
    return tuple(container["capabilities_added"].each())


def _opens(capability: Value) -> bool:
    return capability.text(default="").upper().removeprefix("CAP_") in _OPENING


CHECK = Check(
    id="k8s-capabilities-host",
    title="No container has a capability that opens its machine",
    severity=Severity.HIGH,
    why="SYS_ADMIN mounts, SYS_MODULE loads code into the kernel, SYS_PTRACE and DAC_READ_SEARCH reach into what runs "
    "beside: with any of them a container that was taken over is a machine that was taken over.",
    remedy="Drop ALL and add only what the program is documented to need. Tools that trace or mount for a machine "
    "belong in a namespace of their own, with a waiver that says why.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7"), cis_kubernetes=("5.2.9",), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_25", "CKV_K8S_39"),
        trivy=("AVD-KSV-0005", "AVD-KSV-0022"),
        polaris=("dangerousCapabilities",),
        kubescape=("C-0046",),
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
          securityContext:
            capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
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
          securityContext:
            capabilities: {drop: [ALL], add: [SYS_ADMIN]}
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
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      securityContext:
        capabilities: {add: [all]}
""",
            says="all of them, in small letters",
        ),
    ),
)
