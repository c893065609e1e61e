"""Terraform's Kubernetes provider in the words of Kubernetes' API, so that it is asked what manifests are asked.

    declarations = in_manifests_words(declarations)     # kubernetes_deployment.web is a Deployment.apps from here on

- `kubernetes_deployment_v1` and `kubernetes_manifest` (its `manifest`) are read; what is not in `_KINDS` stays.
- A nested block is a block of the API under its camel-case name; those that may stand several times have the API's
  plural. The keys of a map (`labels`, `limits`) are names that people gave, and stay.
- Addresses, places and modules stay Terraform's: only the words change (`Declaration.speaks`).

Source: Terraform's registry, provider hashicorp/kubernetes 2; Kubernetes API reference 1.30.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from watchword.adapters.kubernetes.defaults import DEFAULTS
from watchword.adapters.kubernetes.manifests import CLUSTER_SCOPED, Cluster, Identity, Manifest, namespace_name
from watchword.inventory.model import Declaration, FrontEnd
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Unknown, Value

PREFIX: Final = "kubernetes_"
_RBAC: Final = "rbac.authorization.k8s.io"
_ADMISSION: Final = "admissionregistration.k8s.io"
# The provider's types without `kubernetes_` and `_v1`.
_KINDS: Final = MappingProxyType(
    {
        "cluster_role": f"ClusterRole.{_RBAC}",
        "cluster_role_binding": f"ClusterRoleBinding.{_RBAC}",
        "config_map": "ConfigMap",
        "cron_job": "CronJob.batch",
        "daemon_set": "DaemonSet.apps",
        "daemonset": "DaemonSet.apps",
        "default_service_account": "ServiceAccount",
        "deployment": "Deployment.apps",
        "ingress": "Ingress.networking.k8s.io",
        "job": "Job.batch",
        "limit_range": "LimitRange",
        "mutating_webhook_configuration": f"MutatingWebhookConfiguration.{_ADMISSION}",
        "namespace": "Namespace",
        "network_policy": "NetworkPolicy.networking.k8s.io",
        "pod": "Pod",
        "pod_disruption_budget": "PodDisruptionBudget.policy",
        "replication_controller": "ReplicationController",
        "role": f"Role.{_RBAC}",
        "role_binding": f"RoleBinding.{_RBAC}",
        "secret": "Secret",
        "service": "Service",
        "service_account": "ServiceAccount",
        "stateful_set": "StatefulSet.apps",
        "validating_webhook_configuration": f"ValidatingWebhookConfiguration.{_ADMISSION}",
    }
)
# Blocks that may stand several times, in the API's plural.
_SEVERAL: Final = MappingProxyType(
    {
        "container": "containers",
        "egress": "egress",
        "env": "env",
        "env_from": "envFrom",
        "ephemeral_container": "ephemeralContainers",
        "from": "from",
        "host_aliases": "hostAliases",
        "image_pull_secret": "imagePullSecrets",
        "image_pull_secrets": "imagePullSecrets",
        "ingress": "ingress",
        "init_container": "initContainers",
        "items": "items",
        "match_expressions": "matchExpressions",
        "path": "paths",
        "port": "ports",
        "ports": "ports",
        "rule": "rules",
        "subject": "subjects",
        "sysctl": "sysctls",
        "tls": "tls",
        "to": "to",
        "toleration": "tolerations",
        "topology_spread_constraint": "topologySpreadConstraints",
        "volume": "volumes",
        "volume_claim_template": "volumeClaimTemplates",
        "volume_device": "volumeDevices",
        "volume_mount": "volumeMounts",
        "webhook": "webhooks",
    }
)
# Where a name in capitals is not what camel case makes of it.
_SPELLED: Final = MappingProxyType(
    {
        "cluster_ip": "clusterIP",
        "external_ips": "externalIPs",
        "host_ip": "hostIP",
        "host_ipc": "hostIPC",
        "host_pid": "hostPID",
        "non_resource_urls": "nonResourceURLs",
        "service_cidr": "serviceCIDR",
    }
)


def in_manifests_words(declarations: Iterable[Declaration]) -> tuple[Declaration, ...]:
    """Return the declarations, those of the Kubernetes provider as manifests. They find each other by their names."""
    cluster = Cluster()
    found: list[Declaration] = []
    for declaration in declarations:
        tree = _manifest(declaration, cluster) if declaration.native_type.startswith(PREFIX) else None
        if tree is None:
            found.append(declaration)
            continue
        native_type = tree.identity.native_type
        found.append(replace(declaration, native_type=native_type, tree=tree, speaks=FrontEnd.KUBERNETES))
        if tree.identity.name and "\0" not in tree.identity.namespace:
            uid = f"{declaration.root}#{declaration.address}"
            cluster.add(tree.identity, declaration.root, uid, tree)
    return tuple(found)


def _manifest(declaration: Declaration, cluster: Cluster) -> Manifest | None:
    type_ = declaration.native_type.removeprefix(PREFIX)
    written = declaration.tree
    children: dict[str, Child]
    if type_ == "manifest":
        whole = written["manifest"]
        kind, version = whole["kind"], whole["apiVersion"]
        if not isinstance(whole, Block) or not isinstance(kind, Known) or not isinstance(version, Known):
            return None
        group = version.text().partition("/")[0] if "/" in version.text() else ""
        native_type = f"{kind.text()}.{group}" if group else kind.text()
        children = {name: _part(whole, name) for name in whole.names()}
    else:
        base, _, last = type_.rpartition("_")
        known = _KINDS.get(base if last in {"v1", "v2", "v1beta1"} else type_)
        if known is None:
            return None
        native_type = known
        children = _spoken(written)
        children["kind"] = Known(native_type.partition(".")[0], declaration.place)
        if native_type == "Secret":
            _secret(children)
    metadata = Block(children, declaration.place)["metadata"]
    where: Value = Absent(declaration.place)
    if native_type.partition(".")[0] not in CLUSTER_SCOPED:
        where = metadata["namespace"]
        if isinstance(where, Absent):
            where = Known(DEFAULTS["metadata.namespace"].value, declaration.place, is_default=True)
    name = metadata["name"]
    if isinstance(name, Absent) and type_.startswith("default_service_account"):
        name = Known("default", declaration.place, is_default=True)
    return Manifest(
        children,
        declaration.place,
        identity=Identity(
            native_type, namespace_name(where) if isinstance(where, Known | Unknown) else "", _spelled(name)
        ),
        namespace=where,
        root_directory=declaration.root,
        cluster=cluster,
    )


def _secret(children: dict[str, Child]) -> None:
    """The provider encodes `data` itself: it takes what the API calls `stringData`."""
    plain, encoded = children.pop("data", None), children.pop("binaryData", None)
    if plain is not None:
        children["stringData"] = plain
    if encoded is not None:
        children["data"] = encoded


def _part(of: Block, name: str) -> Callable[[], Value]:
    return lambda: of[name]


def _spoken(block: Block) -> dict[str, Child]:
    """The arguments and nested blocks of a block under the API's names."""
    children: dict[str, Child] = {}
    for name in block.names():
        several = _SEVERAL.get(name)
        if several is not None and _is_blocks(block[name]):
            children[several] = _value(block, name, several=True)
        else:
            children[_SPELLED.get(name) or _camel(name)] = _value(block, name, several=False)
    return children


def _value(of: Block, name: str, *, several: bool) -> Callable[[], Value]:
    def make() -> Value:
        value = of[name]
        if not isinstance(value, Elements) or not _is_blocks(value):
            return value
        if several:
            return Elements(
                [_later(value, index) for index in range(value.seen)], value.place, open_because=value.open_because
            )
        if value.seen:
            return _translated(value[0])
        return Unknown(value.open_because, value.place) if value.open_because else Absent(value.place)

    return make


def _is_blocks(value: Value) -> bool:
    """Whether these are nested blocks: an argument is a text, a map, or a list of texts. (`path` is both.)"""
    return isinstance(value, Elements) and (value.seen == 0 or isinstance(value[0], Block))


def _later(value: Elements, index: int) -> Callable[[], Value]:
    return lambda: _translated(value[index])


def _translated(value: Value) -> Value:
    if not isinstance(value, Block):
        return value
    return Block(_spoken(value), value.place, open_because=value.open_because)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _spelled(value: Value) -> str:
    if isinstance(value, Known):
        return value.text()
    return value.sketch() if isinstance(value, Unknown) else ""
