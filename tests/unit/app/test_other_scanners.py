"""Scanners that are run: found on PATH, asked for what they write, and loud where they fail."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from watchword.app.other_scanners import NAMES, running
from watchword.app.scanning import ScanRequest, scan
from watchword.evidence.posture.imports import read_results
from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError

_NOTHING = {"passed": 0, "checkov_version": "3"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all of PATH but for what the shell needs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return programs


def _program(place: Path, name: str, script: str) -> None:
    path = place / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _repository(tmp_path: Path) -> Path:
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "main.tf").write_text('resource "aws_kms_key" "k" {}\n')
    (repository / "t.yaml").write_text(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {K: {Type: AWS::KMS::Key}}\n"
    )
    (repository / "values.yaml").write_text("a: 1\n")
    return repository


def test_what_a_scanner_writes_is_there_while_it_is_read(tmp_path: Path, place: Path) -> None:
    _program(place, "checkov", f"echo \"$@\" >&2; echo '{json.dumps(_NOTHING)}'; exit 1")
    repository = _repository(tmp_path)
    with running(("checkov", "checkov"), (repository,)) as files:
        (file,) = files
        assert read_results(file.read_bytes(), name="checkov").form == "checkov"
        told = (file.parent / "errors").read_text()
        assert told.startswith(f"--directory {repository} --output json")
    assert not file.exists()


def test_one_that_writes_a_file_is_read_from_it(tmp_path: Path, place: Path) -> None:
    kics = json.dumps({"queries": [], "kics_version": "v2", "total_counter": 0})
    _program(
        place,
        "kics",
        f'echo progress; while [ $# -gt 0 ]; do [ "$1" = --output-path ] && out=$2; shift; done; echo \'{kics}\' > "$out/results.json"; exit 50',
    )
    with running(("kics",), (_repository(tmp_path),)) as (file,):
        assert json.loads(file.read_text())["kics_version"] == "v2"


def test_one_that_wants_its_files_named_gets_those_that_are_its(tmp_path: Path, place: Path) -> None:
    _program(place, "cfn-lint", "shift 3; for f; do echo \"$f\" >&2; done; echo '[]'")
    repository = _repository(tmp_path)
    (repository / "link.yaml").symlink_to(repository / "t.yaml")
    with running(("cfn-lint",), (repository,)) as (file,):
        assert (file.parent / "errors").read_text().splitlines() == [str(repository / "t.yaml")]


def test_one_that_has_nothing_to_read_is_not_started(tmp_path: Path, place: Path) -> None:
    _program(place, "cfn-lint", "exit 99")
    empty = tmp_path / "empty"
    empty.mkdir()
    with running(("cfn-lint",), (empty,)) as files:
        assert files == ()


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no such scanner: shell"), running(("shell",), ()):
        pytest.fail("it ran")


@pytest.mark.parametrize("name", NAMES)
def test_one_that_is_not_there_is_said_with_the_other_way(tmp_path: Path, place: Path, name: str) -> None:
    with pytest.raises(NotFoundError) as caught, running((name,), (tmp_path,)):
        pytest.fail("it ran")
    assert "not on PATH" in str(caught.value)
    assert caught.value.hint is not None
    assert "--import" in caught.value.hint


@pytest.mark.parametrize(
    "script",
    [
        "echo broken >&2; exit 2",  # an exit code that no good run has
        "exit 0",  # and nothing written
        "kill -9 $$",
    ],
)
def test_one_that_fails_ends_the_scan(tmp_path: Path, place: Path, script: str) -> None:
    _program(place, "checkov", script)
    with pytest.raises(UnavailableError, match="checkov ended with") as caught, running(("checkov",), (tmp_path,)):
        pytest.fail("it went on")
    if "broken" in script:
        assert caught.value.found == "broken"


def test_one_that_cannot_be_started_is_said(tmp_path: Path, place: Path) -> None:
    path = place / "checkov"
    path.write_text("#!/nowhere/at/all\n")
    path.chmod(0o755)
    with pytest.raises(UnavailableError, match="did not start"), running(("checkov",), (tmp_path,)):
        pytest.fail("it went on")


def test_what_it_finds_is_in_the_one_list(tmp_path: Path, place: Path) -> None:
    repository = _repository(tmp_path)
    found = {
        "check_type": "terraform",
        "results": {
            "failed_checks": [
                {
                    "check_id": "CKV_AWS_7",
                    "check_name": "rotation",
                    "file_path": "/main.tf",
                    "file_line_range": [1, 1],
                    "resource": "aws_kms_key.k",
                    "check_result": {"result": "FAILED"},
                }
            ]
        },
        "summary": {"failed": 1},
    }
    (tmp_path / "found.json").write_text(json.dumps(found))
    _program(place, "checkov", f"cat {tmp_path / 'found.json'}; exit 1")
    request = ScanRequest(
        paths=(repository,), today=date(2026, 11, 25), working_directory=tmp_path, others=("checkov",)
    )
    report = scan(request).report
    (key,) = (r for r in report.findings if r.check.id == "kms-key-rotation" and r.place.file.endswith("main.tf"))
    assert [(s.tool, s.id, s.file) for s in key.also_found_by] == [("checkov", "CKV_AWS_7", "checkov, run now")]
    assert [one.file for one in report.imports] == ["checkov, run now"]
