"""Terraform's types in canonical words: old style and new, joined by reference, through modules and instances."""

from pathlib import Path

import pytest

from watchword.adapters.terraform import read_terraform, terraform_shapes
from watchword.inventory import KINDS, Asset, Inventory, UnknownValueError, assemble, some


def _inventory(base: Path, text: str, **more: str) -> Inventory:
    (base / "main.tf").write_text(text)
    for name, content in more.items():
        directory = base / name
        directory.mkdir()
        (directory / "main.tf").write_text(content)
    inventory = assemble([read_terraform(base)], terraform_shapes())
    assert inventory.problems == ()
    return inventory


def _one(inventory: Inventory, kind: str) -> Asset:
    (asset,) = inventory.of(kind)
    return asset


def test_every_shape_fills_attributes_of_its_kind() -> None:
    table = terraform_shapes()
    assert len(table) >= 40
    for shape in table.values():
        missing = set(KINDS[shape.kind].attributes) - set(shape.attributes) - {"name", "tags"}
        assert missing == set(), f"{shape.native_type} does not say {sorted(missing)}"
        for part in shape.parts:
            missing = set(KINDS[part.kind].attributes) - set(part.attributes) - {"name", "tags"}
            assert missing == set(), f"{shape.native_type}/{part.path} does not say {sorted(missing)}"


_OLD_BUCKET = """
resource "aws_s3_bucket" "b" {
  bucket = "logs"
  acl    = "public-read"
  versioning { enabled = true }
  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = aws_kms_key.k.arn
      }
    }
  }
  logging { target_bucket = "others" }
}
resource "aws_kms_key" "k" {}
"""
_NEW_BUCKET = """
resource "aws_s3_bucket" "b" { bucket = "logs" }
resource "aws_s3_bucket_acl" "b" {
  bucket = aws_s3_bucket.b.id
  acl    = "public-read"
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.bucket
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = "logs"
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.k.arn
    }
  }
}
resource "aws_s3_bucket_logging" "b" {
  bucket        = aws_s3_bucket.b.id
  target_bucket = "others"
}
resource "aws_kms_key" "k" {}
"""


@pytest.mark.parametrize("text", [_OLD_BUCKET, _NEW_BUCKET], ids=["old", "new"])
def test_a_bucket_in_both_styles(tmp_path: Path, text: str) -> None:
    inventory = _inventory(tmp_path, text)
    bucket = _one(inventory, "object_store")
    assert bucket["acl"] == "public-read"
    assert bucket["versioning"]
    assert bucket["encryption_algorithm"] == "aws:kms"
    assert bucket["logging_target"] == "others"
    assert inventory.resolve(bucket["key"]) == inventory.of("key")
    assert [edge.target for edge in inventory.out_of(bucket.uid, "encrypted_by")] == [".#aws_kms_key.k"]
    assert bucket["block_public_acls"].is_absent
    assert not bucket["website"]


def test_defaults_say_that_they_are(tmp_path: Path) -> None:
    bucket = _one(_inventory(tmp_path, 'resource "aws_s3_bucket" "b" {}\n'), "object_store")
    algorithm = bucket["encryption_algorithm"]
    assert algorithm == "AES256"
    assert getattr(algorithm, "is_default", False)
    assert str(algorithm.place) == "main.tf:1"


def test_joins_go_through_modules_and_instances(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'module "m" {\n  source = "./m"\n  for_each = toset(["a", "b"])\n  name = each.key\n}\n'
        'resource "aws_s3_bucket_public_access_block" "p" {\n  for_each = module.m\n  bucket = each.value.id\n'
        '  block_public_acls = each.key == "a"\n}\n',
        m='variable "name" {}\nresource "aws_s3_bucket" "b" {\n  bucket = var.name\n}\noutput "id" {\n  value = aws_s3_bucket.b.id\n}\n',
    )
    assert [bucket["block_public_acls"].plain() for bucket in inventory.of("object_store")] == [True, False]


