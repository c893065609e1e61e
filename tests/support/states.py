"""State directories as `watchword up` leaves them, without anything running."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from support.configurations import write
from watchword.app import applied
from watchword.app.configuration import Configuration, Surroundings, read_configuration
from watchword.app.defaults import default_files
from watchword.app.runtime import Services, open_database, open_services
from watchword.app.settings import Settings
from watchword.app.state import StateDirectory


def settings_for(root: Path, configuration: Path | None = None) -> Settings:
    return Settings(state=StateDirectory(root), configuration=configuration or root / "configuration")


def prepared(
    root: Path, main: str | None = None, policies: Mapping[str, str | bytes] | None = None
) -> tuple[Settings, Configuration]:
    """Make a state directory that serves this configuration, by default the one of `init`, over an empty database."""
    settings = settings_for(root)
    settings.state.prepare()
    files = default_files()
    chosen = (
        {name.removeprefix("policies/").removesuffix(".json"): text for name, text in files.items() if "/" in name}
        if policies is None
        else policies
    )
    write(settings.configuration, files["watchword.yaml"] if main is None else main, chosen)
    configuration = read_configuration(settings.configuration, Surroundings.of(settings.state))
    applied.keep(settings.state, configuration)
    applied.remember(settings.state, applied.Serving(port=None, configuration=settings.configuration))
    with open_database(configuration, upgraded=True):
        pass
    return settings, configuration


def services_of(settings: Settings) -> AbstractContextManager[Services]:
    return open_services(settings)
