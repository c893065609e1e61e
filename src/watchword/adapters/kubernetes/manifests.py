"""A manifest as a tree, and the cluster of manifests in which names find what they name.

A name in a manifest (`serviceAccountName: web`) is known, and refers to what is declared under it: in the namespace of
who names it, and in the same directory before anywhere else. Where several could be meant, none is.
"""

from collections.abc import Mapping as MappingOf
from itertools import islice
from typing import Final, NamedTuple

from watchword.adapters.documents import Mapping, text_at
from watchword.adapters.kubernetes._values import children_of
from watchword.adapters.kubernetes.defaults import DEFAULTS
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Place, Reference, Unknown, Value

# Kinds that belong to a cluster and not to a namespace. A kind of somebody else's is taken to belong to a namespace.
CLUSTER_SCOPED: Final = frozenset(
    {
        "APIService", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "ClusterIssuer",
        "ClusterPolicy", "ComponentStatus", "CSIDriver", "CSINode", "CustomResourceDefinition", "FlowSchema",
        "GatewayClass", "IngressClass", "KubeletConfiguration", "MutatingWebhookConfiguration", "Namespace", "Node",
        "PersistentVolume", "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass",
        "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration", "VolumeAttachment",
    }
)  # fmt: skip

# Where the pods of a kind are described: first the pods' metadata, then their specification.
_TEMPLATE: Final = (("spec", "template", "metadata"), ("spec", "template", "spec"))
POD_PATHS: Final[MappingOf[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "Pod": (("metadata",), ("spec",)),
    "PodTemplate": (("template", "metadata"), ("template", "spec")),
    "ReplicationController": _TEMPLATE,
    **dict.fromkeys(
        (
            "DaemonSet.apps", "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps",
            "DaemonSet.extensions", "Deployment.extensions", "ReplicaSet.extensions", "Job.batch",
            "DeploymentConfig.apps.openshift.io", "Rollout.argoproj.io", "Service.serving.knative.dev",
        ),
        _TEMPLATE,
    ),
    "CronJob.batch": (
        ("spec", "jobTemplate", "spec", "template", "metadata"),
        ("spec", "jobTemplate", "spec", "template", "spec"),
    ),
}  # fmt: skip


class Identity(NamedTuple):
    """What a manifest is called. `native_type` is the kind with its group: `Deployment.apps`, `Pod`."""

    native_type: str
    namespace: str  # empty for what belongs to the cluster
    name: str


class _Declared(NamedTuple):
    uid: str
    tree: "Manifest"


class Cluster:
    """What is declared, by what it is called."""

    __slots__ = ("_declared", "_untold")

    def __init__(self) -> None:
        self._declared: dict[Identity, dict[str, list[_Declared]]] = {}  # then by root
        self._untold: set[str] = set()

    def untold(self, native_type: str) -> None:
        """Say that there may be more of a type than is seen: what is not found is then not known to be missing."""
        self._untold.add(native_type)

    def add(self, identity: Identity, root: str, uid: str, tree: "Manifest") -> None:
        self._declared.setdefault(identity, {}).setdefault(root, []).append(_Declared(uid, tree))

    def find(self, identity: Identity, root: str) -> tuple[str, "Manifest"] | None:
        """The uid and the tree of what is called so; None where there is none, or no telling which."""
        found = self._candidates(identity, root)
        return found[0] if len(found) == 1 else None

    def several(self, identity: Identity, root: str) -> bool:
        found = self._candidates(identity, root)
        return len(found) > 1 or (not found and identity.native_type in self._untold)

    def _candidates(self, identity: Identity, root: str) -> "list[_Declared]":
        """What may be meant: what is in the same directory; where nothing is, one or two of the others."""
        by_root = self._declared.get(identity, {})
        near = by_root.get(root)
        return near if near is not None else [one for found in islice(by_root.values(), 2) for one in found[:2]]


class Manifest(Block):
    """A manifest's tree. `namespace` is a value: absent for what belongs to the cluster."""

    __slots__ = ("_cluster", "identity", "kind", "namespace", "root_directory")
    __hash__ = None

    def __init__(
        self,
        children: dict[str, Child],
        place: Place,
        *,
        identity: Identity,
        namespace: Value,
        root_directory: str,
        cluster: Cluster,
    ) -> None:
        super().__init__(children, place)
        self.identity = identity
        self.kind = identity.native_type.partition(".")[0]
        self.namespace = namespace
        self.root_directory = root_directory
        self._cluster = cluster

    def pod(self) -> Value:
        """The specification of the pods that it makes; absent where it makes none."""
        paths = POD_PATHS.get(self.identity.native_type)
        return self.get(*paths[1]) if paths else Absent(self.place)

    def pod_metadata(self) -> Value:
        paths = POD_PATHS.get(self.identity.native_type)
        return self.get(*paths[0]) if paths else Absent(self.place)

    def refers(self, value: Value, native_type: str, namespace: Value | None = None) -> Value:
        """A name as a reference to what is declared under it; `namespace` where it is another than its own."""
        if not isinstance(value, Known):
            return value
        found = self._cluster.find(self._identity(value, native_type, namespace), self.root_directory)
        if found is None:
            return value
        reference = Reference(found[0], "name")
        return Known(value.value, value.place, root=value.root, references=(reference,), is_default=value.is_default)

    def declared(self, value: Value, native_type: str) -> "Manifest | None":
        """What is declared under a name; None where nothing is, or no telling which (see `ambiguous`)."""
        if not isinstance(value, Known):
            return None
        found = self._cluster.find(self._identity(value, native_type, None), self.root_directory)
        return found[1] if found else None

    def ambiguous(self, value: Value, native_type: str) -> bool:
        """Whether several are declared under a name, none of them nearer than the others; or it was not told."""
        return isinstance(value, Known) and self._cluster.several(
            self._identity(value, native_type, None), self.root_directory
        )

    def _identity(self, value: Known, native_type: str, namespace: Value | None) -> Identity:
        if native_type.partition(".")[0] in CLUSTER_SCOPED:
            return Identity(native_type, "", value.text())
        where = self.namespace if namespace is None or isinstance(namespace, Absent) else namespace
        return Identity(native_type, namespace_name(where), value.text())


def native_type_of(node: Mapping) -> str:
    """`apps/v1` and `Deployment` -> `Deployment.apps`; `v1` and `Pod` -> `Pod`. Empty where it is no manifest."""
    version, kind = text_at(node, "apiVersion"), text_at(node, "kind")
    if not version or not kind:
        return ""
    group = version.partition("/")[0] if "/" in version else ""
    return f"{kind}.{group}" if group else kind


def manifest_of(node: Mapping, file: str, root: str, cluster: Cluster, namespace: Known | None) -> Manifest:
    """The tree of a manifest. `namespace` is what its directory says for those that name none."""
    place = Place(file, node.line, node.end_line, node.column)
    children = children_of(node, file)
    native_type = native_type_of(node)
    named = Block(children, place)["metadata"]["namespace"]
    where: Value = Absent(place)
    if native_type.partition(".")[0] not in CLUSTER_SCOPED:
        where = named
        if isinstance(named, Absent):
            default = DEFAULTS["metadata.namespace"].value
            where = Known(default, place, is_default=True) if namespace is None else namespace
    name = Block(children, place)["metadata"]["name"]
    identity = Identity(native_type, _spelled(where), _spelled(name))
    return Manifest(children, place, identity=identity, namespace=where, root_directory=root, cluster=cluster)


def namespace_name(value: Value) -> str:
    """A namespace's name, or what it is made of where nothing else is made of the same; NUL where it cannot be told."""
    if isinstance(value, Unknown) and value.parts and None not in value.parts:
        return value.sketch()
    return value.text() if isinstance(value, Known) else "\0"


def _spelled(value: Value) -> str:
    if isinstance(value, Known):
        return value.text()
    return value.sketch() if isinstance(value, Unknown) else ""


def list_items(value: Value) -> list[Value]:
    """The elements that can be seen of a list."""
    return [value[index] for index in range(value.seen)] if isinstance(value, Elements) else []
