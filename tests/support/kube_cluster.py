"""An API server of our own that answers as Kubernetes' does: lists in pages, tables, refusals, over TLS.

    with cluster(tmp_path) as there:
        there.add("v1", "Namespace", "shop")
        environment.setenv("KUBECONFIG", str(there.kubeconfig()))

What goes wrong is asked for by `there.refused`, `there.busy`, `there.expiring` and so on, by resource. Each request is
kept in `there.asked`.
"""

import base64
import json
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support.certificates import Authority

TOKEN = "token-of-the-auditor"

# Plurals by kind, with the APIs that every cluster has.
_BUILT_IN = {
    "Namespace": ("", "namespaces"), "Node": ("", "nodes"), "Pod": ("", "pods"), "Service": ("", "services"),
    "ServiceAccount": ("", "serviceaccounts"), "ConfigMap": ("", "configmaps"), "Secret": ("", "secrets"), "LimitRange": ("", "limitranges"),
    "ReplicationController": ("", "replicationcontrollers"), "Deployment": ("apps", "deployments"),
    "StatefulSet": ("apps", "statefulsets"), "DaemonSet": ("apps", "daemonsets"), "ReplicaSet": ("apps", "replicasets"),
    "Job": ("batch", "jobs"), "CronJob": ("batch", "cronjobs"), "Ingress": ("networking.k8s.io", "ingresses"),
    "NetworkPolicy": ("networking.k8s.io", "networkpolicies"), "Role": ("rbac.authorization.k8s.io", "roles"),
    "ClusterRole": ("rbac.authorization.k8s.io", "clusterroles"),
    "RoleBinding": ("rbac.authorization.k8s.io", "rolebindings"),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io", "clusterrolebindings"),
    "PodDisruptionBudget": ("policy", "poddisruptionbudgets"),
    "ValidatingWebhookConfiguration": ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    "MutatingWebhookConfiguration": ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    "ValidatingAdmissionPolicy": ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
}  # fmt: skip

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    accept: str
    token: str  # empty: it came without
    certificate: bool


@dataclass(slots=True, kw_only=True)
class Cluster:
    """What there is, and what goes wrong."""

    directory: Path
    address: str
    root: Path  # of the authority that signed the server's certificate
    authority: Authority
    client: Path | None = None  # a certificate that is taken in place of a token
    version: str = "v1.36.1"
    groups: dict[str, list[str]] = field(
        default_factory=lambda: {group: ["v1"] for group, _ in _BUILT_IN.values() if group}
    )
    things: dict[str, list[Tree]] = field(default_factory=dict)  # by `deployments.apps`
    refused: dict[str, int] = field(default_factory=dict)  # status by resource; "/version" too
    busy: dict[str, list[str]] = field(default_factory=dict)  # `Retry-After` of each 429 that comes first
    failing: dict[str, int] = field(default_factory=dict)  # how often 503 comes first
    expiring: dict[str, int] = field(default_factory=dict)  # how often the second page is gone
    slow: dict[str, float] = field(default_factory=dict)  # seconds before the answer
    told: dict[str, bytes] = field(default_factory=dict)  # the whole answer, whatever was asked
    elsewhere: dict[str, str] = field(default_factory=dict)  # a redirect
    plain_secrets: bool = False  # a server that does not know of tables
    anonymous: int = 401
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, version: str, kind: str, name: str, namespace: str = "", **more: Any) -> Tree:
        """Put a thing there, with what every thing has beside what it says."""
        group, plural = _BUILT_IN.get(kind, (version.partition("/")[0], f"{kind.lower()}s"))
        metadata = {
            "name": name,
            "uid": f"uid-{kind}-{namespace}-{name}",
            "resourceVersion": "1",
            "creationTimestamp": "2026-06-01T10:00:00Z",
            "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:data": {}}}],
            **({"namespace": namespace} if namespace else {}),
            **more.pop("metadata", {}),
        }
        thing = {"metadata": metadata, **more}
        self.things.setdefault(f"{plural}.{group}".rstrip("."), []).append(thing)
        return thing

    def add_api(self, group: str, *versions: str) -> None:
        self.groups[group] = list(versions)

    def kubeconfig(self, *, name: str = "prod", user: Tree | None = None, of_cluster: Tree | None = None) -> Path:
        """Write one whose current context is `name`."""
        path = self.directory / f"{name}.kubeconfig"
        settings = {"server": self.address, **(of_cluster or {"certificate-authority": str(self.root)})}
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": name,
                    "clusters": [{"name": "c", "cluster": settings}],
                    "users": [{"name": "u", "user": {"token": TOKEN} if user is None else user}],
                    "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}}],
                }
            )
        )
        return path

    def plugin(self, script: str) -> Tree:
        """A user whose credentials a program gives. The program is Python."""
        path = self.directory / "plugin.py"
        path.write_text(script)
        return {
            "exec": {
                "apiVersion": "client.authentication.k8s.io/v1",
                "command": sys.executable,
                "args": [str(path)],
                "interactiveMode": "Never",
            }
        }

    def certified(self) -> Tree:
        """A user who shows a certificate."""
        path = self.client = self.authority.issue("auditor")
        text = base64.b64encode(path.read_bytes()).decode()
        return {"client-certificate-data": text, "client-key-data": text}

    def methods(self) -> set[str]:
        return {one.method for one in self.asked}


