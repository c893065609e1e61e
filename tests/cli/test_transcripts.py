"""The command line as users have it: the installed wheel's own script, one transcript a story."""

from pathlib import Path

import pytest

from support.installed import Installed, install
from support.transcripts import play

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("installed"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(transcript: Path, installed: Installed, tmp_path: Path) -> None:
    play(
        transcript.read_text(encoding="utf-8"),
        tmp_path,
        lambda arguments: installed.run(arguments, directory=tmp_path),
    )


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
