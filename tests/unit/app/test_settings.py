"""Where things are looked for: options before the environment, the environment before the defaults."""

from pathlib import Path

import pytest

from watchword.app.settings import read_settings
from watchword.kernel.errors import InvalidInputError

HOME = {"HOME": "/people/alice"}


def test_without_anything(tmp_path: Path) -> None:
    settings = read_settings(HOME, working_directory=tmp_path)
    assert settings.state.root == Path("/people/alice/.local/state/watchword")
    assert settings.configuration == Path("/people/alice/.local/state/watchword/configuration")
    assert (settings.port, settings.database) == (None, None)


def test_the_environment(tmp_path: Path) -> None:
    environment = HOME | {"WATCHWORD_STATE": "/s", "WATCHWORD_CONFIG": "/c", "WATCHWORD_DATABASE": "postgresql://h/d"}
    settings = read_settings(environment, working_directory=tmp_path)
    assert (settings.state.root, settings.configuration, settings.database) == (
        Path("/s"),
        Path("/c"),
        "postgresql://h/d",
    )


def test_options_win(tmp_path: Path) -> None:
    environment = HOME | {"WATCHWORD_STATE": "/s", "WATCHWORD_CONFIG": "/c"}
    settings = read_settings(environment, working_directory=tmp_path, state="../state", configuration="conf", port=81)
    assert settings.state.root == tmp_path.parent / "state"
    assert (settings.configuration, settings.port) == (tmp_path / "conf", 81)


def test_a_configuration_here_is_meant(tmp_path: Path) -> None:
    (tmp_path / "watchword.yaml").write_text("")
    assert read_settings(HOME, working_directory=tmp_path).configuration == tmp_path


@pytest.mark.parametrize(
    ("xdg", "root"), [("/x", "/x/watchword"), ("relative", "/people/alice/.local/state/watchword")]
)
def test_the_xdg_base_directory(tmp_path: Path, xdg: str, root: str) -> None:
    assert read_settings(HOME | {"XDG_STATE_HOME": xdg}, working_directory=tmp_path).state.root == Path(root)


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_no_home(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_settings(environment, working_directory=tmp_path)
    assert caught.value.code == "settings.no-home"
    assert read_settings(environment, working_directory=tmp_path, state="/s").state.root == Path("/s")
