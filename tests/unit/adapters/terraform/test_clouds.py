"""Azure's and Google Cloud's types in canonical words: rules with port ranges, what a rule denies, what nobody says."""

from pathlib import Path

import pytest

from watchword.adapters.terraform import read_plan, read_terraform, terraform_shapes
from watchword.evidence.posture.networks import covers_every_port, covers_port, is_everywhere
from watchword.inventory import Asset, Inventory, UnknownValueError, assemble


def _inventory(base: Path, text: str) -> Inventory:
    (base / "main.tf").write_text(text)
    inventory = assemble([read_terraform(base)], terraform_shapes())
    assert inventory.problems == ()
    return inventory


def _one(inventory: Inventory, kind: str) -> Asset:
    (asset,) = inventory.of(kind)
    return asset


_GROUP = """
variable "access" {{}}
resource "azurerm_network_security_group" "app" {{
  name = "app"
  security_rule {{
    name                   = "rule"
    direction              = "Inbound"
    access                 = {access}
    protocol               = "{protocol}"
    destination_port_range = "{ports}"
    source_address_prefix  = "*"
  }}
}}
"""


def _rule(base: Path, *, access: str = '"Allow"', protocol: str = "Tcp", ports: str = "22") -> Asset:
    return _one(_inventory(base, _GROUP.format(access=access, protocol=protocol, ports=ports)), "security_group_rule")


@pytest.mark.parametrize(
    ("protocol", "ports", "covered"),
    [
        ("Tcp", "22", True),
        ("*", "22", True),
        ("Udp", "22", False),
        ("Icmp", "*", False),
        ("Tcp", "20-25", True),
        ("Tcp", "23-25", False),
        ("Tcp", "*", True),
        ("Tcp", "ssh", False),
    ],
)
def test_ports_of_azure_are_ranges(tmp_path: Path, protocol: str, ports: str, *, covered: bool) -> None:
    rule = _rule(tmp_path, protocol=protocol, ports=ports)
    assert rule["direction"] == "ingress"
    assert covers_port(rule, 22) is covered


@pytest.mark.parametrize(
    ("protocol", "ports", "every"), [("*", "*", True), ("*", "443", False), ("Tcp", "1-65535", True)]
)
def test_every_protocol_is_not_every_port(tmp_path: Path, protocol: str, ports: str, *, every: bool) -> None:
    assert covers_every_port(_rule(tmp_path, protocol=protocol, ports=ports)) is every


def test_a_rule_that_denies_allows_nobody(tmp_path: Path) -> None:
    assert list(_rule(tmp_path, access='"Deny"')["cidrs"].each()) == []


def test_whether_a_rule_allows_may_not_be_known(tmp_path: Path) -> None:
    (cidr,) = _rule(tmp_path, access="var.access")["cidrs"].each()
    with pytest.raises(UnknownValueError):
        is_everywhere(cidr)


def test_what_stands_in_a_part_may_be_said_by_the_whole(tmp_path: Path) -> None:
    text = """
resource "google_compute_firewall" "app" {
  name          = "app"
  network       = "main"
  direction     = "INGRESS"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["80", "8000-9000"]
  }
  allow {
    protocol = "icmp"
  }
}
"""
    first, second = _inventory(tmp_path, text).of("security_group_rule")
    assert [cidr.text() for cidr in first["cidrs"].each()] == ["0.0.0.0/0"]
    assert covers_port(first, 8443)
    assert not covers_port(first, 443)
    assert second["direction"] == "ingress"
    assert not covers_port(second, 443)


def test_a_firewall_that_is_off_lets_nobody_in(tmp_path: Path) -> None:
    text = """
resource "google_compute_firewall" "app" {
  network       = "main"
  disabled      = true
  source_ranges = ["0.0.0.0/0"]
  allow { protocol = "all" }
}
"""
    assert list(_one(_inventory(tmp_path, text), "security_group_rule")["cidrs"].each()) == []


def test_a_firewall_without_a_source_is_not_known(tmp_path: Path) -> None:
    text = """
resource "google_compute_firewall" "app" {
  network = "main"
  allow { protocol = "all" }
}
"""
    rule = _one(_inventory(tmp_path, text), "security_group_rule")
    with pytest.raises(UnknownValueError):
        [is_everywhere(cidr) for cidr in rule["cidrs"].each()]


def test_an_interface_that_is_declared_elsewhere_may_have_an_address(tmp_path: Path) -> None:
    text = """
variable "interface" {}
resource "azurerm_linux_virtual_machine" "app" {
  network_interface_ids = [var.interface]
}
"""
    with pytest.raises(UnknownValueError):
        _one(_inventory(tmp_path, text), "instance")["public_address"].boolean()


@pytest.mark.parametrize(
    ("period", "rotated"), [('"7776000s"', True), ('"86400.5s"', True), ('"7776001s"', False), ('"soon"', False)]
)
def test_a_key_is_rotated_within_ninety_days(tmp_path: Path, period: str, *, rotated: bool) -> None:
    text = f'resource "google_kms_crypto_key" "k" {{\n  rotation_period = {period}\n}}\n'
    assert _one(_inventory(tmp_path, text), "key")["rotation"].boolean() is rotated


def test_labels_are_tags_and_network_tags_are_none(tmp_path: Path) -> None:
    text = """
resource "google_compute_instance" "app" {
  name   = "app"
  tags   = ["web"]
  labels = { owner = "payments" }
  network_interface { network = "main" }
}
"""
    machine = _one(_inventory(tmp_path, text), "instance")
    assert machine["tags"]["owner"] == "payments"
    assert not machine["public_address"].boolean()


def test_a_grant_names_what_it_is_given_on(tmp_path: Path) -> None:
    text = """
resource "google_storage_bucket" "logs" {
  name     = "logs"
  location = "EU"
}
resource "google_storage_bucket_iam_member" "all" {
  bucket = google_storage_bucket.logs.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}
"""
    inventory = _inventory(tmp_path, text)
    grant = _one(inventory, "cloud_grant")
    assert inventory.resolve(grant["resource"]) == inventory.of("object_store")


_PLAN = """{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
  {"address": "google_compute_instance.app", "mode": "managed", "type": "google_compute_instance", "name": "app",
   "provider_name": "registry.terraform.io/hashicorp/google",
   "values": {"name": "app", "network_interface": [{"network": "main", "access_config": %s}]}},
  {"address": "google_compute_firewall.all", "mode": "managed", "type": "google_compute_firewall", "name": "all",
   "provider_name": "registry.terraform.io/hashicorp/google",
   "values": {"network": "main", "source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": []}]}}
]}}, "configuration": {"root_module": {}}}"""


@pytest.mark.parametrize(("written", "public"), [("[]", False), ("[{}]", True)])
def test_a_plan_writes_an_empty_list_for_what_is_not_there(tmp_path: Path, written: str, *, public: bool) -> None:
    path = tmp_path / "plan.json"
    path.write_text(_PLAN % written)
    inventory = assemble([read_plan(path)], terraform_shapes())
    assert _one(inventory, "instance")["public_address"].boolean() is public
    assert covers_port(_one(inventory, "security_group_rule"), 22)