@contextmanager
def cluster(directory: Path, *, tls: bool = True) -> Iterator[Cluster]:
    """A server that listens until the block ends."""
    authority = Authority(directory / "authority", "a cluster's own")
    server = _Server(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.issue("127.0.0.1"))
        context.load_verify_locations(authority.root)
        context.verify_mode = ssl.CERT_OPTIONAL
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    there = Cluster(
        directory=directory,
        address=f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}",
        root=authority.root,
        authority=authority,
    )
    server.there = there  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # whoever does not believe its certificate hangs up


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that is overridden
        pass

    def _any(self) -> None:
        there: Cluster = self.server.there  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        token = self.headers.get("Authorization", "").partition(" ")[2]
        certificate = isinstance(self.connection, ssl.SSLSocket) and bool(self.connection.getpeercert())
        one = Asked(
            method=self.command,
            path=parts.path,
            query=query,
            accept=self.headers.get("Accept", ""),
            token=token,
            certificate=certificate,
        )
        with there.lock:
            there.asked.append(one)
        if not token and not certificate:
            self._status(there.anonymous, "Unauthorized" if there.anonymous == 401 else "Forbidden")
        elif token and token != TOKEN:
            self._status(401, "Unauthorized")
        else:
            self._answered(there, one)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _any  # noqa: N815 - its own names

    def _answered(self, there: Cluster, one: Asked) -> None:
        resource, namespace = _resource(one.path)
        time.sleep(there.slow.get(resource, 0))
        with there.lock:
            waits = there.busy.get(resource)
            wait = waits.pop(0) if waits else None
            failing = there.failing.get(resource, 0)
            if failing:
                there.failing[resource] -= 1
        if wait is not None:
            self._status(429, "TooManyRequests", {"Retry-After": wait})
        elif failing:
            self._status(503, "ServiceUnavailable")
        elif resource in there.elsewhere:
            self._send(302, b"", {"Location": there.elsewhere[resource]})
        elif resource in there.refused:
            status = there.refused[resource]
            reason = "Forbidden" if status == 403 else "InternalError"
            self._status(status, reason, words=f'{resource} is forbidden: User "auditor" cannot list it')
        elif resource in there.told:
            self._send(200, there.told[resource])
        elif one.path == "/version":
            self._json({"major": "1", "minor": there.version.split(".")[1], "gitVersion": there.version})
        elif one.path == "/apis":
            groups = [
                {"name": group, "versions": [{"groupVersion": f"{group}/{v}", "version": v} for v in versions]}
                for group, versions in there.groups.items()
            ]
            self._json({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        else:
            self._listed(there, one, resource, namespace)

    def _listed(self, there: Cluster, one: Asked, resource: str, namespace: str) -> None:
        known = {f"{plural}.{group}".rstrip(".") for group, plural in _BUILT_IN.values()}
        if resource not in known and resource not in there.things:
            self._status(404, "NotFound")
            return
        found = [
            t for t in there.things.get(resource, []) if not namespace or t["metadata"].get("namespace") == namespace
        ]
        if resource == "namespaces" and namespace:
            found = [t for t in there.things.get(resource, []) if t["metadata"]["name"] == namespace]
            if not found:
                self._status(404, "NotFound")
                return
            self._json({"kind": "Namespace", "apiVersion": "v1", **found[0]})
            return
        begin = int(one.query.get("continue", "0"))
        end = begin + int(one.query.get("limit", "1000000"))
        with there.lock:
            left = there.expiring.get(resource, 0)
            if begin and left:
                there.expiring[resource] = left - 1
        if begin and left:
            self._status(410, "Expired")
            return
        metadata: Tree = {"resourceVersion": "7"} | ({"continue": str(end)} if end < len(found) else {})
        page = found[begin:end]
        if "as=Table" in one.accept and not there.plain_secrets:
            rows = [
                {
                    "cells": [t["metadata"]["name"], t.get("type", "Opaque"), len(t.get("data", {})), "5d"],
                    "object": {"kind": "PartialObjectMetadata", "metadata": t["metadata"]},
                }
                for t in page
            ]
            columns = [{"name": name} for name in ("Name", "Type", "Data", "Age")]
            self._json({"kind": "Table", "metadata": metadata, "columnDefinitions": columns, "rows": rows})
            return
        self._json({"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": page})

    def _json(self, told: Tree) -> None:
        self._send(200, json.dumps(told).encode())

    def _status(self, code: int, reason: str, headers: dict[str, str] | None = None, *, words: str = "") -> None:
        told = {"kind": "Status", "status": "Failure", "reason": reason, "message": words or reason, "code": code}
        self._send(code, json.dumps(told).encode(), headers)

    def _send(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, text in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, text)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has gone


def _resource(path: str) -> tuple[str, str]:
    """`/apis/apps/v1/namespaces/shop/deployments` -> `deployments.apps` and `shop`."""
    parts = path.strip("/").split("/")
    if parts[0] == "api":
        group, rest = "", parts[2:]
    elif parts[0] == "apis" and len(parts) > 1:
        group, rest = parts[1], parts[3:]
    else:
        return path, ""
    namespace = ""
    if rest[:1] == ["namespaces"] and len(rest) > 1:
        namespace = rest[1]
        rest = rest[2:] or ["namespaces"]
    return f"{rest[0] if rest else ''}.{group}".rstrip("."), namespace


def pod(image: str = "registry.example/web:1.2.3", **more: Any) -> Tree:
    """A specification with one container, and what the API fills in."""
    container = {
        "name": "web",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "terminationMessagePath": "/dev/termination-log",
        "resources": {},
        **more.pop("container", {}),
    }
    return {
        "containers": [container],
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        **more,
    }


def template(spec: Tree, **labels: str) -> Tree:
    return {"template": {"metadata": {"labels": labels}, "spec": spec}, "selector": {"matchLabels": labels}}


def made_by(kind: str, uid: str) -> Tree:
    return {"ownerReferences": [{"kind": kind, "name": "x", "uid": uid, "controller": True}]}