def test_a_setting_whose_bucket_is_not_known_makes_it_unknown_for_all(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'variable "n" {}\nresource "aws_s3_bucket" "b" {\n  bucket = "logs"\n}\n'
        'resource "aws_s3_bucket_public_access_block" "p" {\n  for_each = var.n\n  bucket = each.value\n  block_public_acls = true\n}\n',
    )
    with pytest.raises(UnknownValueError, match="may be about it"):
        bool(_one(inventory, "object_store")["block_public_acls"])


_RULES = """
resource "aws_security_group" "g" {
  name = "web"
  ingress {
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["10.0.0.0/8"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
resource "aws_security_group_rule" "r" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
  ipv6_cidr_blocks  = ["::/0"]
  security_group_id = aws_security_group.g.id
}
resource "aws_vpc_security_group_ingress_rule" "n" {
  from_port         = 22
  to_port           = 22
  ip_protocol       = "tcp"
  cidr_ipv6         = "::/0"
  security_group_id = aws_security_group.g.id
}
"""


def test_rules_in_three_styles(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, _RULES)
    rules = inventory.of("security_group_rule")
    assert [rule.address for rule in rules] == [
        "aws_security_group.g/ingress[0]",
        "aws_security_group_rule.r",
        "aws_vpc_security_group_ingress_rule.n",
    ]
    for rule in rules:
        assert rule["direction"] == "ingress"
        assert rule["from_port"].number() == 22
        assert rule["protocol"] == "tcp"
        assert some(rule["cidrs"].each(), lambda cidr: cidr == "::/0")
        assert inventory.resolve(rule["group"]) == inventory.of("security_group")
    assert len(inventory.towards(".#aws_security_group.g", "part_of")) == 3


_IDENTITY = """
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  inline_policy {
    name   = "inline"
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = aws_s3_bucket.b.arn }] })
  }
}
resource "aws_s3_bucket" "b" {}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = <<-EOT
    {"Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}}
  EOT
}
resource "aws_iam_policy" "managed" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_role_policy_attachment" "own" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.managed.arn
}
resource "aws_iam_role_policy_attachment" "theirs" {
  role       = "app"
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_iam_instance_profile" "p" {
  name = "app"
  role = aws_iam_role.r.name
}
resource "aws_iam_user" "u" { name = "bob" }
resource "aws_iam_access_key" "k" { user = aws_iam_user.u.name }
"""


def test_a_role_gathers_what_it_may(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, _IDENTITY)
    role = _one(inventory, "iam_role")
    assert role["trust"].get("Statement", 0, "Principal", "Service") == ["ec2.amazonaws.com"]
    statements = [statement for document in role["policies"].each() for statement in document["Statement"].each()]
    assert [statement["Action"].text() for statement in statements] == ["iam:PassRole", "s3:*", "*"]
    assert [str(statement.place) for statement in statements] == ["main.tf:23", "main.tf:16", "main.tf:27"]
    assert "arn:aws:iam::aws:policy/AdministratorAccess" in role["attached"]
    assert {edge.source for edge in inventory.towards(role.uid)} == {
        ".#aws_iam_instance_profile.p",
        ".#aws_iam_role_policy_attachment.own",
        ".#aws_iam_role_policy_attachment.theirs",
    }
    user = _one(inventory, "iam_user")
    assert user["access_key"]
    assert not user["console"]
    document = _one(inventory, "policy_document")
    assert document["document"]["Statement"][0]["Action"] == ["sts:AssumeRole"]


