"""Lists what a cluster holds, page by page, and hands over each object as it comes: one page is held, no more.

    collect(cluster, sink, collected_at="2026-11-25T20:00:00+00:00")

- A list whose page has expired (410 Gone) begins again, some times; what it has handed over is not handed over twice.
- A list that is refused or fails is recorded as such, and the rest goes on. An API that is not there is no failure.
- A pod that a controller made is not handed over: its controller is, and is judged in its place. So are ReplicaSets of
  a Deployment, jobs of a CronJob. Of those whose controller is not known here, one stands for all of them.
- What has run to its end (a pod, a job) is not handed over: nothing runs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from watchword.adapters.kubernetes.live.evidence import LEFT_OUT, Json, Listed, Missing, Record, Refused, Thing
from watchword.adapters.kubernetes.live.resources import (
    CLUSTER_TYPE,
    CLUSTER_VERSION,
    GROUPS,
    RESOURCES,
    VERSION,
    Resource,
    namespace_path,
)
from watchword.adapters.kubernetes.live.session import METADATA, TOO_LARGE, CallFailed
from watchword.adapters.kubernetes.live.trimming import rows, trimmed
from watchword.adapters.kubernetes.manifests import POD_PATHS
from watchword.kernel.errors import NotFoundError, UnavailableError

_PAGE: Final = 500  # objects; what kubectl asks for
_SMALLEST_PAGE: Final = 10
_RESTARTS: Final = 3  # of a list whose pages expired
_MOST_PAGES: Final = 20_000  # of one list: ten million objects
_SILENT: Final = 3  # lists in a row to which nothing was answered at all: then no other is waited for
_OK: Final = 200
_GONE: Final = 410
_NOT_FOUND: Final = 404
_REFUSING: Final = frozenset({401, 403})
_OVER: Final = frozenset({"Succeeded", "Failed"})  # phases of a pod
_JSON: Final = "application/json"


class Lists(Protocol):
    """The cluster as the collector sees it."""

    @property
    def name(self) -> str: ...

    def get(self, path: str, query: dict[str, str] | None = None, *, accept: str = _JSON) -> dict[str, Json]: ...

    def anonymous(self) -> str: ...


Sink = Callable[[Record], None]
Asked = Callable[[Resource], None]


def collect(
    cluster: Lists,
    sink: Sink,
    *,
    collected_at: str,
    namespaces: Sequence[str] = (),
    asked: Asked = lambda _: None,
) -> None:
    """Walk all lists; of `namespaces` alone where there are any. `asked` is told of each page that is asked for."""
    version = _version(cluster)
    groups = _groups(cluster)
    sink(Thing(tree=_itself(cluster, version, groups, collected_at)))
    sink(Listed(native_type=CLUSTER_TYPE))
    walk = _Walk(cluster, sink, asked)
    for resource in RESOURCES:
        chosen = _chosen(resource, groups)
        if not chosen:
            sink(Missing(native_type=resource.native_type))
        elif not namespaces:
            walk.list(resource, chosen, "")
        elif resource.namespaced:
            for namespace in namespaces:
                walk.list(resource, chosen, namespace)
        elif resource.native_type == "Namespace":
            for namespace in namespaces:
                walk.one_namespace(resource, namespace)
        else:
            sink(Refused(native_type=resource.native_type, reason=LEFT_OUT))


def _version(cluster: Lists) -> dict[str, Json]:
    """Ask what it is. Whoever does not get this answer gets none."""
    try:
        return cluster.get(VERSION)
    except CallFailed as failure:
        if failure.status == 0 or failure.status in _REFUSING:
            what = "does not take these credentials" if failure.status else "cannot be reached"
            raise UnavailableError(
                f"the cluster {cluster.name} {what}: {failure.reason}: {failure.words}",
                code="kube.unreachable",
                hint=f"`kubectl --context {cluster.name} version` has to work",
            ) from failure
        return {}


class _Groups(NamedTuple):
    """The APIs that are there, with their versions; None where that was not told."""

    versions: dict[str, tuple[str, ...]] | None


def _groups(cluster: Lists) -> _Groups:
    try:
        answer = cluster.get(GROUPS)
    except CallFailed:
        return _Groups(None)
    found: dict[str, tuple[str, ...]] = {"": ("v1",)}
    groups = answer.get("groups")
    for group in groups if isinstance(groups, list) else []:
        if not isinstance(group, dict):
            continue
        versions = group.get("versions")
        found[str(group.get("name"))] = tuple(
            str(one.get("version")) for one in (versions if isinstance(versions, list) else []) if isinstance(one, dict)
        )
    return _Groups(found)


def _chosen(resource: Resource, groups: _Groups) -> tuple[str, ...]:
    """The versions to try, one after the other: the first that the server has, or all where it does not say."""
    if groups.versions is None:
        return resource.versions
    there = groups.versions.get(resource.group)
    if there is None:
        return ()
    return tuple(version for version in resource.versions if version in there)


def _itself(cluster: Lists, version: dict[str, Json], groups: _Groups, collected_at: str) -> dict[str, Json]:
    status: dict[str, Json] = {"collectedAt": collected_at}
    told = version.get("gitVersion")
    if isinstance(told, str):
        status["version"] = told
    anonymous = cluster.anonymous()
    if anonymous:
        status["anonymous"] = anonymous
    if groups.versions is not None:
        names: list[Json] = [*sorted(groups.versions)]
        status["groups"] = names
    return {
        "apiVersion": CLUSTER_VERSION,
        "kind": CLUSTER_TYPE.partition(".")[0],
        "metadata": {"name": cluster.name},
        "status": status,
    }


class _Walk:
    """One collection. What it remembers: who makes pods, and of which makers one stands for all."""

    def __init__(self, cluster: Lists, sink: Sink, asked: Asked) -> None:
        self._cluster = cluster
        self._sink = sink
        self._asked = asked
        self._makers: set[str] = set()  # uids of controllers that were handed over, and of what those made
        self._stood_for: set[str] = set()  # uids of controllers that are not known here
        self._silent = 0  # lists in a row that were not answered

    def list(self, resource: Resource, versions: Sequence[str], namespace: str) -> None:
        if self._silent >= _SILENT:
            self._refused(resource, namespace, CallFailed(0, "Silent", "the cluster had stopped answering"))
            return
        try:
            told = self._listed(resource, versions, namespace)
        except CallFailed as failure:
            self._silent = self._silent + 1 if failure.status == 0 else 0
            self._refused(resource, namespace, failure)
            return
        self._silent = 0
        self._sink(told)

    def _listed(self, resource: Resource, versions: Sequence[str], namespace: str) -> Record:
        for version in versions:
            try:
                self._pages(resource, version, namespace)
            except CallFailed as failure:
                if failure.status != _NOT_FOUND:
                    raise
                continue
            return Listed(native_type=resource.native_type, namespace=namespace)
        return Missing(native_type=resource.native_type)

    def one_namespace(self, resource: Resource, namespace: str) -> None:
        try:
            thing = self._cluster.get(namespace_path(namespace))
        except CallFailed as failure:
            if failure.status == _NOT_FOUND:
                raise NotFoundError(
                    f"the cluster {self._cluster.name} has no namespace {namespace}", code="kube.no_namespace"
                ) from failure
            self._refused(resource, "", failure, namespace)
            return
        self._sink(Thing(tree=trimmed(thing, resource, "v1")))
        self._sink(Listed(native_type=resource.native_type, namespace=namespace))

    def _refused(self, resource: Resource, namespace: str, failure: CallFailed, of: str = "") -> None:
        self._sink(
            Refused(
                native_type=resource.native_type,
                namespace=namespace,
                status=failure.status,
                reason=failure.reason,
                message=failure.words if not of else f"{of}: {failure.words}",
            )
        )

    def _pages(self, resource: Resource, version: str, namespace: str) -> None:
        seen: set[str] = set()
        for restart in range(_RESTARTS + 1):
            try:
                for thing in self._things(resource, version, namespace):
                    identity = _identity(thing)
                    if identity not in seen:
                        seen.add(identity)
                        self._hand_over(thing, resource, version)
            except CallFailed as failure:
                if failure.status != _GONE or restart == _RESTARTS:
                    raise
                continue
            return

    def _things(self, resource: Resource, version: str, namespace: str) -> Iterator[dict[str, Json]]:
        page, next_ = _PAGE, ""
        for _ in range(_MOST_PAGES):
            query = {"limit": str(page)} | ({"continue": next_} if next_ else {})
            self._asked(resource)
            try:
                answer = self._cluster.get(
                    resource.path(version, namespace), query, accept=METADATA if resource.metadata_only else _JSON
                )
            except CallFailed as failure:
                if failure.reason != TOO_LARGE or page <= _SMALLEST_PAGE:
                    raise
                page = max(_SMALLEST_PAGE, page // 5)
                continue
            yield from rows(answer, resource)
            metadata = answer.get("metadata")
            told = metadata.get("continue") if isinstance(metadata, dict) else None
            if not isinstance(told, str) or not told:
                return
            if told == next_:
                raise CallFailed(_OK, "Pages", "the server names the same next page again and again")
            next_ = told
        raise CallFailed(_OK, "Pages", f"the list has more than {_MOST_PAGES} pages")

    def _hand_over(self, thing: dict[str, Json], resource: Resource, version: str) -> None:
        if resource.native_type in POD_PATHS and self._is_made_or_over(thing, resource):
            return
        self._sink(Thing(tree=trimmed(thing, resource, version)))

    def _is_made_or_over(self, thing: dict[str, Json], resource: Resource) -> bool:
        metadata, status = thing.get("metadata"), thing.get("status")
        uid = str(metadata.get("uid") or "") if isinstance(metadata, dict) else ""
        owner = _controller(metadata)
        if owner is not None and owner.uid in self._makers:
            if uid:
                self._makers.add(uid)  # what it makes in turn is judged by the same
            return True
        if uid:
            self._makers.add(uid)
        if _is_over(resource, status):
            return True
        if owner is None or owner.kind == "Node":  # a machine's own pods, each written in a file there
            return False
        if owner.uid in self._stood_for:
            return True
        self._stood_for.add(owner.uid)
        return False


class _Owner(NamedTuple):
    kind: str
    uid: str


def _controller(metadata: Json) -> _Owner | None:
    owners = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    for owner in owners if isinstance(owners, list) else []:
        if isinstance(owner, dict) and owner.get("controller") is True and owner.get("uid"):
            return _Owner(str(owner.get("kind")), str(owner["uid"]))
    return None


def _is_over(resource: Resource, status: Json) -> bool:
    if not isinstance(status, dict):
        return False
    if resource.kind == "Pod":
        return status.get("phase") in _OVER
    conditions = status.get("conditions")
    return resource.kind == "Job" and any(
        isinstance(one, dict) and one.get("type") in {"Complete", "Failed"} and one.get("status") == "True"
        for one in (conditions if isinstance(conditions, list) else [])
    )


def _identity(thing: dict[str, Json]) -> str:
    metadata = thing.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    return f"{told.get('namespace') or ''}/{told.get('name') or ''}/{told.get('uid') or ''}"
