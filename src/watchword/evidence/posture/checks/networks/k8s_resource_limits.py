"""Containers that may take all of their machine's memory, or are promised nothing."""

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
    not_applicable,
    passed,
    unsure,
    which,
)
from watchword.evidence.posture.workloads import CONTROL_PLANE, containers, doubt_of, is_control_plane
from watchword.inventory import Asset, FrontEnd

_WANTED: Final = ("memory_limit", "memory_request", "cpu_request")


def judge(workload: Asset, estate: Estate) -> Answer:
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    kept = tuple(containers(workload, kept=True))
    found = which(
        [(container, name) for container in kept for name in _WANTED], lambda entry: entry[0][entry[1]].is_absent
    )
    if not found:
        return passed()
    ranges = estate.typed("LimitRange")
    if ranges:
        namespace = workload["namespace"].text(default="default")
        here = [r for r in ranges if r.native["metadata"]["namespace"].text(default="default") == namespace]
        doubt_of(here, "it may set what is left out")
    missing = ", ".join(f"{container.label}: {name.replace('_', ' ')}" for container, name in found)
    return failed(f"not set: {missing}", *(container.seen(name) for container, name in found))


CHECK = Check(
    id="k8s-resource-limits",
    title="Containers say what they need, and may not take all memory",
    severity=Severity.LOW,
    why="A container without a limit that leaks memory, or is made to, takes it from whatever runs beside. One without "
    "requests is put where there is no room and is the first to go. A limit of processor time is not asked for: it "
    "slows what would have done no harm.",
    remedy="Set `resources.requests.cpu`, `resources.requests.memory` and `resources.limits.memory`, or a LimitRange "
    "for the namespace.",
    function=Function.NETWORK_RESILIENCE,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    frameworks=Frameworks(nist_800_53=("SC-5", "SC-6")),
    known_as=KnownAs(
        checkov=("CKV_K8S_10", "CKV_K8S_12", "CKV_K8S_13"),
        trivy=("AVD-KSV-0015", "AVD-KSV-0016", "AVD-KSV-0018"),
        polaris=("cpuRequestsMissing", "memoryRequestsMissing", "memoryLimitsMissing"),
        kube_linter=("unset-cpu-requirements", "unset-memory-requirements"),
        kube_score=("container-resources",),
        kubescape=("C-0009",),
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
          resources:
            requests: {cpu: 100m}
            limits: {memory: 256Mi}
""",
            says="a limit alone is asked for as well",
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
          resources:
            requests: {cpu: 100m, memory: 256Mi}
""",
            says="no limit of memory",
        ),
        unsure(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: LimitRange
metadata:
  name: defaults
  namespace: shop
spec:
  limits:
    - type: Container
      default: {memory: 256Mi}
---
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
            says="the namespace may set it",
        ),
    ),
)
