"""Pods and what makes them, as one: containers with the pod's settings merged in, images taken apart, options read.

What a container says of itself holds before what its pod says of all (Kubernetes API reference, PodSecurityContext).
"""

import re
from collections.abc import Callable
from typing import Final

from watchword.adapters.kubernetes.defaults import defaulted
from watchword.adapters.kubernetes.manifests import Manifest, list_items
from watchword.inventory.images import image_parts
from watchword.inventory.settings import Setting, Wanted
from watchword.inventory.values import (
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Unknown,
    Value,
)

_CONTAINERS: Final = (("container", "containers"), ("init", "initContainers"), ("ephemeral", "ephemeralContainers"))
_OPTION = re.compile(r"--?([A-Za-z][A-Za-z0-9_.-]*+)(?:=(.*))?", re.DOTALL)
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"  # before Kubernetes 1.30
_SECCOMP: Final = "seccomp.security.alpha.kubernetes.io/pod"  # before Kubernetes 1.19


def pod_value(name: str) -> Callable[[Manifest], Value]:
    """A field of the pod's specification, with what Kubernetes takes where it is absent."""

    def read(manifest: Manifest) -> Value:
        pod = manifest.pod()
        return pod if isinstance(pod, Absent | Unknown) else defaulted(pod[name], f"pod.{name}", pod.place)

    return read


def service_account(manifest: Manifest) -> Value:
    pod = manifest.pod()
    named = pod["serviceAccountName"]
    if isinstance(named, Absent):
        named = pod["serviceAccount"]  # its name before Kubernetes 1.6
    return manifest.refers(defaulted(named, "pod.serviceAccountName", pod.place), "ServiceAccount")


def operating_system(manifest: Manifest) -> Value:
    """What the pod says, or what it asks of the machines it may be put on."""
    pod = manifest.pod()
    said = pod["os"]["name"]
    return pod["nodeSelector"]["kubernetes.io/os"] if isinstance(said, Absent) else said


def automount(manifest: Manifest) -> Value:
    """Whether pods get a token: what the pod says holds before what its service account says."""
    pod = manifest.pod()
    own = pod["automountServiceAccountToken"]
    if not isinstance(own, Absent):
        return own
    account = service_account(manifest)
    if isinstance(account, Unknown):
        return Unknown(account.reasons, pod.place)
    if manifest.ambiguous(account, "ServiceAccount"):
        why = "several service accounts are declared under its name, or none was told of"
        return Unknown((Reason(ReasonKind.JOIN, why, account.place),), account.place)
    declared = manifest.declared(account, "ServiceAccount")
    said: Value = declared["automountServiceAccountToken"] if declared else Absent(pod.place)
    return defaulted(said, "pod.automountServiceAccountToken", pod.place)


def volumes(manifest: Manifest) -> Value:
    return _rows(manifest.pod()["volumes"], lambda volume: _volume(volume, manifest))


def _volume(volume: Block, manifest: Manifest) -> Block:
    types = [name for name in volume.names() if name != "name"]
    source: Value = Absent(volume.place)
    if "secret" in types:
        source = manifest.refers(volume["secret"]["secretName"], "Secret")
    elif "configMap" in types:
        source = manifest.refers(volume["configMap"]["name"], "ConfigMap")
    elif "persistentVolumeClaim" in types:
        source = manifest.refers(volume["persistentVolumeClaim"]["claimName"], "PersistentVolumeClaim")
    return Block(
        {
            "name": volume["name"],
            # A volume without a source is an emptyDir (Kubernetes API reference, Volume).
            "type": Known(types[0] if types else "emptyDir", volume.place, is_default=not types),
            "host_path": volume["hostPath"]["path"],
            "source": source,
        },
        volume.place,
    )


def pull_secrets(manifest: Manifest) -> Value:
    pod = manifest.pod()
    named = pod["imagePullSecrets"]
    if not isinstance(named, Elements):
        return named
    names: list[Child] = [manifest.refers(secret["name"], "Secret") for secret in list_items(named)]
    return Elements(names, named.place)


