"""The shapes of Kubernetes' kinds: what each canonical attribute is, as a path or as a question to the manifest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.adapters.kubernetes import workloads
from watchword.adapters.kubernetes.defaults import DEFAULTS, defaulted
from watchword.adapters.kubernetes.manifests import POD_PATHS, Manifest, list_items
from watchword.inventory import Shape, shapes
from watchword.inventory.settings import Setting, Wanted
from watchword.inventory.shapes import Constant, Default, Nothing, Present, Readable, Subject
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Reason, ReasonKind, Unknown, Value
from watchword.kernel.errors import DefectError


@dataclass(frozen=True, slots=True)
class _Of:
    """What a manifest answers. `pod` is where that stands in the specification of its pods, if it can be written."""

    question: Callable[[Manifest], Value]
    pod: str = ""

    def read(self, subject: Subject) -> Value:
        if not isinstance(subject.tree, Manifest):
            raise DefectError("a manifest was expected", code="inventory.shape")
        return self.question(subject.tree)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        paths = POD_PATHS.get(subject.tree.identity.native_type) if isinstance(subject.tree, Manifest) else None
        if not self.pod or paths is None:
            return ()
        return (Setting(value=value, at=subject.place, path=".".join((*paths[1], self.pod)), whole=True),)


def _default(path: str, name: str) -> Default:
    default = DEFAULTS[name]
    return Default(path, value=default.value, says=f"{default.source} (since {default.since})")


def _namespace(manifest: Manifest) -> Value:
    return manifest.refers(manifest.namespace, "Namespace")


def _annotation(name: str) -> Callable[[Manifest], Value]:
    return lambda manifest: manifest["metadata"]["annotations"][name]


def _label(name: str) -> Callable[[Manifest], Value]:
    return lambda manifest: manifest["metadata"]["labels"][name]


def _mapped(value: Value, make: Callable[[Block], Mapping[str, Child]]) -> Value:
    """A list of blocks, each made into another."""
    if not isinstance(value, Elements):
        return value
    rows: list[Child] = [
        Block(dict(make(row)), row.place) if isinstance(row, Block) else row for row in list_items(value)
    ]
    return Elements(rows, value.place, open_because=value.open_because)


def _together(values: Iterable[Value], of: Value) -> Value:
    """One list of what several hold."""
    found: list[Child] = []
    doubts: tuple[Reason, ...] = ()
    for value in values:
        if isinstance(value, Elements):
            found.extend(list_items(value))
        elif isinstance(value, Unknown):
            doubts += value.reasons
        elif not isinstance(value, Absent):
            found.append(value)
    return Elements(found, of.place, open_because=doubts)


def _selector(value: Value) -> Value:
    """A label selector. Absent stays absent: what that means depends on where it stands."""
    if not isinstance(value, Block):
        return value
    expressions = _mapped(
        value["matchExpressions"],
        lambda row: {"key": row["key"], "operator": row["operator"], "values": row["values"]},
    )
    labels = value["matchLabels"]
    return Block(
        {"labels": Block({}, value.place) if isinstance(labels, Absent) else labels, "expressions": expressions},
        value.place,
    )


def _everything(value: Value) -> Value:
    """A selector of nothing, where leaving it out means all."""
    return _selector(Block({}, value.place) if isinstance(value, Absent) else value)


_COMMON: Final[Mapping[str, Readable]] = {"name": "metadata.name", "tags": "metadata.labels"}
_NAMESPACED: Final[Mapping[str, Readable]] = {**_COMMON, "namespace": _Of(_namespace)}


def _shape(native_type: str, kind: str, attributes: Mapping[str, Readable]) -> Shape:
    # Names are looked up by the front-end itself, within namespaces; so nothing is known by its bare name.
    return Shape(native_type, kind, attributes, identity=())


# Workloads

_WORKLOAD: Final[Mapping[str, Readable]] = {
    **_NAMESPACED,
    "controller": "kind",
    "labels": _Of(lambda manifest: manifest.pod_metadata()["labels"]),
    "annotations": _Of(lambda manifest: manifest.pod_metadata()["annotations"]),
    "replicas": _default("spec.replicas", "replicas"),
    "service_account": _Of(workloads.service_account),
    "automount_token": _Of(workloads.automount, pod="automountServiceAccountToken"),
    "host_network": _Of(workloads.pod_value("hostNetwork"), pod="hostNetwork"),
    "host_pid": _Of(workloads.pod_value("hostPID"), pod="hostPID"),
    "host_ipc": _Of(workloads.pod_value("hostIPC"), pod="hostIPC"),
    "host_users": _Of(workloads.pod_value("hostUsers"), pod="hostUsers"),
    "share_processes": _Of(workloads.pod_value("shareProcessNamespace"), pod="shareProcessNamespace"),
    "operating_system": _Of(workloads.operating_system),
    "runtime_class": _Of(lambda manifest: manifest.pod()["runtimeClassName"]),
    "pull_secrets": _Of(workloads.pull_secrets),
    "volumes": _Of(workloads.volumes),
    "containers": _Of(workloads.containers),
}


def _workload(native_type: str) -> Shape:
    kind = native_type.partition(".")[0]
    alone: Mapping[str, Readable] = (
        {} if kind in {"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"} else {"replicas": Nothing()}
    )
    return _shape(native_type, "workload", {**_WORKLOAD, **alone})


# Network


def _service_ports(manifest: Manifest) -> Value:
    return _mapped(
        manifest["spec"]["ports"],
        lambda port: {
            "port": port["port"],
            "target": port["port"] if isinstance(port["targetPort"], Absent) else port["targetPort"],
            "node_port": port["nodePort"],
            "protocol": defaulted(port["protocol"], "port.protocol", port.place),
        },
    )


def _ingress_class(manifest: Manifest) -> Value:
    named = manifest["spec"]["ingressClassName"]
    return _annotation("kubernetes.io/ingress.class")(manifest) if isinstance(named, Absent) else named


def _ingress_services(manifest: Manifest) -> Value:
    spec = manifest["spec"]
    backends = [spec["defaultBackend"], spec["backend"]]
    for rule in list_items(spec["rules"]):
        backends.extend(path["backend"] for path in list_items(rule["http"]["paths"]))
    names: list[Value] = []
    for backend in backends:
        name = backend["service"]["name"]
        names.append(manifest.refers(backend["serviceName"] if isinstance(name, Absent) else name, "Service"))
    return _together(names, spec)


def _tls(manifest: Manifest) -> Value:
    return _mapped(
        manifest["spec"]["tls"],
        lambda row: {"hosts": row["hosts"], "secret": manifest.refers(row["secretName"], "Secret")},
    )


_INGRESS: Final[Mapping[str, Readable]] = {
    **_NAMESPACED,
    "controller_class": _Of(_ingress_class),
    "annotations": "metadata.annotations",
    "hosts": "spec.rules[].host",
    "tls": _Of(_tls),
    "services": _Of(_ingress_services),
}


def _policy_types(manifest: Manifest) -> Value:
    """Absent: Ingress, and Egress where there are such rules (Kubernetes API reference, NetworkPolicySpec)."""
    spec = manifest["spec"]
    written = spec["policyTypes"]
    if not isinstance(written, Absent):
        return written
    types = ["Ingress"] if isinstance(spec["egress"], Absent) else ["Ingress", "Egress"]
    return Elements([Known(name, spec.place, is_default=True) for name in types], spec.place)


def _traffic(direction: str, peers: str) -> Callable[[Manifest], Value]:
    def peer(row: Block) -> Mapping[str, Child]:
        return {
            "cidr": row["ipBlock"]["cidr"],
            "exceptions": row["ipBlock"]["except"],
            "namespaces": _selector(row["namespaceSelector"]),
            "pods": _selector(row["podSelector"]),
        }

    def port(row: Block) -> Mapping[str, Child]:
        return {
            "port": row["port"],
            "end_port": row["endPort"],
            "protocol": defaulted(row["protocol"], "port.protocol", row.place),
        }

    return lambda manifest: _mapped(
        manifest["spec"][direction],
        lambda rule: {"peers": _mapped(rule[peers], peer), "ports": _mapped(rule["ports"], port)},
    )


_NETWORK: Final = (
    _shape(
        "Service",
        "service",
        {
            **_NAMESPACED,
            "type": _default("spec.type", "service.type"),
            "selector": "spec.selector",
            "annotations": "metadata.annotations",
            "source_ranges": "spec.loadBalancerSourceRanges",
            "external_addresses": "spec.externalIPs",
            "ports": _Of(_service_ports),
        },
    ),
    _shape("Ingress.networking.k8s.io", "ingress", _INGRESS),
    _shape("Ingress.extensions", "ingress", _INGRESS),
    _shape(
        "NetworkPolicy.networking.k8s.io",
        "network_policy",
        {
            **_NAMESPACED,
            "pods": _Of(lambda manifest: _everything(manifest["spec"]["podSelector"])),
            "types": _Of(_policy_types),
            "ingress": _Of(_traffic("ingress", "from")),
            "egress": _Of(_traffic("egress", "to")),
        },
    ),
    _shape(
        "PeerAuthentication.security.istio.io",
        "mesh_authentication",
        {
            **_NAMESPACED,
            "pods": _Of(lambda manifest: _everything(manifest["spec"]["selector"])),
            "mode": _default("spec.mtls.mode", "istio.mode"),
        },
    ),
    _shape(
        "AuthorizationPolicy.security.istio.io",
        "mesh_authorization",
        {
            **_NAMESPACED,
            "pods": _Of(lambda manifest: _everything(manifest["spec"]["selector"])),
            "action": _default("spec.action", "istio.action"),
            "rules": _Of(lambda manifest: _mapped(manifest["spec"]["rules"], _mesh_rule)),
        },
    ),
)


def _mesh_rule(rule: Block) -> Mapping[str, Child]:
    sources = [row["source"] for row in list_items(rule["from"])]
    operations = [row["operation"] for row in list_items(rule["to"])]
    return {
        "principals": _together((source["principals"] for source in sources), rule),
        "request_principals": _together((source["requestPrincipals"] for source in sources), rule),
        "namespaces": _together((source["namespaces"] for source in sources), rule),
        "addresses": _together((source[name] for source in sources for name in ("ipBlocks", "remoteIpBlocks")), rule),
        "methods": _together((operation["methods"] for operation in operations), rule),
        "paths": _together((operation["paths"] for operation in operations), rule),
    }


# Identities and what they may


def _rules(manifest: Manifest) -> Value:
    return _mapped(
        manifest["rules"],
        lambda rule: {
            "verbs": rule["verbs"],
            "groups": rule["apiGroups"],
            "resources": rule["resources"],
            "names": rule["resourceNames"],
            "urls": rule["nonResourceURLs"],
        },
    )


def _bound_role(manifest: Manifest) -> Value:
    reference = manifest["roleRef"]
    kind = reference["kind"]
    if not isinstance(kind, Known) or kind.text() not in {"Role", "ClusterRole"}:
        return reference["name"]
    return manifest.refers(reference["name"], f"{kind.text()}.rbac.authorization.k8s.io")


def _service_accounts(manifest: Manifest) -> Value:
    subjects = manifest["subjects"]
    if not isinstance(subjects, Elements):
        return subjects
    found: list[Child] = [
        manifest.refers(subject["name"], "ServiceAccount", subject["namespace"])
        for subject in list_items(subjects)
        if isinstance(subject["kind"], Known) and subject["kind"] == "ServiceAccount"
    ]
    return Elements(found, subjects.place, open_because=subjects.open_because)


def _subjects(manifest: Manifest) -> Value:
    return _mapped(
        manifest["subjects"],
        lambda row: {
            "kind": row["kind"],
            "name": row["name"],
            # A service account of a `RoleBinding` that names no namespace is one of the binding's own.
            "namespace": manifest.namespace if isinstance(row["namespace"], Absent) else row["namespace"],
        },
    )


def _role(kind: str, *, cluster: bool) -> Shape:
    common = _COMMON if cluster else _NAMESPACED
    return _shape(
        f"{kind}.rbac.authorization.k8s.io",
        "rbac_role",
        {
            **common,
            **({"namespace": Nothing()} if cluster else {}),
            "cluster": Constant(cluster),
            "aggregated": Present("aggregationRule"),
            "rules": _Of(_rules),
        },
    )


def _binding(kind: str, *, cluster: bool) -> Shape:
    common = _COMMON if cluster else _NAMESPACED
    return _shape(
        f"{kind}.rbac.authorization.k8s.io",
        "rbac_binding",
        {
            **common,
            **({"namespace": Nothing()} if cluster else {}),
            "cluster": Constant(cluster),
            "role": _Of(_bound_role),
            "role_kind": "roleRef.kind",
            "subjects": _Of(_subjects),
            "service_accounts": _Of(_service_accounts),
        },
    )


_IDENTITY: Final = (
    _shape(
        "ServiceAccount",
        "service_account",
        {
            **_NAMESPACED,
            "automount_token": _default("automountServiceAccountToken", "serviceAccount.automount"),
            "annotations": "metadata.annotations",
            "cloud_role": _Of(_annotation("eks.amazonaws.com/role-arn")),
        },
    ),
    _role("Role", cluster=False),
    _role("ClusterRole", cluster=True),
    _binding("RoleBinding", cluster=False),
    _binding("ClusterRoleBinding", cluster=True),
)

# The rest


def _secret_data(manifest: Manifest) -> Value:
    """`data` and `stringData` as one; the second wins, as it does when they are sent."""
    children: dict[str, Child] = {}
    doubts: tuple[Reason, ...] = ()
    for name in ("data", "stringData"):
        value = manifest[name]
        if isinstance(value, Block):
            children.update({key: value[key] for key in value.names()})
        elif isinstance(value, Unknown):
            doubts += value.reasons
        elif not isinstance(value, Absent):
            doubts += (Reason(ReasonKind.INVALID, f"{name} is a mapping", value.place),)
    if not children and not doubts:
        return Absent(manifest.place)
    return Block(children, manifest.place, open_because=doubts)


def _webhooks(manifest: Manifest) -> Value:
    def webhook(row: Block) -> Mapping[str, Child]:
        rules = list_items(row["rules"])
        client = row["clientConfig"]
        return {
            "name": row["name"],
            "failure_policy": defaulted(row["failurePolicy"], "webhook.failurePolicy", row.place),
            "operations": _together((rule["operations"] for rule in rules), row),
            "resources": _together((rule["resources"] for rule in rules), row),
            "service": manifest.refers(client["service"]["name"], "Service", client["service"]["namespace"]),
            "url": client["url"],
        }

    return _mapped(manifest["webhooks"], webhook)


def _webhook_configuration(kind: str, *, validating: bool) -> Shape:
    return _shape(
        f"{kind}.admissionregistration.k8s.io",
        "admission_webhook",
        {**_COMMON, "validating": Constant(validating), "webhooks": _Of(_webhooks)},
    )


def _untold(manifest: Manifest) -> Value:
    """What whoever runs the cluster has set, and its API does not show."""
    return Unknown((Reason(ReasonKind.ACCESS, "a cluster's own API does not tell", manifest.place),), manifest.place)


_OTHERS: Final = (
    _shape(
        "Namespace",
        "namespace",
        {
            **_COMMON,
            "pod_security": _Of(_label("pod-security.kubernetes.io/enforce")),
            "pod_security_audit": _Of(_label("pod-security.kubernetes.io/audit")),
            "pod_security_warn": _Of(_label("pod-security.kubernetes.io/warn")),
            "annotations": "metadata.annotations",
        },
    ),
    # What the cluster is and runs on: read live, and in what `kubectl get nodes -o yaml` writes.
    _shape(
        "Cluster.live.watchword",
        "kubernetes_cluster",
        {
            **_COMMON,
            "version": "status.version",
            "anonymous": "status.anonymous",
            "collected_at": "status.collectedAt",
            **dict.fromkeys(
                ("public_endpoint", "private_endpoint", "public_cidrs", "secrets_key", "log_types"), _Of(_untold)
            ),
            "role": Nothing(),
            "security_groups": Nothing(),
        },
    ),
    _shape(
        "Node",
        "cluster_node",
        {
            **_COMMON,
            "kubelet_version": "status.nodeInfo.kubeletVersion",
            "system": "status.nodeInfo.osImage",
            "runtime": "status.nodeInfo.containerRuntimeVersion",
        },
    ),
    _shape("ConfigMap", "config_map", {**_NAMESPACED, "data": "data"}),
    _shape(
        "Secret",
        "cluster_secret",
        {
            **_NAMESPACED,
            "type": _default("type", "secret.type"),
            "data": _Of(_secret_data),
            "immutable": _default("immutable", "secret.immutable"),
        },
    ),
    _shape(
        "PodDisruptionBudget.policy",
        "disruption_budget",
        {
            **_NAMESPACED,
            "pods": _Of(lambda manifest: _selector(manifest["spec"]["selector"])),
            "min_available": "spec.minAvailable",
            "max_unavailable": "spec.maxUnavailable",
        },
    ),
    _webhook_configuration("ValidatingWebhookConfiguration", validating=True),
    _webhook_configuration("MutatingWebhookConfiguration", validating=False),
    _shape(
        "KubeletConfiguration.kubelet.config.k8s.io",
        "kubelet_settings",
        {
            **_COMMON,
            "anonymous": _default("authentication.anonymous.enabled", "kubelet.anonymous"),
            "webhook_authentication": _default("authentication.webhook.enabled", "kubelet.webhook"),
            "authorization": _default("authorization.mode", "kubelet.authorization"),
            "read_only_port": _default("readOnlyPort", "kubelet.readOnlyPort"),
            "client_ca": "authentication.x509.clientCAFile",
            "protect_kernel_defaults": _default("protectKernelDefaults", "kubelet.protectKernelDefaults"),
            "rotate_certificates": _default("rotateCertificates", "kubelet.rotateCertificates"),
            "streaming_timeout": _default("streamingConnectionIdleTimeout", "kubelet.streamingTimeout"),
            "seccomp_default": _default("seccompDefault", "kubelet.seccompDefault"),
        },
    ),
)


def kubernetes_shapes() -> Mapping[str, Shape]:
    """Return all shapes, by native type: the kind with its group."""
    return shapes((_workload(native_type) for native_type in POD_PATHS), _NETWORK, _IDENTITY, _OTHERS)
