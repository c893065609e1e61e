"""What Kubernetes takes where a manifest says nothing: one table, each line with the version it holds from and where
that is documented.

A default of ours is a `Known` with `is_default`, at the place of what it was left out of.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from watchword.inventory.values import Absent, Known, Place, Scalar, Value


class ApiDefault(NamedTuple):
    value: Scalar
    since: str  # the first version that has it; with "1.0" it was there from the start
    source: str


_API: Final = "Kubernetes API reference"
_ISTIO: Final = "Istio reference"

DEFAULTS: Final[Mapping[str, ApiDefault]] = MappingProxyType(
    {
        "metadata.namespace": ApiDefault("default", "1.0", "Kubernetes documentation, Namespaces, Initial namespaces"),
        "pod.serviceAccountName": ApiDefault("default", "1.0", "Kubernetes documentation, Configure Service Accounts"),
        "pod.automountServiceAccountToken": ApiDefault(
            True, "1.6", "Kubernetes documentation, Configure Service Accounts"
        ),
        "pod.hostNetwork": ApiDefault(False, "1.0", f"{_API}, PodSpec"),
        "pod.hostPID": ApiDefault(False, "1.1", f"{_API}, PodSpec"),
        "pod.hostIPC": ApiDefault(False, "1.1", f"{_API}, PodSpec"),
        "pod.hostUsers": ApiDefault(True, "1.25", f"{_API}, PodSpec"),
        "pod.shareProcessNamespace": ApiDefault(False, "1.10", f"{_API}, PodSpec"),
        "replicas": ApiDefault(1, "1.0", f"{_API}, DeploymentSpec, ReplicaSetSpec, StatefulSetSpec"),
        "container.privileged": ApiDefault(False, "1.0", f"{_API}, SecurityContext"),
        "container.allowPrivilegeEscalation": ApiDefault(True, "1.8", "Kubernetes documentation, Security Context"),
        "container.readOnlyRootFilesystem": ApiDefault(False, "1.1", f"{_API}, SecurityContext"),
        "container.runAsNonRoot": ApiDefault(False, "1.1", f"{_API}, SecurityContext"),
        "container.procMount": ApiDefault("Default", "1.12", f"{_API}, SecurityContext"),
        "port.protocol": ApiDefault("TCP", "1.0", f"{_API}, ContainerPort, ServicePort"),
        "mount.readOnly": ApiDefault(False, "1.0", f"{_API}, VolumeMount"),
        "service.type": ApiDefault("ClusterIP", "1.0", f"{_API}, ServiceSpec"),
        "secret.type": ApiDefault("Opaque", "1.0", f"{_API}, Secret"),
        "secret.immutable": ApiDefault(False, "1.19", f"{_API}, Secret"),
        "serviceAccount.automount": ApiDefault(True, "1.6", f"{_API}, ServiceAccount"),
        "webhook.failurePolicy": ApiDefault(
            "Fail", "1.16", f"{_API}, ValidatingWebhook (admissionregistration.k8s.io/v1)"
        ),
        "kubelet.anonymous": ApiDefault(False, "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"),
        "kubelet.webhook": ApiDefault(True, "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"),
        "kubelet.authorization": ApiDefault("Webhook", "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"),
        "kubelet.readOnlyPort": ApiDefault(0, "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"),
        "kubelet.protectKernelDefaults": ApiDefault(
            False, "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"
        ),
        "kubelet.rotateCertificates": ApiDefault(
            False, "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"
        ),
        "kubelet.streamingTimeout": ApiDefault("4h", "1.10", "Kubernetes reference, Kubelet Configuration (v1beta1)"),
        "kubelet.seccompDefault": ApiDefault(False, "1.25", "Kubernetes reference, Kubelet Configuration (v1beta1)"),
        "istio.mode": ApiDefault(
            "UNSET", "1.4", f"{_ISTIO}, PeerAuthentication: inherits; PERMISSIVE where nothing says more"
        ),
        "istio.action": ApiDefault("ALLOW", "1.4", f"{_ISTIO}, AuthorizationPolicy"),
    }
)


def defaulted(value: Value, name: str, place: Place | None = None) -> Value:
    """The value, or what Kubernetes takes where it is absent."""
    if not isinstance(value, Absent):
        return value
    return Known(DEFAULTS[name].value, place or value.place, is_default=True)
