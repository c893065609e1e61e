"""Terraform's Kubernetes provider: what it declares is judged as the manifests are that it sends."""

import json
from pathlib import Path

import pytest
import yaml

from watchword.adapters.terraform import read_plan
from watchword.app.posture import read_example, read_path
from watchword.evidence.posture.checks import built_in
from watchword.evidence.posture.model import Check, Example
from watchword.evidence.posture.runner import judge
from watchword.inventory import Asset, FrontEnd, Inventory, UnknownValueError

_EXAMPLES = [
    pytest.param(check, example, id=f"{check.id}-{number}")
    for check in built_in()
    for number, example in enumerate(check.examples)
    if example.front_end is FrontEnd.KUBERNETES and "{{" not in example.text
]


def _as_terraform(text: str) -> str:
    """Each document as a `kubernetes_manifest`."""
    documents = [document for document in yaml.safe_load_all(text) if document]
    items = [item for document in documents for item in document.get("items", [document])]
    return "".join(
        f'resource "kubernetes_manifest" "r{number}" {{\n  manifest = jsondecode({json.dumps(json.dumps(item)).replace("${", "$${").replace("%{", "%%{")})\n}}\n'
        for number, item in enumerate(items)
    )


def _verdicts(check: Check, inventory: Inventory) -> list[str]:
    return sorted(result.verdict.value for result in judge([check], inventory) if result.asset is not None)


@pytest.mark.parametrize(("check", "example"), _EXAMPLES)
def test_a_manifest_in_terraform_is_judged_as_in_a_file(check: Check, example: Example) -> None:
    as_file = read_example(FrontEnd.KUBERNETES, example.file, example.text)
    in_terraform = read_example(FrontEnd.TERRAFORM, "main.tf", _as_terraform(example.text))
    assert _verdicts(check, in_terraform) == _verdicts(check, as_file)


_DEPLOYMENT = """
variable "environment" {}
resource "kubernetes_service_account_v1" "web" {
  metadata {
    name      = "web"
    namespace = var.environment
  }
  automount_service_account_token = false
}
resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = var.environment
    labels    = { some_label = "kept_as_it_is" }
  }
  spec {
    replicas = 2
    selector {
      match_labels = { app = "web" }
    }
    template {
      metadata {
        labels = { app = "web", "some_label" = "x" }
      }
      spec {
        service_account_name = kubernetes_service_account_v1.web.metadata[0].name
        host_pid             = true
        init_container {
          name  = "first"
          image = "registry.example.com/first:1"
        }
        container {
          name  = "web"
          image = "registry.example.com/web:1.2"
          security_context {
            run_as_non_root = true
            capabilities {
              add  = ["SYS_ADMIN"]
              drop = ["ALL"]
            }
          }
          resources {
            limits   = { memory = "1Gi" }
            requests = { cpu = "100m", memory = "1Gi" }
          }
          env {
            name = "PASSWORD"
            value_from {
              secret_key_ref {
                name = "db"
                key  = "password"
              }
            }
          }
          dynamic "port" {
            for_each = [80, 443]
            content {
              container_port = port.value
            }
          }
        }
        volume {
          name = "run"
          host_path {
            path = "/var/run"
          }
        }
      }
    }
  }
}
resource "kubernetes_service" "web" {
  metadata {
    name      = "web"
    namespace = var.environment
  }
  spec {
    selector = { app = "web" }
    type     = "NodePort"
    port {
      port      = 80
      node_port = 30080
    }
  }
}
"""


def _read(base: Path, text: str) -> Inventory:
    (base / "main.tf").write_text(text)
    inventory = read_path(base).inventory
    assert inventory.problems == ()
    return inventory


def _one(inventory: Inventory, kind: str) -> Asset:
    (asset,) = inventory.of(kind)
    return asset


def test_blocks_are_read_in_the_words_of_the_api(tmp_path: Path) -> None:
    inventory = _read(tmp_path, _DEPLOYMENT)
    workload = _one(inventory, "workload")
    assert (workload.native_type, workload.address, workload.speaks) == (
        "Deployment.apps",
        "kubernetes_deployment.web",
        FrontEnd.KUBERNETES,
    )
    assert workload.front_end is FrontEnd.TERRAFORM
    assert workload["labels"].plain() == {"app": "web", "some_label": "x"}
    assert workload["tags"].plain() == {"some_label": "kept_as_it_is"}
    assert workload["host_pid"].boolean()
    first, web = workload["containers"].each()  # containers come before those that start first
    assert (first["name"].text(), web["name"].text()) == ("web", "first")
    assert first["run_as_non_root"].boolean()
    assert first["capabilities_added"].plain() == ["SYS_ADMIN"]
    assert (first["memory_limit"].text(), first["cpu_request"].text()) == ("1Gi", "100m")
    assert [port["port"].number() for port in first["ports"].each()] == [80, 443]
    assert [variable["secret"].text() for variable in first["env"].each()] == ["db"]
    assert [volume["host_path"].text() for volume in workload["volumes"].each()] == ["/var/run"]
    assert first["image"].place.file == "main.tf"


