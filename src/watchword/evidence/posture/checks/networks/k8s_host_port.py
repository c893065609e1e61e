"""Containers that take a port of their machine."""

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
    seen,
    which,
)
from watchword.evidence.posture.workloads import containers, names_of
from watchword.inventory import Asset, FrontEnd, Value, some


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if workload["host_network"].is_known and workload["host_network"]:
        return not_applicable("the pod has the machine's network, and so all of its ports")
    found = which(containers(workload), lambda container: some(container["ports"].each(), _on_the_machine))
    if not found:
        return passed()
    return failed(
        f"ports of the machine: {names_of(found)}",
        *(
            seen(f"{c.path}.ports.host_port", port["host_port"])
            for c in found
            for port in which(c["ports"].each(), _on_the_machine)
        ),
    )


def _on_the_machine(port: Value) -> bool:
    return not port["host_port"].is_absent and port["host_port"].number() != 0


CHECK = Check(
    id="k8s-host-port",
    title="Containers take no port of their machine",
    severity=Severity.MEDIUM,
    why="A port of the machine is open to whoever reaches the machine, past services, ingresses and what guards them, "
    "and on every machine that the pod comes to.",
    remedy="Leave `hostPort` out, and reach the pod through a Service.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("SC-7",), cis_kubernetes=("5.2.13",), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_K8S_26",), trivy=("AVD-KSV-0024",), polaris=("hostPortSet",), kubescape=("C-0044",)),
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
          ports:
            - containerPort: 8080
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
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          ports:
            - {containerPort: 8080, hostPort: 80}
""",
        ),
        outside(
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
      hostNetwork: true
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          ports:
            - {containerPort: 8080, hostPort: 8080}
""",
        ),
    ),
)
