"""Where this Watchword lives: read once, from the command line and the environment, and handed on as a value.

    what             option        environment         else
    state directory  --state DIR   WATCHWORD_STATE     $XDG_STATE_HOME/watchword, ~/.local/state/watchword
    configuration    --config DIR  WATCHWORD_CONFIG    ./ if it holds a watchword.yaml, else <state>/configuration
    gateway's port   --port N      -                   `listen.port` of watchword.yaml
    database         -             WATCHWORD_DATABASE  `database` of watchword.yaml, else SQLite in the state directory
    cache            --no-cache    -                   $XDG_CACHE_HOME/watchword, ~/.cache/watchword; none if CI is set

An option wins over the environment, the environment over the files. WATCHWORD_DATABASE exists so that a password need
not stand in a file that a team keeps in git. No other environment variable is read, but `CI` (set: nothing is cached).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watchword.app.state import StateDirectory
from watchword.kernel.errors import InvalidInputError

MAIN_FILE = "watchword.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`configuration` is the directory that `plan` and `apply` read; what is being served lies in `state.applied`."""

    state: StateDirectory
    configuration: Path
    port: int | None = None
    database: str | None = None


def read_settings(
    environment: Mapping[str, str],
    *,
    working_directory: Path,
    state: str | None = None,
    configuration: str | None = None,
    port: int | None = None,
) -> Settings:
    """Put the pieces together; nothing but the presence of `./watchword.yaml` is looked up.

    Raises `InvalidInputError` (`settings.no-home`) when there is no place to keep state.
    """
    root = _state_root(environment, working_directory, state)
    named = configuration or environment.get("WATCHWORD_CONFIG") or ""
    if named:
        directory = working_directory / Path(named).expanduser()
    elif (working_directory / MAIN_FILE).is_file():
        directory = working_directory
    else:
        directory = root / "configuration"
    return Settings(
        state=StateDirectory(root),
        configuration=directory,
        port=port,
        database=environment.get("WATCHWORD_DATABASE") or None,
    )


def cache_directory(environment: Mapping[str, str]) -> Path | None:
    """Where answers are kept, by the XDG base directory specification; None where there is no place for them."""
    xdg, home = Path(environment.get("XDG_CACHE_HOME", "")), Path(environment.get("HOME", ""))
    if xdg.is_absolute():  # a relative path is invalid there, and has to be ignored
        return xdg / "watchword"
    return home / ".cache" / "watchword" if home.is_absolute() else None


def is_pipeline(environment: Mapping[str, str]) -> bool:
    """Whether this runs in a pipeline: they set `CI`, to a text that means yes."""
    return environment.get("CI", "").strip().lower() not in {"", "0", "false", "no"}


def _state_root(environment: Mapping[str, str], working_directory: Path, option: str | None) -> Path:
    named = option or environment.get("WATCHWORD_STATE") or ""
    if named:
        return Path(os.path.normpath(working_directory / Path(named).expanduser()))
    # The XDG base directory specification: a relative path there is invalid and has to be ignored.
    xdg = environment.get("XDG_STATE_HOME", "")
    if Path(xdg).is_absolute():
        return Path(xdg) / "watchword"
    home = environment.get("HOME", "")
    if not Path(home).is_absolute():
        raise InvalidInputError(
            "no place to keep state: HOME is not set", code="settings.no-home", hint="name one with --state DIR"
        )
    return Path(home) / ".local" / "state" / "watchword"
