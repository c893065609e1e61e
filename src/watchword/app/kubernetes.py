"""A live cluster: read straight into an inventory, or collected into a file of evidence that is read later.

    estate = read_cluster(KubeRequest(context="prod", at=now), told=print)
    written = collect_cluster(KubeRequest(context=None, at=now, namespaces=("shop",)), Path("cluster.jsonl"), told)

A file has mode 0600 from its first byte, and appears under its name only once it is whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchword.app.aws import Progress
from watchword.app.posture import EstateReading
from watchword.app.private_file import private_file
from watchword.inventory import FrontEnd, assemble
from watchword.kernel.errors import InvalidInputError

if TYPE_CHECKING:
    from watchword.adapters.kubernetes.live.evidence import Header, Record
    from watchword.adapters.kubernetes.live.resources import Resource
    from watchword.adapters.kubernetes.live.session import Cluster

CURRENT: Final = "-"  # in place of a context: the kubeconfig's current one, or the pod's own cluster

Told = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeRequest:
    """Which cluster, and how much of it. No `namespaces`: all. `at` is the instant of the collection."""

    context: str | None
    at: datetime
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedCluster:
    """What was written."""

    cluster: str
    objects: int
    calls: int
    refused: int


def read_cluster(request: KubeRequest, told: Told) -> EstateReading:
    """Read a cluster. What it refuses to tell is unknown, and a problem; raises where it cannot be read at all."""
    from watchword.adapters.kubernetes import kubernetes_shapes
    from watchword.adapters.kubernetes.live.reader import Holdings, reading_of

    cluster = _opened(request)
    holdings = Holdings(_header(request, cluster.name))
    _collect(cluster, request, holdings.add, told)
    return EstateReading(
        directory=Path(),
        inventory=assemble([reading_of(holdings)], kubernetes_shapes()),
        read=(FrontEnd.KUBERNETES_LIVE,),
    )


def collect_cluster(request: KubeRequest, file: Path, told: Told) -> CollectedCluster:
    """Write what a cluster holds into a file. Raises where the cluster or the file cannot be had."""
    from watchword.adapters.kubernetes.live.evidence import (
        LEFT_OUT,
        End,
        Refused,
        Thing,
        end_line,
        header_line,
        record_line,
    )

    cluster = _opened(request)
    counts = {"objects": 0, "refused": 0}
    with private_file(file) as out:
        out.write(header_line(_header(request, cluster.name)))

        def sink(record: "Record") -> None:
            out.write(record_line(record))
            counts["objects"] += isinstance(record, Thing)
            counts["refused"] += isinstance(record, Refused) and record.reason != LEFT_OUT

        _collect(cluster, request, sink, told)
        out.write(end_line(End(counts["objects"])))
    return CollectedCluster(
        cluster=cluster.name, objects=counts["objects"], calls=cluster.calls, refused=counts["refused"]
    )


def least_role() -> str:
    """Return the least ClusterRole that lets a cluster be read, as YAML."""
    from watchword.adapters.kubernetes.live.resources import least_role as document

    return document()


def _opened(request: KubeRequest) -> "Cluster":
    from watchword.adapters.kubernetes.live.resources import is_namespace
    from watchword.adapters.kubernetes.live.session import open_cluster

    wrong = [name for name in request.namespaces if not is_namespace(name)]
    if wrong:
        raise InvalidInputError(f"{wrong[0]!r} is no name of a namespace", code="kube.namespace")
    return open_cluster(None if request.context == CURRENT else request.context)


def _collect(cluster: "Cluster", request: KubeRequest, sink: "Callable[[Record], None]", told: Told) -> None:
    from watchword.adapters.kubernetes.live.collector import collect
    from watchword.adapters.kubernetes.live.evidence import Thing

    count = 0

    def counted(record: "Record") -> None:
        nonlocal count
        count += isinstance(record, Thing)
        sink(record)

    def asked(resource: "Resource") -> None:
        told(Progress(answers=count, operation=resource.name, region=cluster.name))

    collect(
        cluster,
        counted,
        collected_at=_instant(request),
        namespaces=tuple(dict.fromkeys(request.namespaces)),
        asked=asked,
    )


def _header(request: KubeRequest, name: str) -> "Header":
    from watchword.adapters.kubernetes.live.evidence import Header

    return Header(cluster=name, collected_at=_instant(request), namespaces=tuple(dict.fromkeys(request.namespaces)))


def _instant(request: KubeRequest) -> str:
    return request.at.isoformat(timespec="seconds")
