"""Repositories of Terraform in the shapes that people have, made from nothing: the same each time.

    small        fifty files: one root, six local modules
    eks          eighty-five files, as a public module for EKS clusters has them (`bench.eks_shape`)
    modules      ninety files: nested modules with for_each, optional attributes, dynamic blocks, policy documents
    monorepo     1,800 files: 300 roots over 60 shared modules
    thousandfold one file: a map of ten thousand keys, and buckets for_each of them

Run `python -m bench.repositories` to see how long reading each takes and what memory it needs.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.eks_shape import eks

_BUCKET: Final = """
resource "aws_s3_bucket" "{name}" {{
  bucket = "${{var.prefix}}-{name}"
  tags   = merge(var.tags, {{ Name = "{name}", Tier = "{tier}" }})
}}

resource "aws_s3_bucket_public_access_block" "{name}" {{
  bucket                  = aws_s3_bucket.{name}.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}}

resource "aws_s3_bucket_server_side_encryption_configuration" "{name}" {{
  bucket = aws_s3_bucket.{name}.id
  rule {{
    apply_server_side_encryption_by_default {{
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.{name}.arn
    }}
  }}
}}

resource "aws_kms_key" "{name}" {{
  description         = "the key of {name}"
  enable_key_rotation = {rotation}
  policy              = data.aws_iam_policy_document.{name}.json
}}

data "aws_iam_policy_document" "{name}" {{
  statement {{
    sid       = "Administer"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {{
      type        = "AWS"
      identifiers = ["arn:aws:iam::${{var.account}}:root"]
    }}
  }}
}}
"""

_NETWORK: Final = """
resource "aws_security_group" "{name}" {{
  name        = "${{var.prefix}}-{name}"
  description = "the {name} tier"
  vpc_id      = var.vpc_id

  dynamic "ingress" {{
    for_each = var.rules
    content {{
      description = ingress.key
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = try(ingress.value.protocol, "tcp")
      cidr_blocks = ingress.value.cidrs
    }}
  }}

  egress {{
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }}

  tags = var.tags
}}

resource "aws_instance" "{name}" {{
  count                  = var.instances
  ami                    = "ami-0123456789abcdef0"
  instance_type          = var.large ? "m5.large" : "t3.micro"
  vpc_security_group_ids = [aws_security_group.{name}.id]
  user_data              = <<-EOT
    #!/bin/sh
    echo ${{var.prefix}}-${{count.index}}
  EOT
  metadata_options {{
    http_tokens = "required"
  }}
}}
"""

_ROLE: Final = """
locals {{
  {name}_statements = [for action in var.actions : {{
    Effect   = "Allow"
    Action   = action
    Resource = "*"
  }} if action != ""]
}}

resource "aws_iam_role" "{name}" {{
  name               = "${{var.prefix}}-{name}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "ec2.amazonaws.com" }} }}]
  }})
}}

resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = local.{name}_statements }})
}}

resource "aws_iam_role_policy_attachment" "{name}" {{
  for_each   = toset(["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"])
  role       = aws_iam_role.{name}.name
  policy_arn = "arn:${{data.aws_partition.current.partition}}:iam::aws:policy/${{each.value}}"
}}
"""

_VARIABLES: Final = """
variable "prefix" {
  description = "what names begin with"
  type        = string
  default     = "acme"
}

variable "account" {
  type    = string
  default = "111122223333"
}

variable "vpc_id" {
  description = "the network; it has no default"
  type        = string
}

variable "instances" {
  type    = number
  default = 2
}

variable "large" {
  type    = bool
  default = false
}

variable "tags" {
  type    = map(string)
  default = { Owner = "platform" }
}

variable "actions" {
  type    = list(string)
  default = ["s3:GetObject", "s3:ListBucket", ""]
}

variable "rules" {
  type = map(object({
    port     = number
    protocol = optional(string, "tcp")
    cidrs    = optional(list(string), ["10.0.0.0/8"])
  }))
  default = {
    https = { port = 443, cidrs = ["0.0.0.0/0"] }
    ssh   = { port = 22 }
  }
}

