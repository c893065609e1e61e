"""Checks of a team's own, in Python and in YAML."""

from pathlib import Path

import pytest

from watchword.app.posture import read_example
from watchword.app.scanning import all_checks
from watchword.app.user_checks import load_checks
from watchword.evidence.posture import Check, Verdict
from watchword.evidence.posture.examples import flaw_of, missing_examples
from watchword.kernel.errors import InvalidInputError, NotFoundError

_YAML = """\
id: bucket-has-owner
title: Buckets have an owner
severity: medium
why: Nobody mends what nobody owns.
remedy: Tag the bucket with `owner`.
function: data.governance
stage: initial
kinds: [object_store]
front_ends: [terraform]
applies: asset.tags.tier != "scratch"
otherwise: what is scratch has no owner
passes: has(asset.tags.owner) && asset.tags.owner != ""
message: it has no owner
evidence: [tags.owner]
examples:
  - front_end: terraform
    verdict: pass
    text: |
      resource "aws_s3_bucket" "b" {
        tags = { owner = "web" }
      }
  - front_end: terraform
    verdict: fail
    text: |
      resource "aws_s3_bucket" "b" {}
  - front_end: terraform
    verdict: not_applicable
    text: |
      resource "aws_s3_bucket" "b" {
        tags = { tier = "scratch" }
      }
  - front_end: terraform
    verdict: unknown
    says: which tags there are is not known
    text: |
      variable "tags" {}
      resource "aws_s3_bucket" "b" {
        tags = var.tags
      }
"""
_PYTHON = """\
from watchword.evidence.posture import Check, Function, Severity, Stage, failed, passed, seen
from watchword.inventory import FrontEnd


def judge(bucket, estate):
    return passed() if bucket.name.startswith("acme-") else failed("it is not called acme-", seen("name", bucket["name"]))


CHECK = Check(
    id="bucket-is-ours", title="Buckets are called ours", severity=Severity.LOW, why="So.", remedy="So.",
    function=Function.DATA_INVENTORY, stage=Stage.INITIAL, kinds=("object_store",),
    front_ends=(FrontEnd.TERRAFORM,), judge=judge,
)
"""


def _loaded(directory: Path, name: str, text: str) -> Check:
    (directory / name).write_text(text)
    (check,) = load_checks(directory)
    return check


def test_a_check_in_yaml_runs_as_any_other(tmp_path: Path) -> None:
    check = _loaded(tmp_path, "owner.yaml", _YAML)
    assert check.id == "bucket-has-owner"
    assert [flaw_of(check, example, read_example) for example in check.examples] == ["", "", "", ""]
    assert not missing_examples(check)
    assert [e.verdict for e in check.examples] == [
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.NOT_APPLICABLE,
        Verdict.UNKNOWN,
    ]


def test_a_check_in_python_runs_as_any_other(tmp_path: Path) -> None:
    check = _loaded(tmp_path, "ours.py", _PYTHON)
    assert check.id == "bucket-is-ours"
    assert missing_examples(check) == ("terraform: no good example", "terraform: no bad example")


def test_both_stand_beside_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "owner.yml").write_text(_YAML)
    (tmp_path / "ours.py").write_text(_PYTHON)
    (tmp_path / "_shared.py").write_text("raise SystemError")
    (tmp_path / "notes.txt").write_text("")
    assert [check.id for check in all_checks([tmp_path])][-2:] == ["bucket-is-ours", "bucket-has-owner"]


def test_two_checks_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "owner.yaml").write_text(_YAML.replace("bucket-has-owner", "kms-key-rotation"))
    with pytest.raises(InvalidInputError, match="two checks are called kms-key-rotation"):
        all_checks([tmp_path])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: medium", "severity: bad", "severity: 'bad' is not known"),
        ("severity: medium\n", "", "no severity"),
        ("function: data.governance", "function: data", "'data' is not known"),
        ("kinds: [object_store]", "kinds: [bucket]", "there is no bucket"),
        ("kinds: [object_store]", "kinds: {a: 1}", "a list of texts"),
        ("front_ends: [terraform]", "front_ends: [ansible]", "there is no ansible"),
        ("message: it", "massage: it", "no message"),
        ("stage: initial", "stage: initial\ncolour: red", "colour is not known here"),
        ('passes: has(asset.tags.owner) && asset.tags.owner != ""', "passes: has(asset", "passes:"),
        ("verdict: fail", "verdict: bad", "there is no bad"),
        ("id: bucket-has-owner", "id: [", "owner.yaml:"),
        ("id: bucket-has-owner", "id:", "id: a text"),
    ],
)
def test_a_bad_check_in_yaml_is_refused_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "owner.yaml").write_text(_YAML.replace(old, new, 1))
    with pytest.raises(InvalidInputError) as refused:
        load_checks(tmp_path)
    assert told in str(refused.value)
    assert "owner.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "has no CHECK"),
        ("1 / 0", "ZeroDivisionError"),
        ("def (", "SyntaxError"),
        (_PYTHON.replace("object_store", "bucket"), "there is no kind bucket"),
    ],
)
def test_a_bad_check_in_python_is_refused_with_its_file(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "ours.py").write_text(text)
    with pytest.raises(InvalidInputError, match=told):
        load_checks(tmp_path)


def test_every_bad_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "b.yaml").write_text("[]")
    with pytest.raises(InvalidInputError) as refused:
        load_checks(tmp_path)
    assert len(str(refused.value).splitlines()) == 2


def test_an_expression_without_an_answer_is_an_error_of_the_check(tmp_path: Path) -> None:
    check = _loaded(
        tmp_path,
        "owner.yaml",
        _YAML.replace('passes: has(asset.tags.owner) && asset.tags.owner != ""', "passes: nobody"),
    )
    assert "error" in flaw_of(check, check.examples[0], read_example)


def test_a_directory_without_checks(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no checks"):
        load_checks(tmp_path)
    with pytest.raises(NotFoundError):
        load_checks(tmp_path / "nowhere")
