"""What is off by default: read as it would be, apart from what is there, and never in the place of it."""

from pathlib import Path

import pytest

from watchword.adapters.terraform import read_terraform, terraform_shapes
from watchword.inventory import Asset, Inventory, UnknownValueError, assemble

_ON = 'variable "on" { default = false }\n'


def _inventory(base: Path, text: str, **files: str) -> Inventory:
    (base / "main.tf").write_text(text)
    for name, content in files.items():
        path = base / name.replace("__", ".").replace("_in_", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    inventory = assemble([read_terraform(base)], terraform_shapes())
    assert inventory.problems == ()
    return inventory


def _buckets(inventory: Inventory) -> dict[str, Asset]:
    return {asset.address: asset for asset in inventory.of("object_store")}


def test_what_a_default_does_not_make_is_read_as_if_it_were_made(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _ON
        + """
locals { make = var.on }
resource "aws_s3_bucket" "b" {
  count  = local.make ? 1 : 0
  bucket = "b"
}
resource "aws_s3_bucket_versioning" "b" {
  count  = local.make ? 1 : 0
  bucket = aws_s3_bucket.b[0].id
  versioning_configuration { status = "Enabled" }
}
""",
    )
    bucket = _buckets(inventory)["aws_s3_bucket.b[*]"]
    assert bucket.dormant == "var.on"
    assert bucket.instances is None
    assert bucket["versioning"].boolean(default=False)


def test_it_changes_nothing_of_what_is_there(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _ON
        + """
resource "aws_s3_bucket" "here" { bucket = "here" }
resource "aws_s3_bucket_versioning" "here" {
  count  = var.on ? 1 : 0
  bucket = aws_s3_bucket.here.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_kms_key" "k" { count = var.on ? 1 : 0 }
resource "aws_sqs_queue" "q" { kms_master_key_id = one(aws_kms_key.k[*].arn) }
""",
    )
    here = _buckets(inventory)["aws_s3_bucket.here"]
    assert here.dormant == ""
    assert not here["versioning"].boolean(default=False)
    (queue,) = inventory.of("queue")
    assert queue["key"].is_absent
    assert [key.dormant for key in inventory.of("key")] == ["var.on"]


def test_settings_under_another_switch_may_be_missing(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _ON
        + """
variable "versions" { default = false }
resource "aws_s3_bucket" "b" {
  count  = var.on ? 1 : 0
  bucket = "b"
}
resource "aws_s3_bucket_versioning" "b" {
  count  = var.on && var.versions ? 1 : 0
  bucket = aws_s3_bucket.b[0].id
  versioning_configuration { status = "Enabled" }
}
""",
    )
    bucket = _buckets(inventory)["aws_s3_bucket.b[*]"]
    assert bucket.dormant == "var.on"
    with pytest.raises(UnknownValueError):
        bucket["versioning"].boolean(default=False)


def test_an_empty_map_stands_for_what_may_be_put_in_it(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
variable "buckets" { default = {} }
resource "aws_s3_bucket" "b" {
  for_each = var.buckets
  bucket   = each.key
  acl      = "public-read"
}
""",
    )
    bucket = _buckets(inventory)["aws_s3_bucket.b[*]"]
    assert (bucket.dormant, bucket["acl"].text()) == ("var.buckets", "public-read")


def test_a_module_that_is_not_called_by_default_and_a_switch_within_it(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _ON
        + """
variable "logs" { default = false }
module "m" {
  source = "./m"
  count  = var.on ? 1 : 0
  logs   = var.logs
}
""",
        m_in_main__tf="""
variable "logs" { default = true }
variable "own" { default = false }
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_s3_bucket" "logs" {
  count  = var.logs ? 1 : 0
  bucket = "logs"
}
resource "aws_s3_bucket" "never" {
  count  = var.own ? 1 : 0
  bucket = "never"
}
""",
    )
    found = {address: asset.dormant for address, asset in _buckets(inventory).items()}
    assert found == {"module.m[*].aws_s3_bucket.b": "var.on", "module.m[*].aws_s3_bucket.logs[*]": "var.logs"}
    assert inventory.coverage[0].unused == ()


@pytest.mark.parametrize(
    "files",
    [
        {"terraform__tfvars": "on = false\n"},  # somebody decided
        {"over__auto__tfvars": "on = false\n"},
    ],
)
def test_what_a_file_of_values_switches_off_is_off(tmp_path: Path, files: dict[str, str]) -> None:
    text = _ON + 'resource "aws_s3_bucket" "b" {\n  count = var.on ? 1 : 0\n  bucket = "b"\n}\n'
    assert _buckets(_inventory(tmp_path, text, **files)) == {}


def test_what_is_written_off_is_off(tmp_path: Path) -> None:
    text = 'resource "aws_s3_bucket" "b" {\n  count = 0\n  bucket = "b"\n}\n'
    module = 'variable "make" { default = true }\nresource "aws_s3_bucket" "m" {\n  count = var.make ? 1 : 0\n}\n'
    call = 'module "m" {\n  source = "./m"\n  make = false\n}\n'
    assert _buckets(_inventory(tmp_path, text + call, m_in_main__tf=module)) == {}


def test_a_circle_of_locals_switches_nothing(tmp_path: Path) -> None:
    text = (
        _ON
        + 'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_s3_bucket" "b" {\n  count = local.a ? 1 : 0\n}\n'
    )
    assert [asset.dormant for asset in _buckets(_inventory(tmp_path, text)).values()] == [""]


def test_a_variable_that_has_to_be_set_may_be_null(tmp_path: Path) -> None:
    text = """
variable "existing" { type = list(string) }
resource "aws_s3_bucket" "b" {
  count  = var.existing != null ? 0 : 1
  bucket = "b"
}
"""
    bucket = _buckets(_inventory(tmp_path, text))["aws_s3_bucket.b[*]"]
    assert (bucket.dormant, bucket.instances) == ("", None)