def containers(manifest: Manifest) -> Value:
    pod = manifest.pod()
    if isinstance(pod, Absent | Unknown):
        return pod
    found: list[Child] = []
    doubts: tuple[Reason, ...] = ()
    for role, name in _CONTAINERS:
        value = pod[name]
        if isinstance(value, Unknown):
            doubts += value.reasons
        found.extend(
            _container(container, role, pod, manifest) if isinstance(container, Block) else container
            for container in list_items(value)
        )
    return Elements(found, pod["containers"].place, open_because=doubts)


def _container(container: Block, role: str, pod: Value, manifest: Manifest) -> Block:
    own, shared = container["securityContext"], pod["securityContext"]
    place = container.place
    image = container["image"]

    def merged(name: str) -> Value:
        value = own[name]
        return shared[name] if isinstance(value, Absent) else value

    def settled(name: str) -> Callable[[], Value]:
        return lambda: defaulted(own[name], f"container.{name}", place)

    def row(value: Value, make: Callable[[Block], Block]) -> Callable[[], Value]:
        return lambda: _rows(value, make)

    children: dict[str, Child] = {
        "name": container["name"],
        "role": Known(role, place),
        "image": image,
        "registry": lambda: image_parts(image)["registry"],
        "repository": lambda: image_parts(image)["repository"],
        "tag": lambda: image_parts(image)["tag"],
        "digest": lambda: image_parts(image)["digest"],
        "pull_policy": lambda: _pull_policy(container["imagePullPolicy"], image),
        "command": lambda: container["command"],
        "arguments": lambda: container["args"],
        "flags": lambda: _options(container),
        "privileged": settled("privileged"),
        "allow_privilege_escalation": settled("allowPrivilegeEscalation"),
        "read_only_root": settled("readOnlyRootFilesystem"),
        "proc_mount": settled("procMount"),
        "run_as_non_root": lambda: defaulted(merged("runAsNonRoot"), "container.runAsNonRoot", place),
        "run_as_user": lambda: merged("runAsUser"),
        "run_as_group": lambda: merged("runAsGroup"),
        "capabilities_added": lambda: own["capabilities"]["add"],
        "capabilities_dropped": lambda: own["capabilities"]["drop"],
        "seccomp": lambda: _profile(merged("seccompProfile")["type"], manifest, _SECCOMP),
        "apparmor": lambda: _profile(merged("appArmorProfile")["type"], manifest, _APPARMOR + _text(container["name"])),
        "selinux_type": lambda: merged("seLinuxOptions")["type"],
        "env": row(container["env"], lambda variable: _variable(variable, manifest)),
        "env_secrets": lambda: _whole_secrets(container["envFrom"], manifest),
        "ports": row(container["ports"], _port),
        "mounts": row(container["volumeMounts"], _mount),
        "liveness": _present(container["livenessProbe"]),
        "readiness": _present(container["readinessProbe"]),
        "startup": _present(container["startupProbe"]),
    }
    for resource in ("cpu", "memory"):
        children[f"{resource}_request"] = _asked(container, resource)
        children[f"{resource}_limit"] = container["resources"]["limits"][resource]
    return _Container(children, place)


# Where what is asked of a container stands in it.
_WRITTEN: Final = {
    "privileged": "securityContext.privileged",
    "allow_privilege_escalation": "securityContext.allowPrivilegeEscalation",
    "read_only_root": "securityContext.readOnlyRootFilesystem",
    "proc_mount": "securityContext.procMount",
    "run_as_non_root": "securityContext.runAsNonRoot",
    "capabilities_dropped": "securityContext.capabilities.drop",
    "seccomp": "securityContext.seccompProfile.type",
}


class _Container(Block):
    """A container by canonical names. What is to be written goes into the container itself, not into its pod."""

    __slots__ = ()
    __hash__ = None

    def settings(self, name: str, value: Wanted) -> tuple[Setting, ...]:
        path = _WRITTEN.get(name)
        return (Setting(value=value, at=self.place, path=path),) if path else ()


