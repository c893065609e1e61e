"""Answers of before, as the command line gives them: when they are used, and when nothing is remembered."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchword.cli.main import main

_KEY = 'resource "aws_kms_key" "k" {\n}\n'


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("main.tf").write_text(_KEY)
    yield tmp_path
    gc.enable()  # a command switches it off for its process, which is ours here
    gc.unfreeze()


def _entries(place: Path) -> list[str]:
    directory = place / "caches" / "watchword"
    return sorted(path.name for path in directory.iterdir()) if directory.exists() else []


@pytest.mark.parametrize("command", [["scan", "."], ["scan", ".", "--output", "json"], ["assess", "."]])
def test_the_second_time_all_is_said_again(place: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    first = main(command), capsys.readouterr()
    (entry,) = _entries(place)
    assert (main(command), capsys.readouterr()) == first
    assert _entries(place) == [entry]
    assert (main([*command, "--no-cache"]), capsys.readouterr()) == first


def test_warnings_are_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    Path("main.tf").write_text(f"# checkov:skip=CKV_AWS_7:it goes in spring\n{_KEY}")
    main(["scan", "."])
    first = capsys.readouterr()
    assert "warning: " in first.err
    main(["scan", "."])
    assert capsys.readouterr() == first


def test_options_are_part_of_the_question(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", ".", "--check", "kms-key-rotation"]) == 12
    assert main(["scan", ".", "--skip", "kms-key-rotation"]) == 0
    assert main(["scan", ".", "--check", "kms-key-rotation"]) == 12
    capsys.readouterr()
    assert len(_entries(place)) == 2


def test_where_one_is_does_count(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["scan", str(place / "work")])
    monkeypatch.chdir(place)
    main(["scan", str(place / "work")])
    assert "work/main.tf:1" in capsys.readouterr().out
    assert len(_entries(place)) == 2


@pytest.mark.parametrize(
    "command", [["scan", ".", "--no-cache"], ["scan", "main.tf"], ["assess", ".", "--report", "r.html"]]
)
def test_what_is_not_remembered(place: Path, command: list[str]) -> None:
    main(command)
    assert _entries(place) == []


def test_an_option_that_nobody_thought_of_makes_nothing_be_remembered(place: Path) -> None:
    main(["--state", "elsewhere", "scan", "."])  # it happens to mean nothing to a scan
    assert _entries(place) == []


def test_a_pipeline_remembers_nothing_unless_it_is_asked_to(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    main(["scan", "."])
    assert _entries(place) == []
    main(["scan", ".", "--cache"])
    assert _entries(place)


def test_without_a_home_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert main(["scan", "."]) == 12


def test_a_directory_that_others_can_write_is_warned_of_and_not_used(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["scan", "."])
    capsys.readouterr()
    (place / "caches" / "watchword").chmod(0o777)
    Path("main.tf").write_text("")
    main(["scan", "."])
    assert "make it yours alone" in capsys.readouterr().err
    assert len(_entries(place)) == 1


def test_a_place_that_cannot_be_written_is_warned_of(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "caches").write_text("")
    assert main(["scan", "."]) == 12
    assert "nothing is remembered" in capsys.readouterr().err
