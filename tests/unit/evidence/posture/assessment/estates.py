"""A small shop, read by Terraform's front-end, and what is assessed of it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from watchword.app.assessing import AssessRequest, assess_paths
from watchword.app.posture import read_path
from watchword.evidence.posture.assessment import Assessment, Survey

TODAY = date(2026, 6, 1)
SHOP = """
resource "aws_security_group" "edge" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "web" {
  ingress {
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.edge.id]
  }
}

resource "aws_security_group" "orders" {
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.web.id]
  }
}

resource "aws_lb" "edge" {
  name            = "edge"
  security_groups = [aws_security_group.edge.id]
}

resource "aws_instance" "web" {
  ami                    = "ami-1"
  vpc_security_group_ids = [aws_security_group.web.id]
  iam_instance_profile   = aws_iam_instance_profile.web.name
}

resource "aws_iam_instance_profile" "web" {
  name = "web"
  role = aws_iam_role.web.name
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" },
  ] })
}

resource "aws_iam_role_policy" "web" {
  role   = aws_iam_role.web.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_db_instance" "orders" {
  engine                 = "postgres"
  publicly_accessible    = false
  storage_encrypted      = false
  vpc_security_group_ids = [aws_security_group.orders.id]
  tags                   = { DataClassification = "restricted", Owner = "orders-team" }
}
"""


def surveyed(directory: Path, text: str, *, below: str = "") -> Survey:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    return Survey(read_path(directory).inventory, directory=below)


def assessed(directory: Path, text: str = SHOP, files: Mapping[str, str] | None = None) -> Assessment:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    for name, content in (files or {}).items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(content, encoding="utf-8")
    done = assess_paths(AssessRequest(paths=(directory,), today=TODAY, working_directory=directory))
    assert done is not None
    return done
