"""Reading a live cluster of some ten thousand objects: wall time, processor time, peak memory.

    PYTHONPATH=src:tests python bench/live_kubernetes.py [DEPLOYMENTS]

The cluster is the tests' own API server, over TLS, on the same machine: what is measured is our side.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.kube_cluster import Cluster, cluster, made_by, pod, template

_NAMESPACES = 50
_REVISIONS = 3
_PODS = 3


def _fill(there: Cluster, deployments: int) -> int:
    for number in range(_NAMESPACES):
        there.add("v1", "Namespace", f"n{number}")
    for number in range(deployments):
        name, namespace = f"d{number}", f"n{number % _NAMESPACES}"
        spec = pod(
            f"registry.example/{name}:1.2.{number}",
            container={"env": [{"name": f"V{one}", "value": f"{number}-{one}"} for one in range(12)]},
            serviceAccountName=name,
        )
        of = {"spec": {"replicas": _PODS, **template(spec, app=name)}}
        made = there.add("apps/v1", "Deployment", name, namespace, **of)
        for revision in range(_REVISIONS):
            owner = made_by("Deployment", made["metadata"]["uid"])
            there.add("apps/v1", "ReplicaSet", f"{name}-{revision}", namespace, metadata=owner, **of)
        for one in range(_PODS):
            owner = made_by("ReplicaSet", f"uid-ReplicaSet-{namespace}-{name}-{_REVISIONS - 1}")
            there.add("v1", "Pod", f"{name}-{one}", namespace, metadata=owner, spec=spec, status={"phase": "Running"})
        ports = [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]
        there.add("v1", "Service", name, namespace, spec={"selector": {"app": name}, "ports": ports})
        there.add("v1", "ConfigMap", name, namespace, data={f"k{one}": "x" * 100 for one in range(10)})
        there.add("v1", "Secret", name, namespace, data={"p": "eA=="}, type="Opaque")
        there.add("v1", "ServiceAccount", name, namespace)
    return sum(map(len, there.things.values()))


def _measured(words: str, *arguments: str) -> None:
    begun = time.monotonic()
    run = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", run, *arguments], capture_output=True, text=True, check=True)
    cpu, memory = done.stdout.split()
    wall = time.monotonic() - begun
    print(f"| {words} | {wall:.1f} s | {float(cpu):.1f} s | {int(memory) // 1024} MB |")


def main() -> None:
    deployments = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    watchword = str(Path(sys.executable).with_name("watchword"))
    with tempfile.TemporaryDirectory() as scratch, cluster(Path(scratch)) as there:
        count = _fill(there, deployments)
        os.environ["KUBECONFIG"] = str(there.kubeconfig())
        file = str(Path(scratch) / "cluster.jsonl")
        print(f"| {count:,} objects | wall | CPU of ours | peak memory |\n|---|---|---|---|")
        _measured("`collect kubernetes`", watchword, "collect", "kubernetes", "-o", file)
        _measured("`scan FILE`", watchword, "scan", file, "--output", "json")
        _measured("`assess FILE`", watchword, "assess", file)
        _measured("`scan --kube`", watchword, "scan", "--kube", "prod", "--output", "json")
        print(
            f"\n{len(there.asked)} calls; this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        )


if __name__ == "__main__":
    main()
