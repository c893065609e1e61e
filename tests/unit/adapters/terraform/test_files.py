"""What a hostile or broken directory gets: bounds, and a problem for each thing that is not read."""

import os
from pathlib import Path

import pytest

from watchword.adapters.terraform import read_terraform
from watchword.adapters.terraform.files import Disk
from watchword.inventory import ProblemKind

_BUCKET = 'resource "aws_s3_bucket" "b" {}\n'


def _kinds(base: Path) -> list[ProblemKind]:
    return [problem.kind for problem in read_terraform(base).problems]


def test_an_empty_directory_has_nothing(tmp_path: Path) -> None:
    reading = read_terraform(tmp_path)
    assert reading.declarations == ()
    assert (reading.coverage.files, reading.coverage.roots) == (0, 0)


def test_one_file_can_be_read_alone(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text(_BUCKET)
    (tmp_path / "b.tf").write_text('resource "aws_s3_bucket" "other" {}\n')
    assert [d.address for d in read_terraform(tmp_path / "a.tf").declarations] == ["aws_s3_bucket.b"]


@pytest.mark.parametrize("name", [".terraform", ".git", "node_modules"])
def test_directories_that_are_not_the_repositorys_own_are_skipped(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "main.tf").write_text(_BUCKET)
    assert read_terraform(tmp_path).declarations == ()


def test_links_in_a_circle_end_and_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "main.tf").write_text(_BUCKET)
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    assert _kinds(tmp_path) == [ProblemKind.LOOP]
    assert len(read_terraform(tmp_path).declarations) == 1


def test_links_out_of_the_scan_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text(_BUCKET)
    (tmp_path / "scan").mkdir()
    (tmp_path / "scan" / "link").symlink_to(tmp_path / "outside")
    reading = read_terraform(tmp_path / "scan")
    assert reading.declarations == ()
    assert [problem.kind for problem in reading.problems] == [ProblemKind.LOOP]


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    assert _kinds(tmp_path) == [ProblemKind.TOO_LARGE]


def test_a_file_that_is_no_text_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_bytes(b"\xff\xfe")
    (tmp_path / "b.tf").write_text("\ufeff" + _BUCKET)
    reading = read_terraform(tmp_path)
    assert [problem.kind for problem in reading.problems] == [ProblemKind.UNREADABLE]
    assert len(reading.declarations) == 1


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf")
    assert read_terraform(tmp_path).declarations == ()


def test_depth_is_bounded(tmp_path: Path) -> None:
    path = tmp_path.joinpath(*["d"] * 60)
    path.mkdir(parents=True)
    (path / "main.tf").write_text(_BUCKET)
    assert _kinds(tmp_path) == [ProblemKind.LIMIT]


@pytest.mark.parametrize("name", ["a b.tf", "é.tf", "a\nb.tf", "-rf.tf", "$(x).tf"])
def test_hostile_names_are_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(_BUCKET)
    (declaration,) = read_terraform(tmp_path).declarations
    assert declaration.place.file == name


def test_a_name_that_is_no_unicode_is_a_name(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.tf")).write_text(_BUCKET)
    assert len(read_terraform(tmp_path).declarations) == 1


def test_a_manifest_of_modules_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(_BUCKET)
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    (tmp_path / ".terraform" / "modules" / "modules.json").write_text("{")
    assert _kinds(tmp_path) == [ProblemKind.UNREADABLE]


def test_functions_read_within_the_scan_alone(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "scan" / "a").mkdir(parents=True)
    (tmp_path / "scan" / "a" / "p.json").write_text("{}")
    disk = Disk(tmp_path / "scan")
    assert disk.read("a/p.json") == b"{}"
    assert disk.read("../secret") is None
    assert disk.read("a/../../secret") is None
    assert disk.read("a\0b") is None
    assert disk.exists("../secret") is None
    assert disk.exists("a/none") is False
    assert disk.matching(".", "**/*.json") == ["a/p.json"]
    assert disk.matching(".", "*.json") == []
    assert disk.matching(".", "**/**/**/x") is None
    assert disk.matching("..", "*") is None