def test_a_reference_finds_the_service_account(tmp_path: Path) -> None:
    inventory = _read(tmp_path, _DEPLOYMENT)
    workload = _one(inventory, "workload")
    assert [a.address for a in inventory.resolve(workload["service_account"])] == ["kubernetes_service_account_v1.web"]


def test_a_namespace_that_is_not_known_is_one_for_all_that_name_it(tmp_path: Path) -> None:
    inventory = _read(tmp_path, _DEPLOYMENT)
    (check,) = (check for check in built_in() if check.id == "k8s-probe-readiness")
    assert [r.verdict.value for r in judge([check], inventory)] == ["fail"]
    elsewhere = _DEPLOYMENT.replace(
        'resource "kubernetes_service" "web" {\n  metadata {\n    name      = "web"\n    namespace = var.environment',
        'resource "kubernetes_service" "web" {\n  metadata {\n    name      = "web"\n    namespace = "prod"',
    )
    assert elsewhere != _DEPLOYMENT
    assert [r.verdict.value for r in judge([check], _read(tmp_path, elsewhere))] == ["unknown"]


def test_plain_data_of_a_secret_is_what_the_api_calls_string_data(tmp_path: Path) -> None:
    text = (
        'resource "kubernetes_secret" "s" {\n  metadata {\n    name = "s"\n  }\n  data = { password = "hunter2" }\n}\n'
    )
    secret = _one(_read(tmp_path, text), "cluster_secret")
    assert secret["data"].plain() == {"password": "hunter2"}
    assert secret.native["stringData"].plain() == {"password": "hunter2"}


def test_rules_of_roles_have_the_api_s_spelling(tmp_path: Path) -> None:
    text = """
resource "kubernetes_cluster_role" "r" {
  metadata {
    name = "r"
  }
  rule {
    api_groups        = ["*"]
    resources         = ["*"]
    verbs             = ["*"]
  }
  rule {
    non_resource_urls = ["/metrics"]
    verbs             = ["get"]
  }
}
"""
    first, second = _one(_read(tmp_path, text), "rbac_role")["rules"].each()
    assert first["groups"].plain() == ["*"]
    assert second["urls"].plain() == ["/metrics"]


def test_what_the_api_has_no_kind_for_stays_terraform_s(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "kubernetes_token_request" "t" {\n  spec {\n    audiences = []\n  }\n}\n'
        'variable "m" {}\nresource "kubernetes_manifest" "m" {\n  manifest = var.m\n}\n'
    )
    assert {a.native_type for a in read_path(tmp_path).inventory.assets.values()} == {
        "kubernetes_token_request",
        "kubernetes_manifest",
    }


def test_a_plan_is_read_likewise(tmp_path: Path) -> None:
    values = {
        "metadata": [{"name": "web", "namespace": "shop"}],
        "spec": [
            {
                "template": [
                    {
                        "spec": [
                            {"container": [{"name": "c", "image": "nginx", "security_context": [{"privileged": True}]}]}
                        ]
                    }
                ]
            }
        ],
    }
    resource = {
        "address": "kubernetes_deployment.web",
        "mode": "managed",
        "type": "kubernetes_deployment",
        "name": "web",
        "values": values,
    }
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    assert [d.native_type for d in read_plan(path).declarations] == ["Deployment.apps"]
    workload = _one(read_path(path).inventory, "workload")
    (container,) = workload["containers"].each()
    assert container["privileged"].boolean()


def test_a_namespace_of_two_unknown_parts_is_not_told_apart(tmp_path: Path) -> None:
    text = _DEPLOYMENT.replace("namespace = var.environment", 'namespace = data.external.n.result["x"]')
    (check,) = (check for check in built_in() if check.id == "k8s-probe-readiness")
    verdicts = [r.verdict.value for r in judge([check], _read(tmp_path, text))]
    assert verdicts in (["unknown"], ["fail"])
    workload = _one(_read(tmp_path, text), "workload")
    with pytest.raises(UnknownValueError):
        workload["namespace"].text()
