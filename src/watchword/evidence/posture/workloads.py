"""What pods run, one container after another: what checks of workloads ask, told by names that edits leave alone.

    risky = which(containers(workload), lambda container: container["privileged"].boolean(default=False))
    return failed(f"privileged: {names_of(risky)}", *(container.seen("privileged") for container in risky))

Containers that start before the others, and those added for debugging, count like the rest unless `kept` is asked for.
What a pod says for all of its containers is merged in by the front-end.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from watchword.evidence.posture.clusters import untold
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Seen
from watchword.inventory import Asset, Known, Reason, ReasonKind, Unknown, UnknownValueError, Value, every, some

# Namespaces that the cluster's own parts live in (Kubernetes: "Namespaces", Initial namespaces).
SYSTEM_NAMESPACES: Final = frozenset({"kube-system", "kube-public", "kube-node-lease"})
# Controllers whose pods run until they are told to stop.
LASTING: Final = frozenset(
    {
        "DaemonSet",
        "Deployment",
        "DeploymentConfig",
        "Pod",
        "ReplicaSet",
        "ReplicationController",
        "Rollout",
        "StatefulSet",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Container:
    """One container. `path` names it: `containers[web]`, or `containers[0]` where its name is not known."""

    path: str
    label: str
    tree: Value

    def __getitem__(self, name: str) -> Value:
        return self.tree[name]

    def seen(self, name: str) -> Seen:
        return Seen(f"{self.path}.{name}", self.tree[name])


def containers(workload: Asset, *, kept: bool = False) -> Iterator[Container]:
    """Yield a workload's containers; `kept` leaves out those that end before the others start, and debuggers."""
    for index, tree in enumerate(workload["containers"].each()):
        if kept and tree["role"].is_known and tree["role"] != "container":
            continue
        name = tree["name"]
        path = f"containers[{name.text() if isinstance(name, Known) else index}]"
        yield Container(path=path, label=name.text() if isinstance(name, Known) else path, tree=tree)


ON_WINDOWS: Final = "its pods run on Windows, where this setting is not known"


def on_windows(workload: Asset) -> bool:
    """Whether its pods run on Windows: Pod Security Standards leave settings of Linux out for them."""
    return workload["operating_system"].text(default="linux") == "windows"


def is_program(container: Container, program: str) -> bool:
    """Whether a container runs a program, by the first word of what it is told to run."""
    first = next(container["command"].each(), None)
    return first is not None and first.text(default="").rpartition("/")[2] == program


CONTROL_PLANE: Final = "it is a part of the control plane, on machines that run nothing else"
_CONTROL_PLANE: Final = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


def is_control_plane(workload: Asset) -> bool:
    """Whether it is one of the pods that make a cluster: each of its containers is one of those programs.

    They have the machine's network, paths and user by what they are (Kubernetes: "Implementation details" of kubeadm).
    """
    if workload["controller"].text(default="") != "Pod" or namespace_of(workload) != "kube-system":
        return False
    found = tuple(containers(workload))
    return bool(found) and every(found, lambda one: some(_CONTROL_PLANE, lambda name: is_program(one, name)))


def names_of(found: Iterable[Container]) -> str:
    return ", ".join(container.label for container in found)


def namespace_of(asset: Asset) -> str:
    """Return the namespace that an asset is in. One that names none is in `default`."""
    return asset["namespace"].text(default="default")


def namespace_key(asset: Asset) -> str:
    """What two things in one namespace share, also where its name is not known: `${var.environment}` of one root.

    Equal keys are one namespace. Of two that differ, one of them not known, that is not told: see `may_be_one`.
    """
    value = asset["namespace"]
    if isinstance(value, Unknown) and value.parts and None not in value.parts:
        return f"{asset.root}#{value.sketch()}"  # no name of a namespace has these characters
    return value.text(default="default")


def may_be_one(key: str, other: str) -> bool:
    """Whether two keys may be of one namespace."""
    return key == other or "#" in key or "#" in other


# Network policies in words of others, which are not read: what they let through is not known here.
_OTHER_POLICIES: Final = (
    "AdminNetworkPolicy.policy.networking.k8s.io",
    "BaselineAdminNetworkPolicy.policy.networking.k8s.io",
    "CiliumClusterwideNetworkPolicy.cilium.io",
    "CiliumNetworkPolicy.cilium.io",
    "GlobalNetworkPolicy.crd.projectcalico.org",
    "GlobalNetworkPolicy.projectcalico.org",
    "NetworkPolicy.crd.projectcalico.org",
    "NetworkPolicy.projectcalico.org",
)


