"""What checks ask of pods, and which network policies are theirs."""

import pytest

from watchword.app.posture import read_example
from watchword.evidence.posture import Estate
from watchword.evidence.posture.workloads import (
    Selecting,
    containers,
    is_control_plane,
    names_of,
    namespace_of,
    network_policies,
    on_windows,
    raise_where_others_decide,
    selects_all,
)
from watchword.inventory import FrontEnd, UnknownValueError

_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  os: {name: windows}
  initContainers: [{name: setup, image: "registry.example.com/setup:1"}]
  containers: [{name: web, image: "registry.example.com/web:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers: [{name: s, image: "registry.example.com/s:1", command: [/usr/bin/kube-scheduler]}]
---
apiVersion: v1
kind: Pod
metadata: {name: disguised, namespace: kube-system}
spec:
  containers:
    - {name: s, image: "registry.example.com/s:1", command: [kube-scheduler]}
    - {name: other, image: "registry.example.com/o:1"}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: some}
spec: {podSelector: {matchLabels: {app: web}}}
"""


def _estate(text: str) -> Estate:
    return Estate(read_example(FrontEnd.KUBERNETES, "manifest.yaml", text))


def test_containers_and_those_that_stay() -> None:
    web = next(pod for pod in _estate(_POD).of("workload") if pod.name == "web")
    assert names_of(containers(web)) == "web, setup"
    assert names_of(containers(web, kept=True)) == "web"
    assert next(containers(web)).seen("image").path == "containers[web].image"
    assert on_windows(web)
    assert namespace_of(web) == "shop"


def test_a_container_whose_name_is_not_known_is_told_by_its_number() -> None:
    text = """
variable "name" {}
resource "kubernetes_pod" "web" {
  metadata {
    name = "web"
  }
  spec {
    container {
      name = var.name
    }
  }
}
"""
    (web,) = Estate(read_example(FrontEnd.TERRAFORM, "main.tf", text)).of("workload")
    assert names_of(containers(web)) == "containers[0]"
    assert next(containers(web)).seen("image").path == "containers[0].image"


def test_the_control_plane_is_known_by_all_of_its_containers() -> None:
    pods = {pod.name: pod for pod in _estate(_POD).of("workload")}
    assert is_control_plane(pods["kube-scheduler"])
    assert not is_control_plane(pods["disguised"])
    assert not is_control_plane(pods["web"])


def test_policies_belong_to_namespaces() -> None:
    estate = _estate(_POD)
    (policy,) = network_policies("shop", ".", estate)
    assert selects_all(policy["pods"])
    (other,) = network_policies("default", ".", estate)
    assert not selects_all(other["pods"])
    assert not network_policies("elsewhere", ".", estate)
    raise_where_others_decide(estate)


def test_policies_in_others_words_are_a_doubt() -> None:
    estate = _estate(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: shop}\nspec: {}\n"
    )
    with pytest.raises(UnknownValueError):
        raise_where_others_decide(estate)


def test_what_wants_another_label_is_not_asked() -> None:
    text = "".join(
        f"""
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{selector: {selector}, ports: [{{port: 80}}]}}
---"""
        for name, selector in (("web", "{app: web}"), ("db", "{app: db}"), ("outside", "null"), ("both", "{tier: x}"))
    )
    estate = _estate(
        text
        + """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web, tier: x}}
spec:
  containers: [{name: web, image: "registry.example.com/web:1"}]
"""
    )
    (pod,) = estate.of("workload")
    services = Selecting(estate.of("service"), lambda service: service["selector"])
    assert sorted(service.name for service in services.near(pod)) == ["both", "outside", "web"]
