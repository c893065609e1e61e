"""A repository in the shape of a public module for EKS clusters: 85 files, some 6,800 lines, most of it variables.

A root module hands dozens of settings to three others, each `for_each` of a map, each setting as
`try(each.value.x, var.defaults.x, default)`; the others have as many variables, switches (`count = var.create ? 1 : 0`),
dynamic blocks of dynamic blocks, policy documents and templates; seven examples and seven tests call the root.
"""

from pathlib import Path
from typing import Final

_KINDS: Final = (
    "eks-managed-node-group",
    "self-managed-node-group",
    "fargate-profile",
    "karpenter",
    "hybrid-node-role",
    "aws-auth",
)
_CALLED: Final = tuple(kind.replace("-", "_") for kind in _KINDS[:3])
_SETTINGS: Final = 50  # of a group, beside those that are used
_TYPES: Final = {"string": '""', "bool": "false", "number": "1", "map(string)": "{}", "list(string)": "[]", "any": "{}"}
_HOP: Final = '{\n    http_endpoint               = "enabled"\n    http_tokens                 = "required"\n    http_put_response_hop_limit = "2"\n  }'
_RULES: Final = """{
    https = { type = "ingress", protocol = "tcp", from_port = 443, to_port = 443, cidr_blocks = ["10.0.0.0/8"] }
    all   = { type = "egress", protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = ["0.0.0.0/0"] }
  }"""
_USED: Final = {
    "create": ("bool", "true"),
    "create_launch_template": ("bool", "true"),
    "create_iam_role": ("bool", "true"),
    "create_security_group": ("bool", "true"),
    "enable_bootstrap": ("bool", "true"),
    "name": ("string", '""'),
    "cluster_name": ("string", '""'),
    "iam_role_arn": ("string", "null"),
    "vpc_id": ("string", "null"),
    "pre_user_data": ("string", '""'),
    "bootstrap_extra_args": ("string", '""'),
    "subnet_ids": ("list(string)", "null"),
    "vpc_security_group_ids": ("list(string)", "[]"),
    "min_size": ("number", "0"),
    "max_size": ("number", "3"),
    "desired_size": ("number", "1"),
    "tags": ("map(string)", "{}"),
    "iam_role_tags": ("map(string)", "{}"),
    "launch_template_tags": ("map(string)", "{}"),
    "iam_role_additional_policies": ("map(string)", "{}"),
    "block_device_mappings": ("any", "{}"),
    "capacity_reservation_specification": ("any", "{}"),
    "taints": ("any", "{}"),
    "metadata_options": ("map(string)", _HOP),
    "security_group_rules": ("any", _RULES),
}
# Those that the root computes, and does not hand through.
_COMPUTED: Final = frozenset({"create", "cluster_name", "metadata_options", "security_group_rules", "tags"})