def network_policies(namespace: str, root: str, estate: Estate) -> tuple[Asset, ...]:
    """Return the network policies of a namespace: of `root` alone where several roots have a namespace of that name."""
    found = estate.fact(_policies_by_namespace).get(namespace, ())
    several = len(estate.fact(_roots_by_namespace).get(namespace, ())) > 1
    return tuple(policy for policy in found if not several or policy.root == root)


def _policies_by_namespace(estate: Estate) -> dict[str, list[Asset]]:
    found: dict[str, list[Asset]] = {}
    for policy in estate.of("network_policy"):
        if not policy["namespace"].is_unknown:
            found.setdefault(namespace_of(policy), []).append(policy)
    return found


def _roots_by_namespace(estate: Estate) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for namespace in estate.of("namespace"):
        if namespace["name"].is_known:
            found.setdefault(namespace["name"].text(), set()).add(namespace.root)
    return found


class Selecting:
    """What selects pods by their labels, found without asking each about each: by one label that it wants."""

    __slots__ = ("_all", "_by_label", "_unplaced")

    def __init__(self, assets: Iterable[Asset], selector: Callable[[Asset], Value]) -> None:
        self._by_label: dict[tuple[str, str, str], list[Asset]] = {}
        self._all: dict[str, list[Asset]] = {}
        self._unplaced: list[Asset] = []
        for asset in assets:
            try:
                namespace = namespace_key(asset)
            except UnknownValueError:
                self._unplaced.append(asset)
                continue
            self._all.setdefault(namespace, []).append(asset)
            wanted = (pair for pair in selector(asset).items() if isinstance(pair[1], Known))
            name, value = next(((name, value.text()) for name, value in wanted), ("", ""))
            self._by_label.setdefault((namespace, name, value), []).append(asset)

    def near(self, workload: Asset) -> Iterator[Asset]:
        """Yield those that may select a workload's pods; those that want a label which they lack are left out.

        Raises `UnknownValueError` at the end where others may be in its namespace and select them: there is no telling.
        """
        namespace, labels = namespace_key(workload), tuple(workload["labels"].items())
        known = all(isinstance(value, Known) for _, value in labels)
        wanted = [("", ""), *((name, value.text()) for name, value in labels if isinstance(value, Known))]
        if known:
            for name, value in wanted:
                yield from self._by_label.get((namespace, name, value), ())
        else:
            yield from self._all.get(namespace, ())
        for other, assets in self._all.items():
            if other != namespace and may_be_one(namespace, other):
                found = [a for n, v in wanted for a in self._by_label.get((other, n, v), ())] if known else assets
                _doubt_near(found, workload)
        _doubt_near(self._unplaced, workload)


def _doubt_near(found: Iterable[Asset], workload: Asset) -> None:
    """Raise for what is declared with a workload, and may be in its namespace. What other roots call theirs is theirs;
    what is off by default puts nothing in doubt that is there."""
    near = [a for a in found if a.root == workload.root and (workload.dormant or not a.dormant)]
    doubt_of(near, "it may be in the same namespace, and select its pods")


def raise_where_others_decide(estate: Estate) -> None:
    """Raise `UnknownValueError` where network policies are declared in words that are not read here, or not told of."""
    doubt_of(untold("network_policy", estate), "there may be some")
    doubt_of(estate.typed(*_OTHER_POLICIES), "it may decide, and is not read")


def doubt_of(assets: Sequence[Asset], why: str) -> None:
    """Raise `UnknownValueError` for what may decide in place of what was asked for; nothing where there is none."""
    if assets:
        first = assets[0]
        raise UnknownValueError((Reason(ReasonKind.UNMAPPED, f"{first.address}: {why}", first.place),), first.place)


def raise_unread(value: Value, why: str) -> NoReturn:
    """Raise `UnknownValueError` for a value that says that the answer stands elsewhere."""
    raise UnknownValueError((Reason(ReasonKind.FILE, why, value.place),), value.place)


def selects_all(selector: Value) -> bool:
    """Whether a selector of pods selects all of them: it has neither labels nor expressions."""
    return selector.is_absent or not (bool(selector["labels"]) or bool(selector["expressions"]))
