"""Drift between what is declared and a state: what differs, what is missing, and what nobody can tell."""

import json
from pathlib import Path
from typing import Any

import pytest

from watchword.app.compliance.drifting import Compared, DriftRequest, compare
from watchword.evidence.posture.compliance.drift import DriftKind
from watchword.kernel.errors import InvalidInputError, NotFoundError


def _state(**resources: Any) -> str:
    """A state of version 4: `type__name={attributes}`, or a list of (index, attributes)."""
    listed = []
    for name, attributes in resources.items():
        type_, _, label = name.partition("__")
        instances = attributes if isinstance(attributes, list) else [(None, attributes)]
        listed.append(
            {
                "mode": "managed",
                "type": type_,
                "name": label,
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [
                    {"attributes": a} if key is None else {"index_key": key, "attributes": a} for key, a in instances
                ],
            }
        )
    return json.dumps({"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": listed})


def _compared(tmp_path: Path, source: str, state: str) -> Compared:
    (tmp_path / "infra").mkdir(exist_ok=True)
    (tmp_path / "infra" / "main.tf").write_text(source, "utf-8")
    (tmp_path / "terraform.tfstate").write_text(state, "utf-8")
    return compare(DriftRequest(declared=tmp_path / "infra", state=tmp_path / "terraform.tfstate"))


def _told(compared: Compared) -> list[tuple[str, str, str, str]]:
    return [(one.address, d.path, d.declared, d.actual) for one in compared.drift.drifted for d in one.differences]


def test_what_is_written_and_what_is_there(tmp_path: Path) -> None:
    source = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n  delay_seconds = 90\n  fifo_queue = false\n}\n'
    compared = _compared(
        tmp_path, source, _state(aws_sqs_queue__jobs={"name": "jobs", "delay_seconds": 30, "fifo_queue": False})
    )
    assert _told(compared) == [("aws_sqs_queue.jobs", "delay_seconds", "90", "30")]
    (one,) = compared.drift.drifted
    assert (one.kind, one.differences[0].place.line) == (DriftKind.CHANGED, 3)


def test_the_same_is_no_drift_and_what_is_not_written_is_nobodys_intent(tmp_path: Path) -> None:
    source = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'
    compared = _compared(tmp_path, source, _state(aws_sqs_queue__jobs={"name": "jobs", "delay_seconds": 30}))
    assert compared.drift.drifted == ()
    assert compared.drift.cannot_tell == ()
    assert (compared.drift.pairs, compared.drift.values) == (1, 1)


def test_forms_that_mean_the_same(tmp_path: Path) -> None:
    source = """\
resource "aws_s3_bucket_policy" "logs" {
  bucket = "logs"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "s3:*", Principal = "*" }] })
}
resource "aws_security_group" "web" {
  name    = "web"
  egress {
    from_port = 443
    to_port   = "443"
    cidr_blocks = ["10.0.0.0/8", "10.1.0.0/16"]
  }
  egress {
    from_port = 53
    to_port   = 53
    cidr_blocks = ["10.0.0.2/32"]
  }
  tags = {}
  description = ""
}
"""
    policy = {"Statement": {"Principal": "*", "Action": ["s3:*"], "Effect": "Deny"}, "Version": "2012-10-17"}
    rules = [
        {"from_port": 53, "to_port": 53, "cidr_blocks": ["10.0.0.2/32"], "self": False},
        {"from_port": 443, "to_port": 443, "cidr_blocks": ["10.1.0.0/16", "10.0.0.0/8"], "self": False},
    ]
    state = _state(
        aws_s3_bucket_policy__logs={"bucket": "logs", "policy": json.dumps(policy)},
        aws_security_group__web={"name": "web", "egress": rules, "tags": None, "description": None},
    )
    compared = _compared(tmp_path, source, state)
    assert _told(compared) == []
    assert compared.drift.cannot_tell == ()


def test_one_of_a_set_that_is_other(tmp_path: Path) -> None:
    source = 'resource "aws_security_group" "web" {\n  name = "web"\n  egress {\n    from_port = 53\n  }\n  egress {\n    from_port = 443\n  }\n}\n'
    state = _state(aws_security_group__web={"name": "web", "egress": [{"from_port": 443}, {"from_port": 54}]})
    assert [(path, actual) for _, path, _, actual in _told(_compared(tmp_path, source, state))] == [
        ("egress", "[{from_port: 443}, {from_port: 54}]")
    ]


def test_what_a_variable_holds_cannot_be_told(tmp_path: Path) -> None:
    source = 'variable "delay" {}\nresource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n  delay_seconds = var.delay\n}\n'
    compared = _compared(tmp_path, source, _state(aws_sqs_queue__jobs={"name": "jobs", "delay_seconds": 30}))
    assert compared.drift.drifted == ()
    assert [(c.path, "var.delay" in c.why) for c in compared.drift.cannot_tell] == [("delay_seconds", True)]