_GROUP: Final = """
resource "aws_launch_template" "this" {
  count = var.create && var.create_launch_template ? 1 : 0

  dynamic "block_device_mappings" {
    for_each = var.block_device_mappings

    content {
      device_name  = try(block_device_mappings.value.device_name, null)
      no_device    = try(block_device_mappings.value.no_device, null)
      virtual_name = try(block_device_mappings.value.virtual_name, null)

      dynamic "ebs" {
        for_each = try([block_device_mappings.value.ebs], [])

        content {
          delete_on_termination = try(ebs.value.delete_on_termination, null)
          encrypted             = try(ebs.value.encrypted, null)
          iops                  = try(ebs.value.iops, null)
          kms_key_id            = try(ebs.value.kms_key_id, null)
          snapshot_id           = try(ebs.value.snapshot_id, null)
          throughput            = try(ebs.value.throughput, null)
          volume_size           = try(ebs.value.volume_size, null)
          volume_type           = try(ebs.value.volume_type, null)
        }
      }
    }
  }

  dynamic "capacity_reservation_specification" {
    for_each = length(var.capacity_reservation_specification) > 0 ? [var.capacity_reservation_specification] : []

    content {
      capacity_reservation_preference = try(capacity_reservation_specification.value.preference, null)
    }
  }

  dynamic "metadata_options" {
    for_each = length(var.metadata_options) > 0 ? [var.metadata_options] : []

    content {
      http_endpoint               = try(metadata_options.value.http_endpoint, null)
      http_put_response_hop_limit = try(metadata_options.value.http_put_response_hop_limit, null)
      http_tokens                 = try(metadata_options.value.http_tokens, null)
    }
  }

  name_prefix            = "${local.name}-"
  vpc_security_group_ids = local.security_group_ids
  user_data              = base64encode(join("\\n", compact([var.pre_user_data, local.user_data])))
  tags                   = merge(var.tags, var.launch_template_tags)
}

resource "aws_eks_node_group" "this" {
  count = var.create ? 1 : 0

  cluster_name    = var.cluster_name
  node_group_name = local.name
  node_role_arn   = var.create_iam_role ? aws_iam_role.this[0].arn : var.iam_role_arn
  subnet_ids      = var.subnet_ids

  scaling_config {
    min_size     = var.min_size
    max_size     = var.max_size
    desired_size = var.desired_size
  }

  dynamic "taint" {
    for_each = var.taints
    content {
      key    = taint.value.key
      value  = try(taint.value.value, null)
      effect = taint.value.effect
    }
  }

  tags = merge(var.tags, { Name = local.name })
}

data "aws_iam_policy_document" "assume" {
  count = var.create && var.create_iam_role ? 1 : 0

  statement {
    sid     = "EKSNodeAssumeRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.${data.aws_partition.current.dns_suffix}"]
    }
  }
}

data "aws_partition" "current" {}

resource "aws_iam_role" "this" {
  count = var.create && var.create_iam_role ? 1 : 0

  name               = local.name
  assume_role_policy = data.aws_iam_policy_document.assume[0].json
  tags               = merge(var.tags, var.iam_role_tags)
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = { for k, v in merge({
      AmazonEKSWorkerNodePolicy          = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEKSWorkerNodePolicy"
      AmazonEC2ContainerRegistryReadOnly = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    }, var.iam_role_additional_policies) : k => v if var.create && var.create_iam_role }

  policy_arn = each.value
  role       = aws_iam_role.this[0].name
}

resource "aws_security_group" "this" {
  count = var.create && var.create_security_group ? 1 : 0

  name_prefix = "${local.name}-"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { "Name" = local.name })
}

resource "aws_security_group_rule" "this" {
  for_each = { for k, v in var.security_group_rules : k => v if var.create && var.create_security_group }

  security_group_id        = aws_security_group.this[0].id
  protocol                 = each.value.protocol
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  type                     = each.value.type
  cidr_blocks              = lookup(each.value, "cidr_blocks", null)
  self                     = lookup(each.value, "self", null)
  source_security_group_id = lookup(each.value, "source_security_group_id", null)
}

locals {
  name               = coalesce(var.name, "node-${var.cluster_name}")
  user_data          = var.enable_bootstrap ? templatefile("${path.module}/user_data.tpl", { cluster = var.cluster_name, args = var.bootstrap_extra_args }) : ""
  security_group_ids = compact(concat([try(aws_security_group.this[0].id, "")], var.vpc_security_group_ids))
}
"""

_CLUSTER: Final = """
resource "aws_eks_cluster" "this" {
  count = var.create ? 1 : 0

  name     = var.cluster_name
  role_arn = try(aws_iam_role.this[0].arn, var.iam_role_arn)

  vpc_config {
    subnet_ids              = var.subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  dynamic "encryption_config" {
    for_each = var.create ? [1] : []
    content {
      provider {
        key_arn = aws_kms_key.this[0].arn
      }
      resources = ["secrets"]
    }
  }
}

resource "aws_kms_key" "this" {
  count               = var.create ? 1 : 0
  enable_key_rotation = true
}
"""

_VERSIONS: Final = """terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.34"
    }
  }
}
"""

_EXAMPLE: Final = """provider "aws" {
  region = local.region
}

locals {
  name   = "ex-${basename(path.cwd)}"
  region = "eu-west-1"
  tags   = { Example = local.name }
}

module "eks" {
  source = "../.."

  cluster_name = local.name
  vpc_id       = "vpc-1"
  subnet_ids   = ["subnet-1", "subnet-2"]
  tags         = local.tags

"""


