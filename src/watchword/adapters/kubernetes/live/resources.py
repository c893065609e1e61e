"""What is asked of a cluster: lists, and nothing else. The allow-list of paths and the least role are made of it.

A resource that is `optional` belongs to software that not every cluster has: it is skipped quietly where its API is not
there. Of one with `metadata_only`, values are never asked for.

The order is that of the questions: what makes pods comes before pods, so that a pod is told from its controller's.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

# What is made of a cluster itself: its version, and how it takes requests without credentials.
CLUSTER_TYPE: Final = "Cluster.live.watchword"
CLUSTER_VERSION: Final = "live.watchword/v1"

_NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")  # RFC 1123, a label


class Resource(NamedTuple):
    """One list. `versions`: those that are read, the one to prefer first."""

    kind: str
    plural: str
    group: str = ""
    versions: tuple[str, ...] = ("v1",)
    namespaced: bool = True
    optional: bool = False
    metadata_only: bool = False

    @property
    def native_type(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def name(self) -> str:
        """As RBAC and kubectl name it: `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, version: str, namespace: str = "") -> str:
        root = f"/apis/{self.group}/{version}" if self.group else f"/api/{version}"
        return f"{root}/namespaces/{namespace}/{self.plural}" if namespace else f"{root}/{self.plural}"

    def permission(self, namespace: str = "") -> str:
        """What would answer it, in words."""
        where = f"in namespace {namespace}" if namespace else "at cluster scope"
        return f"list {self.name} {where}"


def _cluster(kind: str, plural: str, group: str = "", *versions: str, optional: bool = False) -> Resource:
    return Resource(kind, plural, group, versions or ("v1",), namespaced=False, optional=optional)


def _added(kind: str, plural: str, group: str, *versions: str) -> Resource:
    return Resource(kind, plural, group, versions, optional=True)


_KYVERNO: Final = "policies.kyverno.io"

RESOURCES: Final = (
    _cluster("Namespace", "namespaces"),
    _cluster("Node", "nodes"),
    # What makes pods, makers of makers first
    Resource("Deployment", "deployments", "apps"),
    Resource("StatefulSet", "statefulsets", "apps"),
    Resource("DaemonSet", "daemonsets", "apps"),
    _added("Rollout", "rollouts", "argoproj.io", "v1alpha1"),
    _added("DeploymentConfig", "deploymentconfigs", "apps.openshift.io", "v1"),
    Resource("ReplicaSet", "replicasets", "apps"),
    Resource("ReplicationController", "replicationcontrollers"),
    Resource("CronJob", "cronjobs", "batch"),
    Resource("Job", "jobs", "batch"),
    Resource("Pod", "pods"),
    Resource("LimitRange", "limitranges"),
    # Network
    Resource("Service", "services"),
    Resource("Ingress", "ingresses", "networking.k8s.io"),
    Resource("NetworkPolicy", "networkpolicies", "networking.k8s.io"),
    _cluster("AdminNetworkPolicy", "adminnetworkpolicies", "policy.networking.k8s.io", "v1alpha1", optional=True),
    _cluster(
        "BaselineAdminNetworkPolicy",
        "baselineadminnetworkpolicies",
        "policy.networking.k8s.io",
        "v1alpha1",
        optional=True,
    ),
    _added("CiliumNetworkPolicy", "ciliumnetworkpolicies", "cilium.io", "v2"),
    _cluster("CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies", "cilium.io", "v2", optional=True),
    _added("NetworkPolicy", "networkpolicies", "crd.projectcalico.org", "v1"),
    _cluster("GlobalNetworkPolicy", "globalnetworkpolicies", "crd.projectcalico.org", "v1", optional=True),
    _added("PeerAuthentication", "peerauthentications", "security.istio.io", "v1", "v1beta1"),
    _added("AuthorizationPolicy", "authorizationpolicies", "security.istio.io", "v1", "v1beta1"),
    # Identities and what they may
    Resource("ServiceAccount", "serviceaccounts"),
    Resource("Role", "roles", "rbac.authorization.k8s.io"),
    _cluster("ClusterRole", "clusterroles", "rbac.authorization.k8s.io"),
    Resource("RoleBinding", "rolebindings", "rbac.authorization.k8s.io"),
    _cluster("ClusterRoleBinding", "clusterrolebindings", "rbac.authorization.k8s.io"),
    # Data
    Resource("ConfigMap", "configmaps"),
    Resource("Secret", "secrets", metadata_only=True),
    Resource("PodDisruptionBudget", "poddisruptionbudgets", "policy"),
    # What is asked before something is taken in
    _cluster("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "admissionregistration.k8s.io"),
    _cluster("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "admissionregistration.k8s.io"),
    _cluster(
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        "admissionregistration.k8s.io",
        "v1",
        "v1beta1",
        optional=True,  # since Kubernetes 1.30
    ),
    _cluster("ClusterPolicy", "clusterpolicies", "kyverno.io", "v1", optional=True),
    _added("Policy", "policies", "kyverno.io", "v1"),
    _cluster("ValidatingPolicy", "validatingpolicies", _KYVERNO, "v1", "v1beta1", "v1alpha1", optional=True),
    _cluster("ImageValidatingPolicy", "imagevalidatingpolicies", _KYVERNO, "v1", "v1beta1", "v1alpha1", optional=True),
    _cluster("ConstraintTemplate", "constrainttemplates", "templates.gatekeeper.sh", "v1", "v1beta1", optional=True),
    _cluster("RatifyVerification", "ratifyverification", "constraints.gatekeeper.sh", "v1beta1", optional=True),
    _added("ImagePolicy", "imagepolicies", "config.openshift.io", "v1", "v1alpha1"),
    _cluster("ClusterImagePolicy", "clusterimagepolicies", "policy.sigstore.dev", "v1beta1", "v1alpha1", optional=True),
    _cluster("ClusterAdmissionPolicy", "clusteradmissionpolicies", "policies.kubewarden.io", "v1", optional=True),
    _cluster(
        "SecurityContextConstraints", "securitycontextconstraints", "security.openshift.io", "v1", optional=True
    ),
)  # fmt: skip

BY_TYPE: Final = {resource.native_type: resource for resource in RESOURCES}

VERSION: Final = "/version"
GROUPS: Final = "/apis"
OPEN_TO_ANYBODY: Final = "/api/v1/namespaces"  # asked once without credentials: nobody should be answered
_FACTS: Final = frozenset({VERSION, GROUPS})
_PATHS: Final = frozenset(
    (resource.group, version, resource.plural) for resource in RESOURCES for version in resource.versions
)
_PATH = re.compile(
    r"/(?:api/(?P<core>v1)|apis/(?P<group>[a-z0-9.-]+)/(?P<version>[a-z0-9]+))"
    r"(?:/namespaces/(?P<namespace>[a-z0-9-]+))?(?:/(?P<plural>[a-z]+))?"
)


def namespace_path(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}"


def is_namespace(text: str) -> bool:
    """Whether a text can be a namespace's name: nothing else gets into a path."""
    return _NAMESPACE.fullmatch(text) is not None


def is_allowed(path: str) -> bool:
    """Whether a path is one of the lists of the table, one namespace, or one of the two facts."""
    if path in _FACTS:
        return True
    found = _PATH.fullmatch(path)
    if found is None or (found["namespace"] is not None and not is_namespace(found["namespace"])):
        return False
    if found["plural"] is None:
        return bool(found["core"] and found["namespace"])
    version = found["core"] or found["version"]
    return (found["group"] or "", version, found["plural"]) in _PATHS


def least_role(resources: Iterable[Resource] = RESOURCES) -> str:
    """Return the least ClusterRole that lets a cluster be read, as YAML."""
    by_group: dict[str, list[str]] = {}
    for resource in resources:
        by_group.setdefault(resource.group, []).append(resource.plural)
    lines = [
        "apiVersion: rbac.authorization.k8s.io/v1",
        "kind: ClusterRole",
        "metadata:",
        "  name: watchword-reads",
        "rules:",
    ]
    for group, plurals in sorted(by_group.items()):
        lines += [f'  - apiGroups: ["{group}"]', "    resources:"]
        lines += [f"      - {plural}" for plural in sorted(set(plurals))]
        lines.append("    verbs: [list]")
    lines += [
        '  - apiGroups: [""]  # with --namespace: the namespace itself',
        "    resources: [namespaces]",
        "    verbs: [get]",
        f"  - nonResourceURLs: [{GROUPS}, {VERSION}]",
        "    verbs: [get]",
    ]
    return "\n".join(lines) + "\n"
