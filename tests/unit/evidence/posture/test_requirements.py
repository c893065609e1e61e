"""The commonest judges: one attribute, three-valued, with a default and a fix."""

import pytest

from unit.evidence.posture.estates import value
from watchword.app.posture import read_example
from watchword.evidence.posture import Verdict
from watchword.evidence.posture.checks import built_in_one
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.requirements import is_set
from watchword.evidence.posture.runner import judge_one
from watchword.inventory import Absent, FrontEnd, Known, Reason, ReasonKind, Unknown, UnknownValueError


def _judged(check_id: str, text: str) -> tuple[Verdict, object]:
    check = built_in_one(check_id)
    assert check is not None
    inventory = read_example(FrontEnd.TERRAFORM, "main.tf", text)
    (asset,) = inventory.of(*check.kinds)
    result = judge_one(check, asset, Estate(inventory))
    return result.verdict, result.fix.settings[0].value if result.fix and result.fix.settings else None


def test_what_is_wrong_and_what_was_not_written_can_be_written() -> None:
    text = 'resource "aws_efs_file_system" "f" {{\n  {}\n}}\n'
    assert _judged("file-system-encrypted", text.format("encrypted = false")) == (Verdict.FAIL, True)
    assert _judged("file-system-encrypted", text.format('creation_token = "f"')) == (Verdict.FAIL, True)
    assert _judged("file-system-encrypted", text.format("encrypted = true")) == (Verdict.PASS, None)


def test_a_word_that_means_no_is_mended_by_a_word() -> None:
    text = 'resource "aws_sagemaker_notebook_instance" "n" {\n  root_access = "Enabled"\n}\n'
    assert _judged("notebook-root-access", text) == (Verdict.FAIL, "Disabled")


def test_what_is_set_is_more_than_an_empty_text_and_less_than_known() -> None:
    assert is_set(Known("k"))
    assert is_set(value(["k"]))
    assert not is_set(Known(""))
    assert not is_set(Absent())
    assert is_set(Unknown((Reason(ReasonKind.AFTER_APPLY, "it is made"),)))
    with pytest.raises(UnknownValueError):
        is_set(Unknown((Reason(ReasonKind.VARIABLE, "var.k has no value"),)))


def test_an_instance_of_a_cluster_says_what_its_cluster_does() -> None:
    text = """
resource "aws_rds_cluster" "c" {
  cluster_identifier = "c"
  engine             = "aurora-postgresql"
  storage_encrypted  = true
}

resource "aws_rds_cluster_instance" "i" {
  cluster_identifier = aws_rds_cluster.c.id
  engine             = "aurora-postgresql"
}

resource "aws_rds_cluster_instance" "other" {
  cluster_identifier = "elsewhere"
  engine             = "aurora-postgresql"
}
"""
    inventory = read_example(FrontEnd.TERRAFORM, "main.tf", text)
    known, other = inventory.typed("aws_rds_cluster_instance")
    assert known["encrypted"].boolean()
    assert other["encrypted"].is_unknown
