"""Configuration directories for tests, and the surroundings to read them in."""

from collections.abc import Mapping
from pathlib import Path

from watchword.app.configuration import Configuration, Surroundings, read_configuration
from watchword.app.state import StateDirectory

ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


def surroundings(root: Path = Path("/state"), *, port: int | None = None, database: str | None = None) -> Surroundings:
    return Surroundings.of(StateDirectory(root), port=port, database=database)


def write(directory: Path, main: str | bytes | None, policies: Mapping[str, str | bytes] | None = None) -> Path:
    """Write a configuration directory and return it."""
    directory.mkdir(parents=True, exist_ok=True)
    if main is not None:
        (directory / "watchword.yaml").write_bytes(main.encode() if isinstance(main, str) else main)
    for name, text in (policies or {}).items():
        (directory / "policies").mkdir(exist_ok=True)
        (directory / "policies" / f"{name}.json").write_bytes(text.encode() if isinstance(text, str) else text)
    return directory


def read(directory: Path, main: str | bytes | None, policies: Mapping[str, str | bytes] | None = None) -> Configuration:
    return read_configuration(write(directory, main, policies), surroundings())