_REST = """
provider "aws" {
  region     = "eu-west-1"
  access_key = "AKIA"
}
resource "aws_lb" "l" { name = "l" }
resource "aws_lb_listener" "h" {
  load_balancer_arn = aws_lb.l.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_db_instance" "d" {
  identifier          = "d"
  publicly_accessible = true
}
resource "aws_instance" "i" {
  metadata_options { http_tokens = "required" }
  ebs_block_device {
    device_name = "/dev/sdb"
  }
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { PASSWORD = "x" }
  }
}
resource "aws_eks_cluster" "e" {
  name = "e"
  vpc_config { public_access_cidrs = ["10.0.0.0/8"] }
  encryption_config {
    provider { key_arn = "arn:aws:kms:eu-west-1:111122223333:key/x" }
    resources = ["secrets"]
  }
}
resource "aws_cloudtrail" "t" {
  name           = "t"
  s3_bucket_name = aws_s3_bucket.b.id
}
resource "aws_s3_bucket" "b" { bucket = "trail" }
resource "aws_sqs_queue" "q" {}
resource "aws_sqs_queue_policy" "q" {
  queue_url = aws_sqs_queue.q.id
  policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "*" }] })
}
resource "aws_dynamodb_table" "y" {
  name = "y"
  server_side_encryption { enabled = true }
}
resource "aws_ecr_repository" "r" {
  name                 = "r"
  image_tag_mutability = "IMMUTABLE"
}
resource "aws_secretsmanager_secret" "s" { name = "s" }
resource "aws_secretsmanager_secret_rotation" "s" {
  secret_id = aws_secretsmanager_secret.s.id
  rotation_rules { automatically_after_days = 30 }
}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_flow_log" "v" {
  vpc_id       = aws_vpc.v.id
  traffic_type = "ALL"
}
"""


def test_the_rest_in_canonical_words(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, _REST)
    assert _one(inventory, "provider_settings")["access_key"] == "AKIA"
    listener = _one(inventory, "load_balancer_listener")
    assert listener["actions"][0]["redirect_protocol"] == "HTTPS"
    assert inventory.resolve(listener["balancer"]) == inventory.of("load_balancer")
    database = _one(inventory, "database")
    assert database["public"]
    assert not database["encrypted"]
    instance = _one(inventory, "instance")
    assert instance["metadata_tokens"] == "required"
    assert not instance["volumes"][0]["encrypted"]
    assert _one(inventory, "function")["environment"]["PASSWORD"] == "x"
    cluster = _one(inventory, "kubernetes_cluster")
    assert cluster["public_endpoint"]
    assert cluster["public_cidrs"] == ["10.0.0.0/8"]
    assert cluster["secrets_key"].text().endswith("key/x")
    trail = _one(inventory, "log_trail")
    assert inventory.resolve(trail["bucket"]) == inventory.of("object_store")
    assert not trail["validation"]
    assert _one(inventory, "queue")["policy"]["Statement"][0]["Principal"] == "*"
    assert _one(inventory, "table")["encrypted_with_customer_key"]
    assert _one(inventory, "registry")["immutable"]
    secret = _one(inventory, "secret")
    assert secret["rotation"]
    assert secret["rotation_days"].number() == 30
    assert inventory.resolve(_one(inventory, "flow_log")["of"]) == inventory.of("network")


def test_a_name_that_was_handed_through_joins_what_it_came_from(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'resource "aws_iam_role" "r" {\n  name = "r"\n}\nresource "aws_iam_instance_profile" "p" {\n  role = aws_iam_role.r.name\n}\n'
        'resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_instance_profile.p.role\n  policy_arn = "arn:aws:iam::aws:policy/X"\n}\n',
    )
    assert "arn:aws:iam::aws:policy/X" in _one(inventory, "iam_role")["attached"]


def test_a_name_of_parts_that_are_not_known_joins_the_same_name_alone(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'variable "p" {}\nresource "aws_s3_bucket" "a" {\n  bucket = "${var.p}-a"\n}\nresource "aws_s3_bucket" "b" {\n  bucket = "${var.p}-b"\n}\n'
        'resource "aws_s3_bucket_public_access_block" "a" {\n  bucket = "${var.p}-a"\n  block_public_acls = true\n}\n',
    )
    a, b = inventory.of("object_store")
    assert a["block_public_acls"]
    assert b["block_public_acls"].is_absent


