"""What the tests need is found, installed where that can be done without asking, and otherwise named."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import system_packages


def _program(directory: Path, name: str, body: str) -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with nothing on its PATH but a shell's built-ins, and no downloaded browser. Yields its PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setattr("sys.platform", "linux")
    system_packages.find_chromium.cache_clear()
    yield programs
    system_packages.find_chromium.cache_clear()


def test_a_browser_that_answers_is_found(empty_machine: Path) -> None:
    there = _program(empty_machine, "chromium", "echo Chromium 156")
    assert system_packages.find_chromium() == there


def test_a_stub_that_only_says_where_to_get_one_is_no_browser(empty_machine: Path) -> None:
    """Ubuntu's `chromium-browser`."""
    _program(empty_machine, "chromium-browser", "echo 'Requires the chromium snap' >&2; exit 1")
    chrome = _program(empty_machine, "google-chrome", "echo Google Chrome 156")
    assert system_packages.find_chromium() == chrome


def test_the_newest_download_of_playwright_will_do(empty_machine: Path) -> None:
    browsers = empty_machine.parent / "browsers"
    _program(browsers / "chromium-1000/chrome-linux", "chrome", "echo Chromium 130")
    newest = _program(browsers / "chromium-1200/chrome-linux64", "chrome", "echo Chromium 156")
    assert system_packages.find_chromium() == newest


def test_what_is_missing_is_named_with_what_to_do(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages, "_is_debian", lambda: False)
    assert system_packages.main() == 0
    said = capsys.readouterr().err.splitlines()
    assert [line.split(".")[0] for line in said] == [
        f"Not on this machine: {name}" for name in ("chromium", "curl", "patch", "openssl")
    ]
    assert "install Google Chrome" in said[0]


def test_on_debian_what_is_missing_is_installed_and_nothing_else(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _program(empty_machine, "curl", "exit 0")
    _program(empty_machine, "patch", "exit 0")
    installs = f"for name in chromium openssl; do printf '#!/bin/sh\\necho Chromium\\n' > {empty_machine}/$name; done"
    marks = f"/bin/chmod +x {empty_machine}/chromium {empty_machine}/openssl"
    _program(
        empty_machine,
        "apt-get",
        f'echo "$@" >> {empty_machine}/asked\nif [ "$1" = install ]; then {installs}; {marks}; fi',
    )
    monkeypatch.setattr(system_packages, "_is_debian", lambda: True)
    monkeypatch.setattr(system_packages, "_privileged_prefix", lambda: ())
    assert system_packages.main() == 0
    assert capsys.readouterr().err == "Installing chromium, openssl for the tests\n"
    assert (empty_machine / "asked").read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends chromium openssl",
    ]


def test_an_installation_that_fails_says_why_and_does_not_stop_the_tests(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _program(empty_machine, "apt-get", "echo 'E: no network' >&2; exit 100")
    monkeypatch.setattr(system_packages, "_is_debian", lambda: True)
    monkeypatch.setattr(system_packages, "_privileged_prefix", lambda: ())
    assert system_packages.main() == 0
    said = capsys.readouterr().err
    assert "E: no network" in said
    assert "Not on this machine: chromium" in said


def test_without_the_rights_nothing_is_installed(empty_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = empty_machine / "asked"
    _program(empty_machine, "apt-get", f"echo no > {asked}")
    monkeypatch.setattr(system_packages, "_is_debian", lambda: True)
    monkeypatch.setattr(system_packages, "_privileged_prefix", lambda: None)
    assert not system_packages.can_install()
    assert system_packages.main() == 0
    assert not asked.exists()


def test_where_everything_is_there_nothing_is_said(empty_machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("chromium", "curl", "patch", "openssl"):
        _program(empty_machine, name, "echo Chromium")
    assert system_packages.main() == 0
    assert capsys.readouterr() == ("", "")
