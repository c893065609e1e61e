"""The law of refusals: what is judged while a list is refused is judged as with it, or not known. Never otherwise."""

from typing import Any

import pytest
import yaml

from support.kube_cluster import pod, template
from watchword.adapters.kubernetes import kubernetes_shapes
from watchword.adapters.kubernetes.live.evidence import Header, Refused, Thing
from watchword.adapters.kubernetes.live.reader import Holdings, reading_of
from watchword.adapters.kubernetes.live.resources import BY_TYPE
from watchword.evidence.posture import Verdict, built_in
from watchword.evidence.posture.runner import judge
from watchword.inventory import FrontEnd, assemble

_AT = "2026-06-30T12:00:00+00:00"
_RBAC = "rbac.authorization.k8s.io/v1"
_CHECKS = [check for check in built_in() if FrontEnd.KUBERNETES in check.front_ends]

# A cluster in which each thing hangs on some other.
_THERE = """
apiVersion: live.watchword/v1
kind: Cluster
metadata: {name: prod}
status: {version: v1.36.1, anonymous: refused}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: closed}}
---
{apiVersion: v1, kind: Node, metadata: {name: n}, status: {nodeInfo: {kubeletVersion: v1.36.0}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: shop}, automountServiceAccountToken: false}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: ci, namespace: shop}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  tls: [{hosts: [shop.example], secretName: shop-tls}]
  rules: [{host: shop.example, http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: none, namespace: shop}
spec: {}
---
{apiVersion: v1, kind: Secret, metadata: {name: shop-tls, namespace: shop}, type: kubernetes.io/tls}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}, data: {mode: dark}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: l, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, minAvailable: 1}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: signed}
spec: {rules: [{name: signed, verifyImages: [{imageReferences: ["*"]}]}]}
"""


def _things() -> list[Thing]:
    trees: list[Any] = list(yaml.safe_load_all(_THERE))
    web = pod(container={"readinessProbe": {"httpGet": {"port": 80}}, "securityContext": {"runAsNonRoot": True}})
    for kind, version, name, spec in (
        ("Deployment", "apps/v1", "web", template(web, app="web")),
        ("StatefulSet", "apps/v1", "db", template(pod(serviceAccountName="ci"), app="db")),
        ("DaemonSet", "apps/v1", "calico", template(pod("docker.io/calico/node:v3.30.1"), app="calico")),
        ("Pod", "v1", "bare", pod(container={"securityContext": {"privileged": True}})),
    ):
        trees.append(
            {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, "spec": spec}
        )
    everything = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    exec_ = [{"apiGroups": [""], "resources": ["pods/exec", "secrets"], "verbs": ["*"]}]
    for kind, name, rules in (
        ("ClusterRole", "all", everything),
        ("ClusterRole", "some", exec_),
        ("Role", "exec", exec_),
    ):
        where = {"namespace": "shop"} if kind == "Role" else {}
        trees.append({"apiVersion": _RBAC, "kind": kind, "metadata": {"name": name, **where}, "rules": rules})
    subjects = [{"kind": "ServiceAccount", "name": "ci", "namespace": "shop"}]
    for kind, role, where in (
        ("ClusterRoleBinding", "all", {}),
        ("ClusterRoleBinding", "some", {}),
        ("RoleBinding", "some", {"namespace": "shop"}),
        ("RoleBinding", "few", {"namespace": "shop"}),
    ):
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
        metadata = {"name": f"{kind}-{role}", **where}
        trees.append(
            {"apiVersion": _RBAC, "kind": kind, "metadata": metadata, "roleRef": reference, "subjects": subjects}
        )
    return [Thing(tree=tree) for tree in trees]


def _verdicts(without: str = "") -> dict[tuple[str, str], Verdict]:
    holdings = Holdings(Header(cluster="prod", collected_at=_AT, rest_is_empty=True))
    for thing in _things():
        kind, version = str(thing.tree["kind"]), str(thing.tree["apiVersion"])
        group = version.partition("/")[0] if "/" in version else ""
        if (f"{kind}.{group}" if group else kind) != without:
            holdings.add(thing)
    if without:
        holdings.add(Refused(native_type=without, status=403, reason="Forbidden"))
    inventory = assemble([reading_of(holdings)], kubernetes_shapes())
    return {
        (result.check.id, result.address): result.verdict
        for result in judge(_CHECKS, inventory)
        if result.asset is not None and result.asset.instances
    }


@pytest.fixture(scope="module")
def whole() -> dict[tuple[str, str], Verdict]:
    found = _verdicts()
    assert {Verdict.PASS, Verdict.FAIL} <= set(found.values())
    assert Verdict.ERROR not in set(found.values())
    return found


@pytest.mark.parametrize("native_type", sorted(BY_TYPE))
def test_a_list_that_is_refused_turns_no_answer_into_another(
    native_type: str, whole: dict[tuple[str, str], Verdict]
) -> None:
    for key, verdict in _verdicts(native_type).items():
        if (native_type, key[0]) == ("Namespace", "k8s-workload-isolated"):
            continue  # where no namespace is judged as a whole, each of its workloads is
        assert verdict in {whole[key], Verdict.UNKNOWN}, key
