"""`policy lint` beyond its transcript: SARIF by its specification, and files that are changed with care."""

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from watchword.cli.main import main

_BAD = (
    '{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": ["s3:getobject"], '
    '"Resource": "arn:aws:s3:::é/*"}, {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}\n'
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("WATCHWORD_STATE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _sarif(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main(["policy", "lint", *arguments, "--output", "sarif"])
    log: dict[str, Any] = json.loads(capsys.readouterr().out)
    return log


def test_sarif_says_what_the_specification_asks_for(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a b.json").write_text(_BAD)
    log = _sarif(capsys, "a b.json")
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"][0]["executionSuccessful"] is True
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
    assert {r["ruleId"] for r in run["results"]} == {"action-case", "service-wildcard"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "a%20b.json"
        region = place["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        line = _BAD.splitlines()[region["startLine"] - 1]
        assert line[region["startColumn"] - 1 : region["endColumn"] - 1] in {'"s3:getobject"', '"iam:*"'}


def test_a_fix_in_sarif_is_the_fix(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.json").write_text(_BAD)
    (result,) = [r for r in _sarif(capsys, "a.json")["runs"][0]["results"] if "fixes" in r]
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    region = replacement["deletedRegion"]
    start, end = region["charOffset"], region["charOffset"] + region["charLength"]
    assert _BAD[start:end] == '"s3:getobject"'
    assert replacement["insertedContent"]["text"] == '"s3:GetObject"'


def test_a_fingerprint_stays_when_a_finding_moves(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def prints() -> list[str]:
        return [r["partialFingerprints"]["watchword/v1"] for r in _sarif(capsys, "a.json")["runs"][0]["results"]]

    (home / "a.json").write_text(_BAD)
    before = prints()
    (home / "a.json").write_text("\n\n" + _BAD.replace("{", "{\n", 1))
    assert prints() == before
    assert len(set(before)) == len(before)


def test_what_cannot_be_read_is_in_the_log(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.json").write_text("{")
    (run,) = _sarif(capsys, "a.json", "none.json")["runs"]
    assert [r["ruleId"] for r in run["results"]] == ["invalid-document"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "none.json" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_an_absolute_path_is_a_file_uri(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.json").write_text(_BAD)
    (run,) = _sarif(capsys, str(home / "a.json"))["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (home / "a.json").as_uri()


def test_writing_keeps_the_mode_and_the_link(home: Path) -> None:
    target = home / "real.json"
    target.write_text(_BAD)
    target.chmod(0o640)
    (home / "link.json").symlink_to(target)
    main(["policy", "lint", "link.json", "--fix", "--write"])
    assert (home / "link.json").is_symlink()
    assert "s3:GetObject" in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(p.name for p in home.iterdir()) == ["link.json", "real.json"]


def test_without_write_nothing_is_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.json").write_text(_BAD)
    main(["policy", "lint", "a.json", "--fix"])
    assert (home / "a.json").read_text() == _BAD
    assert '+{"Version"' in capsys.readouterr().out


def test_a_diff_cuts_lines_at_line_feeds_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.json").write_text(_BAD.replace("é", "\u2028").rstrip("\n"))
    main(["policy", "lint", "a.json", "--fix"])
    lines = capsys.readouterr().out.split("\n")
    assert [line[:2] for line in lines] == ["--", "++", "@@", "-{", "\\ ", "+{", "\\ ", ""]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert home.is_dir()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_BAD.encode())))
    assert main(["policy", "lint", "-"]) == 13
    assert capsys.readouterr().out.startswith("<stdin>:1:84: low: ")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_BAD.encode())))
    assert main(["policy", "lint", "-", "--fix", "--write"]) == 2


@pytest.mark.parametrize("folder", ["examples/configuration", "src/watchword/app/defaults"])
def test_our_own_policies_are_clean(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "lint", str(Path(__file__).parents[4] / folder)]) == 0
    assert capsys.readouterr().out == ""


def test_lint_needs_no_home(monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a container of a pipeline there may be none."""
    monkeypatch.delenv("HOME")
    (home / "a.json").write_text(_BAD)
    assert main(["policy", "lint", "a.json", "--rule", "action-case"]) == 11
    assert "action-case" in capsys.readouterr().out


def test_a_directory_named_like_a_document_is_not_read_as_one(home: Path) -> None:
    (home / "x.json").mkdir()
    (home / "x.json" / "y.json").write_text(_BAD)
    assert main(["policy", "lint", "x.json"]) == 13