def test_what_the_state_does_not_have_at_all_cannot_be_told(tmp_path: Path) -> None:
    source = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n  delay_seconds = 30\n}\n'
    compared = _compared(tmp_path, source, _state(aws_sqs_queue__jobs={"name": "jobs"}))
    assert [(c.path, c.why) for c in compared.drift.cannot_tell] == [("delay_seconds", "what is there does not say")]


def test_a_reference_is_followed_into_the_state(tmp_path: Path) -> None:
    source = """\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id = aws_vpc.main.id
}
"""
    vpc = {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
    same = _compared(tmp_path, source, _state(aws_vpc__main=vpc, aws_subnet__a={"vpc_id": "vpc-1"}))
    assert (same.drift.drifted, same.drift.cannot_tell) == ((), ())
    other = _compared(tmp_path, source, _state(aws_vpc__main=vpc, aws_subnet__a={"vpc_id": "vpc-2"}))
    assert _told(other) == [("aws_subnet.a", "vpc_id", "vpc-1", "vpc-2")]


def test_missing_on_one_side(tmp_path: Path) -> None:
    source = 'resource "aws_sqs_queue" "new" {\n  name = "new"\n}\n'
    compared = _compared(tmp_path, source, _state(aws_kms_key__old={"id": "k", "arn": "arn:aws:kms:::key/k"}))
    assert [(d.kind, d.address, d.identity) for d in compared.drift.drifted] == [
        (DriftKind.UNMANAGED, "aws_kms_key.old", "arn:aws:kms:::key/k"),
        (DriftKind.UNUSED, "aws_sqs_queue.new", ""),
    ]


def test_instances_by_key_and_a_number_that_nobody_knows(tmp_path: Path) -> None:
    source = """\
resource "aws_sqs_queue" "each" {
  for_each = toset(["a", "b"])
  name     = each.key
}
variable "names" {}
resource "aws_sqs_queue" "any" {
  for_each      = var.names
  name          = each.key
  delay_seconds = 5
}
"""
    state = _state(
        aws_sqs_queue__each=[("a", {"name": "a"}), ("b", {"name": "x"})],
        aws_sqs_queue__any=[("p", {"name": "p", "delay_seconds": 5}), ("q", {"name": "q", "delay_seconds": 9})],
    )
    compared = _compared(tmp_path, source, state)
    assert ('aws_sqs_queue.each["b"]', "name", "b", "x") in _told(compared)
    assert [actual for _, path, _, actual in _told(compared) if path == "delay_seconds"] == ["9"]
    assert any("an unknown number declared, 2 in the state" in c.why for c in compared.drift.cannot_tell)
    assert not compared.drift.of(DriftKind.UNMANAGED)


def test_a_secret_that_differs_is_told_and_not_shown(tmp_path: Path) -> None:
    source = 'resource "aws_db_instance" "a" {\n  password = "hunter2hunter2"\n}\n'
    compared = _compared(tmp_path, source, _state(aws_db_instance__a={"password": "correct horse"}))
    assert _told(compared) == [("aws_db_instance.a", "password", "(redacted)", "(redacted)")]


def test_a_source_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    compared = _compared(
        tmp_path, 'resource "aws_sqs_queue" "a" {\n  name = \n}\n', _state(aws_sqs_queue__a={"name": "a"})
    )
    assert compared.problems


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    state = tmp_path / "terraform.tfstate"
    state.write_text(_state(aws_sqs_queue__a={"name": "a"}))
    with pytest.raises(InvalidInputError, match="no two sides"):
        compare(DriftRequest(state=state))
    with pytest.raises(InvalidInputError, match="not what it was named as"):
        compare(DriftRequest(declared=state, state=state))
    with pytest.raises(NotFoundError):
        compare(DriftRequest(declared=tmp_path, state=tmp_path / "gone.tfstate"))


@pytest.mark.parametrize(
    "state",
    [
        "",
        "[]",
        "{}",
        '{"version": 3, "modules": []}',
        '{"version": 4}',
        '{"version": 4, "resources": {}}',
        '{"version": 4, "resources": [{"type": 5}]}',
        '{"version": 4, "resources": [{"type": "aws_sqs_queue", "name": "jobs", "instances": [{"attributes": 5}]}]}',
        _state(aws_sqs_queue__jobs={"name": "jobs"})[:-20],
    ],
)
def test_what_is_no_whole_state_is_refused_and_not_taken_for_one_without_resources(tmp_path: Path, state: str) -> None:
    with pytest.raises(InvalidInputError, match=r"terraform\.tfstate"):
        _compared(tmp_path, 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n', state)