data "aws_partition" "current" {}
"""


def _outputs(name: str) -> str:
    return f'output "{name}" {{\n  value = aws_s3_bucket.{name}.arn\n}}\n'


def _module(directory: Path, number: int, files: int) -> None:
    directory.mkdir(parents=True)
    (directory / "variables.tf").write_text(_VARIABLES)
    for index in range(files - 1):
        name = f"part{number}_{index}"
        body = (_BUCKET, _NETWORK, _ROLE)[index % 3].format(name=name, tier=index, rotation=str(index % 2 == 0).lower())
        (directory / f"{name}.tf").write_text(body + (_outputs(name) if index % 3 == 0 else ""))


def _call(name: str, source: str, extra: str = "") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  prefix = "{name}"\n  vpc_id = var.vpc_id\n{extra}}}\n\n'


def small(base: Path) -> None:
    """Fifty files."""
    _module(base, 0, 14)
    calls = ""
    for number in range(6):
        _module(base / "modules" / f"m{number}", number, 6)
        calls += _call(f"m{number}", f"./modules/m{number}")
    (base / "calls.tf").write_text(calls)


def modules(base: Path) -> None:
    """Ninety files, as terraform-aws-eks has them: a root module, examples that call it, modules in modules."""
    base.mkdir(exist_ok=True)
    _module(base / "module", 0, 10)
    inner = ""
    for number in range(6):
        _module(base / "module" / "modules" / f"m{number}", number, 6)
        each = '  for_each = { for name in ["blue", "green", "red"] : name => { prefix = name } }\n'
        call = _call(f"m{number}", f"./modules/m{number}", each).replace(
            f'prefix = "m{number}"', "prefix = each.value.prefix"
        )
        inner += call
    (base / "module" / "node_groups.tf").write_text(inner)
    for number in range(7):
        example = base / "examples" / f"e{number}"
        _module(example, 100 + number, 5)
        (example / "main.tf").write_text(_call("it", "../../module"))


def monorepo(base: Path) -> None:
    """1,800 files: roots for teams and environments over shared modules."""
    for number in range(60):
        _module(base / "modules" / f"m{number}", number, 5)
    for number in range(300):
        root = base / "teams" / f"team{number // 3}" / ("dev", "stage", "prod")[number % 3]
        _module(root, number, 4)
        calls = "".join(_call(f"c{index}", f"../../../modules/m{(number + index) % 60}") for index in range(2))
        (root / "calls.tf").write_text(calls)
        (root / "terraform.tfvars").write_text(f'vpc_id = "vpc-{number:08x}"\n')


def thousandfold(base: Path) -> None:
    """Ten thousand buckets, each with its access block, from one map."""
    base.mkdir(exist_ok=True)
    (base / "main.tf").write_text(
        'locals {\n  names = { for index in range(10000) : "b${index}" => { number = index } }\n}\n'
        'resource "aws_s3_bucket" "b" {\n  for_each = local.names\n  bucket = "acme-${each.key}"\n}\n'
        'resource "aws_s3_bucket_public_access_block" "b" {\n  for_each = local.names\n'
        "  bucket = aws_s3_bucket.b[each.key].id\n  block_public_acls = true\n}\n"
        'resource "aws_sqs_queue" "same" {\n  for_each = local.names\n  sqs_managed_sse_enabled = false\n}\n'
    )


SHAPES: Final[dict[str, Callable[[Path], None]]] = {
    "small": small,
    "modules": modules,
    "eks": eks,
    "monorepo": monorepo,
    "thousandfold": thousandfold,
}

_READ: Final = """
import sys, time, json, resource
from pathlib import Path
start = time.perf_counter(); cpu = time.process_time()
from watchword.adapters.terraform import read_terraform, terraform_shapes
from watchword.inventory import assemble
imported = time.perf_counter()
inventory = assemble([read_terraform(Path(sys.argv[1]))], terraform_shapes())
built = time.perf_counter()
touched = sum(1 for asset in inventory.assets.values() for value in asset.attributes.items())
edges = len(inventory.edges)
done = time.perf_counter()
print(json.dumps({
    "import": imported - start, "build": built - imported, "every attribute": done - built, "cpu": time.process_time() - cpu,
    "assets": len(inventory.assets), "attributes": touched, "edges": edges, "problems": len(inventory.problems),
    "files": inventory.coverage[0].files, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def main() -> None:
    names = sys.argv[1:] or list(SHAPES)
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(name) if Path(name).is_dir() else Path(scratch) / name
            if name in SHAPES:
                SHAPES[name](path)
            start = time.perf_counter()
            out = subprocess.run([sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True)
            seen = json.loads(out.stdout)
            whole = time.perf_counter() - start
        print(
            f"{name:13} whole {whole:.2f} s  "
            + "  ".join(
                f"{key} {value:.2f}" if isinstance(value, float) else f"{key} {value}" for key, value in seen.items()
            )
        )


if __name__ == "__main__":
    main()
