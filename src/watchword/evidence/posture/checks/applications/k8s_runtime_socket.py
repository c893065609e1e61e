"""Pods that can give orders to their machine's container runtime."""

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
from watchword.inventory import Asset, FrontEnd, Value

_SOCKETS: Final = (
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/podman/podman.sock",
    "/run/cri-dockerd.sock",
    "/run/k3s/containerd/containerd.sock",
)


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(workload["volumes"].each(), lambda volume: _is_socket(volume["host_path"]))
    if not found:
        return passed()
    return failed(
        "the container runtime's socket is mounted",
        *(seen(f"volumes[{_label(volume)}].host_path", volume["host_path"]) for volume in found),
    )


def _is_socket(path: Value) -> bool:
    if path.is_absent:
        return False
    plain = "/" + path.text().removeprefix("/var").strip("/")
    return plain in _SOCKETS or any(socket.startswith(f"{plain}/") for socket in _SOCKETS if plain not in {"/", "/run"})


def _label(volume: Value) -> str:
    return volume["name"].text() if volume["name"].is_known else "?"


CHECK = Check(
    id="k8s-runtime-socket",
    title="No pod can give orders to the container runtime",
    severity=Severity.HIGH,
    why="Whoever writes to the runtime's socket starts a container with the machine's whole disk in it, outside all "
    "that the cluster allows and records. Mounting the socket read-only changes nothing: orders are sent all the same.",
    remedy="Build images with a tool that needs no runtime (BuildKit rootless, Kaniko, Buildah), and read metrics and "
    "logs from the kubelet.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7"), cis_kubernetes=("5.2.12",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_27",),
        trivy=("AVD-KSV-0006",),
        kube_linter=("docker-sock",),
        kubescape=("C-0074",),
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
      volumes:
        - name: tmp
          emptyDir: {}
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
      volumes:
        - name: docker
          hostPath: {path: /var/run/docker.sock}
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
      volumes:
        - name: runtime
          hostPath: {path: /run/containerd/}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
            says="the directory that it lies in",
        ),
    ),
)