def eks(base: Path) -> None:
    """Write the repository below `base`."""
    for kind in _KINDS:
        _group(base / "modules" / kind)
    maps = "".join(_variable(f"{name}{more}", "any", "{}") for name in _CALLED for more in ("s", "_defaults"))
    (base / "variables.tf").write_text(maps + _used() + _more("cluster", 70))
    (base / "node_groups.tf").write_text("".join(map(_call, _CALLED)) + f"locals {{\n  metadata_options = {_HOP}\n}}\n")
    (base / "main.tf").write_text(_GROUP.replace("aws_eks_node_group", "aws_eks_fargate_profile") + _CLUSTER)
    (base / "outputs.tf").write_text(
        "".join(
            f'output "m{n}" {{\n  value = {{ for k, v in module.{_CALLED[n % 3]} : k => v.iam_role_arn }}\n}}\n'
            for n in range(6)
        )
    )
    (base / "versions.tf").write_text(_VERSIONS)
    (base / "user_data.tpl").write_text("#!/bin/bash\n")
    for where in ("examples", "tests"):
        for number in range(7):
            _example(base / where / f"e{number}")


def _variable(name: str, kind: str, default: str) -> str:
    return f'variable "{name}" {{\n  description = "{name}, as it is handed to what is made"\n  type        = {kind}\n  default     = {default}\n}}\n\n'


def _used() -> str:
    return "".join(_variable(name, kind, default) for name, (kind, default) in _USED.items())


def _more(prefix: str, count: int) -> str:
    kinds = list(_TYPES.items())
    return "".join(_variable(f"{prefix}_{n}", *kinds[n % len(kinds)]) for n in range(count))


def _group(directory: Path) -> None:
    directory.mkdir(parents=True)
    (directory / "variables.tf").write_text(_used() + _more("more", _SETTINGS))
    (directory / "main.tf").write_text(_GROUP)
    outputs = {
        "launch_template_id": "aws_launch_template.this[0].id",
        "node_group_arn": "aws_eks_node_group.this[0].arn",
        "iam_role_arn": "aws_iam_role.this[0].arn",
        "security_group_id": "aws_security_group.this[0].id",
    }
    text = (
        f'output "{k}" {{\n  description = "{k}"\n  value       = try({v}, null)\n}}\n\n' for k, v in outputs.items()
    )
    (directory / "outputs.tf").write_text("".join(text))
    (directory / "versions.tf").write_text(_VERSIONS)
    (directory / "user_data.tpl").write_text("#!/bin/bash\n/etc/eks/bootstrap.sh ${cluster} ${args}\n")


def _call(name: str) -> str:
    defaults = f"var.{name}_defaults"
    arguments = [
        f"  {a} = try(each.value.{a}, {defaults}.{a}, {d})" for a, (_, d) in _USED.items() if a not in _COMPUTED
    ]
    arguments += [
        f"  more_{n} = try(each.value.more_{n}, {defaults}.more_{n}, var.cluster_{n})" for n in range(_SETTINGS)
    ]
    return f"""module "{name}" {{
  source = "./modules/{_KINDS[_CALLED.index(name)]}"

  for_each = {{ for k, v in var.{name}s : k => v if var.create }}

  create               = try(each.value.create, true)
  cluster_name         = aws_eks_cluster.this[0].name
  metadata_options     = try(each.value.metadata_options, {defaults}.metadata_options, local.metadata_options)
  security_group_rules = try(each.value.security_group_rules, {defaults}.security_group_rules, {{}})
{chr(10).join(arguments)}
  tags = merge(var.tags, try(each.value.tags, {defaults}.tags, {{}}))
}}

"""


def _example(directory: Path) -> None:
    directory.mkdir(parents=True)
    (directory / "versions.tf").write_text(_VERSIONS)
    (directory / "variables.tf").write_text("")
    (directory / "outputs.tf").write_text('output "m0" {\n  value = module.eks.m0\n}\n')
    groups = "".join(
        f"""    g{n} = {{
      min_size              = {n}
      max_size              = {n + 3}
      more_{n}                = "x"
      block_device_mappings = {{
        xvda = {{ device_name = "/dev/xvda", ebs = {{ volume_size = 75, encrypted = true, kms_key_id = module.eks.m1 }} }}
      }}
    }}
"""
        for n in range(4)
    )
    calls = "\n".join(f"  {name}s = {{\n{groups}  }}\n" for name in _CALLED)
    around = "".join(
        f"""
resource "aws_security_group" "s{n}" {{
  name_prefix = "${{local.name}}-{n}"
  vpc_id      = "vpc-1"
  ingress {{
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }}
  tags = local.tags
}}
"""
        for n in range(3)
    )
    (directory / "main.tf").write_text(f"{_EXAMPLE}{calls}}}\n{around}")