def test_what_may_be_about_one_of_several_is_a_doubt_for_each(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'variable "u" {}\nresource "aws_s3_bucket" "b" {\n  count = 30\n  bucket = "b${count.index}"\n}\n'
        'resource "aws_s3_bucket_public_access_block" "p" {\n  bucket = aws_s3_bucket.b[var.u].id\n  block_public_acls = true\n}\n'
        'resource "aws_cloudtrail" "t" {\n  s3_bucket_name = aws_s3_bucket.b[var.u].id\n}\n'
        'resource "aws_s3_bucket" "other" {\n  bucket = "other"\n}\n',
    )
    *buckets, other = inventory.of("object_store")
    assert all(bucket["block_public_acls"].is_unknown for bucket in buckets)
    assert other["block_public_acls"].is_absent
    (edge,) = inventory.out_of(".#aws_cloudtrail.t", "logs_to")
    assert (edge.target, edge.certain) == (".#aws_s3_bucket.b[*]", False)


def test_the_id_of_a_buckets_setting_is_the_bucket(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_policy" "p" {\n  bucket = aws_s3_bucket.b.id\n  policy = "{}"\n}\n'
        'resource "aws_cloudtrail" "t" {\n  s3_bucket_name = aws_s3_bucket_policy.p.id\n}\n',
    )
    assert [edge.target for edge in inventory.out_of(".#aws_cloudtrail.t", "logs_to")] == [".#aws_s3_bucket.b"]


_MODULE = """
variable "create" {
  type    = bool
  default = true
}
variable "bucket" {
  type    = string
  default = null
}
variable "encryption" {
  type    = any
  default = {}
}
resource "aws_s3_bucket" "this" {
  count  = var.create ? 1 : 0
  bucket = var.bucket
}
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = var.create && length(keys(var.encryption)) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  dynamic "rule" {
    for_each = try(flatten([var.encryption["rule"]]), [])
    content {
      bucket_key_enabled = try(rule.value.bucket_key_enabled, null)
      dynamic "apply_server_side_encryption_by_default" {
        for_each = try([rule.value.apply], [])
        content {
          sse_algorithm = apply_server_side_encryption_by_default.value.algorithm
        }
      }
    }
  }
}
output "id" {
  value = try(aws_s3_bucket.this[0].id, "")
}
"""


def test_modules_as_people_write_them(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        'module "m" {\n  source = "./m"\n  bucket = "logs"\n  encryption = { rule = { apply = { algorithm = "aws:kms" } } }\n}\n'
        'resource "aws_s3_bucket_versioning" "v" {\n  bucket = module.m.id\n  versioning_configuration { status = "Enabled" }\n}\n',
        m=_MODULE,
    )
    bucket = _one(inventory, "object_store")
    assert bucket["encryption_algorithm"] == "aws:kms"
    assert str(bucket["encryption_algorithm"].root) == "main.tf:4"
    assert bucket["bucket_key"].is_absent
    assert bucket["versioning"]


def test_an_address_that_ends_with_a_thing_is_that_things_and_a_name_is_not(tmp_path: Path) -> None:
    text = """
resource "aws_s3_bucket" "media" { bucket = "media" }
resource "aws_s3_bucket_acl" "other" {
  bucket = "logs-${aws_s3_bucket.media.id}"
  acl    = "public-read"
}
resource "aws_sqs_queue" "orders" {}
resource "aws_sqs_queue_policy" "orders" {
  queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/${aws_sqs_queue.orders.name}"
  policy    = jsonencode({ Statement = [] })
}
"""
    inventory = _inventory(tmp_path, text)
    assert _one(inventory, "object_store")["acl"].is_absent
    assert not _one(inventory, "queue")["policy"].is_absent