def _asked(container: Block, resource: str) -> Value:
    """What is asked for; a limit alone is asked for as well (Kubernetes documentation, Resource Management)."""
    asked = container["resources"]["requests"][resource]
    return container["resources"]["limits"][resource] if isinstance(asked, Absent) else asked


def _rows(value: Value, make: Callable[[Block], Block]) -> Value:
    if not isinstance(value, Elements):
        return value
    rows: list[Child] = [make(row) if isinstance(row, Block) else row for row in list_items(value)]
    return Elements(rows, value.place, open_because=value.open_because)


def _present(value: Value) -> Value:
    return (
        Unknown(value.reasons, value.place)
        if isinstance(value, Unknown)
        else Known(not isinstance(value, Absent), value.place)
    )


def _text(value: Value) -> str:
    return value.text() if isinstance(value, Known) else ""


def _profile(type_: Value, manifest: Manifest, annotation: str) -> Value:
    """A profile's type; before there was a field for it, an annotation of the pod."""
    if not isinstance(type_, Absent):
        return type_
    old = manifest.pod_metadata()["annotations"][annotation]
    words = {"runtime/default": "RuntimeDefault", "docker/default": "RuntimeDefault", "unconfined": "Unconfined"}
    if isinstance(old, Known):
        return Known(words.get(old.text(), "Localhost"), old.place)
    return old if isinstance(old, Unknown) else type_


def _variable(variable: Block, manifest: Manifest) -> Block:
    source = variable["valueFrom"]
    return Block(
        {
            "name": variable["name"],
            "value": variable["value"],
            "secret": manifest.refers(source["secretKeyRef"]["name"], "Secret"),
            "config": manifest.refers(source["configMapKeyRef"]["name"], "ConfigMap"),
        },
        variable.place,
    )


def _whole_secrets(value: Value, manifest: Manifest) -> Value:
    if not isinstance(value, Elements):
        return value
    names = [manifest.refers(source["secretRef"]["name"], "Secret") for source in list_items(value)]
    return Elements([name for name in names if not isinstance(name, Absent)], value.place)


def _port(port: Block) -> Block:
    return Block(
        {
            "port": port["containerPort"],
            "host_port": port["hostPort"],
            "protocol": defaulted(port["protocol"], "port.protocol", port.place),
        },
        port.place,
    )


def _mount(mount: Block) -> Block:
    return Block(
        {
            "volume": mount["name"],
            "path": mount["mountPath"],
            "read_only": defaulted(mount["readOnly"], "mount.readOnly", mount.place),
        },
        mount.place,
    )


def _pull_policy(written: Value, image: Value) -> Value:
    """Absent: `Always` for the tag `latest` or none, else `IfNotPresent` (Kubernetes documentation, Images)."""
    if not isinstance(written, Absent):
        return written
    parts = image_parts(image)
    tag, digest = parts["tag"], parts["digest"]
    if isinstance(tag, Unknown) or isinstance(digest, Unknown):
        return Unknown(tag.reasons if isinstance(tag, Unknown) else (), written.place)
    newest = isinstance(digest, Absent) and _text(tag) == "latest"
    return Known("Always" if newest else "IfNotPresent", written.place, is_default=True)


def _options(container: Block) -> Value:
    """`--name=value`, `--name value`, `--name` (true) of command and arguments; the last of a name holds."""
    words: list[Value] = []
    doubts: tuple[Reason, ...] = ()
    for part in (container["command"], container["args"]):
        words.extend(list_items(part))
        if isinstance(part, Unknown):
            doubts += part.reasons
    children: dict[str, Child] = {}
    for number, word in enumerate(words):
        option = _OPTION.fullmatch(word.text()) if isinstance(word, Known) else None
        if isinstance(word, Unknown):
            doubts += word.reasons
        if option is None:
            continue
        following = words[number + 1] if number + 1 < len(words) else None
        children[option[1]] = _option_value(option[2], word, following)
    return Block(children, container.place, open_because=doubts)


def _option_value(written: str | None, word: Value, following: Value | None) -> Value:
    place: Place = word.place
    if written is not None:
        return Known(written, place)
    if isinstance(following, Known) and not following.text().startswith("-"):
        return following
    return Known(True, place)
