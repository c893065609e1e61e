"""Pods that read what is the machine's alone, or write to its disk."""

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
    seen,
    which,
)
from watchword.evidence.posture.workloads import CONTROL_PLANE, containers, is_control_plane
from watchword.inventory import Asset, FrontEnd, Value, both, some

# Reading these is enough: accounts, keys, credentials of the agent and of other pods, memory.
_SENSITIVE: Final = (
    "/boot",
    "/dev/mem",
    "/etc/cni",
    "/etc/kubernetes",
    "/etc/shadow",
    "/etc/ssh",
    "/home",
    "/root",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/run/secrets",
)
_WHOLE: Final = frozenset({"/", "/etc", "/var", "/var/lib"})
# Under these directories lie the pods' secrets; these parts of them hold logs, or sockets that plugins live by.
_HARMLESS: Final = (
    "/var/lib/docker/containers",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet/plugins",
    "/var/lib/kubelet/plugins_registry",
    "/var/lib/kubelet/pod-resources",
)


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    found = which(workload["volumes"].each(), lambda volume: _is_risky(volume, workload))
    if not found:
        return passed()
    return failed(
        "paths of the machine that no pod should have: " + ", ".join(volume["host_path"].text() for volume in found),
        *(seen(f"volumes[{_label(volume)}].host_path", volume["host_path"]) for volume in found),
    )


def _is_risky(volume: Value, workload: Asset) -> bool:
    path = volume["host_path"]
    if path.is_absent:
        return False
    plain = "/" + path.text().strip("/")
    if plain in _WHOLE or (_below(plain, _SENSITIVE) and not _below(plain, _HARMLESS)):
        return True
    return _is_written(volume, workload)


def _below(path: str, tops: tuple[str, ...]) -> bool:
    return any(path == top or path.startswith(f"{top}/") for top in tops)


def _is_written(volume: Value, workload: Asset) -> bool:
    """Whether a container mounts it and may write. What nobody mounts, nobody writes."""
    mounts = (mount for container in containers(workload) for mount in container["mounts"].each())
    return some(
        mounts,
        lambda mount: both(
            lambda: mount["volume"] == volume["name"].text(default=""),
            lambda: not mount["read_only"].boolean(default=False),
        ),
    )


def _label(volume: Value) -> str:
    return volume["name"].text() if volume["name"].is_known else "?"


CHECK = Check(
    id="k8s-host-path",
    title="Pods do not write to their machine's disk, nor read what is its alone",
    severity=Severity.MEDIUM,
    why="A path of the machine in a pod is a hole in the wall between them. Written to, it plants what the machine "
    "runs; read, it gives away keys, accounts and the credentials of other pods.",
    remedy="Use a persistent volume, an `emptyDir` or a projected volume. An agent that reads logs mounts its one path "
    "with `readOnly: true`.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
    frameworks=Frameworks(nist_800_53=("AC-6", "SC-39"), cis_kubernetes=("5.2.12",)),
    known_as=KnownAs(
        trivy=("AVD-KSV-0023",),
        polaris=("hostPathSet",),
        kube_linter=("sensitive-host-mounts", "writable-host-mount"),
        kubescape=("C-0048", "C-0045"),
    ),
    examples=(
        good(
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
        - name: logs
          hostPath: {path: /var/log}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          volumeMounts:
            - {name: logs, mountPath: /var/log, readOnly: true}
""",
            says="an agent that only reads logs",
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
        - name: logs
          hostPath: {path: /var/log}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          volumeMounts:
            - {name: logs, mountPath: /var/log}
""",
            says="mounts can be written unless they say otherwise",
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
        - name: machine
          hostPath: {path: /}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          volumeMounts:
            - {name: machine, mountPath: /host, readOnly: true}
""",
            says="the whole disk, for reading",
        ),
    ),
)
