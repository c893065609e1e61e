"""The command line as users have it: the installed wheel's own script, one transcript a story."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.installed import Installed, install
from support.states import prepared
from support.transcripts import play

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("installed"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(transcript: Path, installed: Installed, tmp_path: Path) -> None:
    text = transcript.read_text(encoding="utf-8")
    environment = {}
    if text.startswith("# state: "):
        # Not below HOME, where it would be by default: Unix sockets want short paths.
        environment["WATCHWORD_STATE"] = str(prepared(tmp_path / "s")[0].state.root)
    play(text, tmp_path, lambda arguments: installed.run(arguments, directory=tmp_path, environment=environment))


def test_the_exported_ledger_proves_itself_with_python_alone(installed: Installed, tmp_path: Path) -> None:
    environment = {"WATCHWORD_STATE": str(prepared(tmp_path / "s")[0].state.root)}
    invited = installed.run(["person", "invite", "a@example.com"], directory=tmp_path, environment=environment)
    assert invited.returncode == 0, invited.stderr
    done = installed.run(["ledger", "export", "copy", "--output", "json"], directory=tmp_path, environment=environment)
    key = json.loads(done.stdout)["key"]
    verify = [sys.executable, "-I", "-S", "copy/verify.py", "copy", "--key", key]
    verified = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    token = invited.stdout.strip().partition("#")[2].encode()
    assert len(token) == 43
    assert not [path for path in (tmp_path / "copy").rglob("*") if path.is_file() and token in path.read_bytes()]


def test_the_wheel_carries_what_is_not_code(installed: Installed) -> None:
    for name in (
        "watchword/app/defaults/watchword.yaml",
        "watchword/app/defaults/policies/sample-application.json",
        "watchword/py.typed",
    ):
        assert name in installed.files
    for folder, ending in (
        ("watchword/adapters/sql/migrations/versions/", ".py"),
        ("watchword/console/", ".html"),
        ("watchword/console/", ".css"),
    ):
        assert [name for name in installed.files if name.startswith(folder) and name.endswith(ending)], folder
