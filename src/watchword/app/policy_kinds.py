"""What the policies of a configuration directory are for: its `watchword.yaml` says how each is used."""

from collections.abc import Mapping
from pathlib import Path

from watchword.app.configuration import ConfigurationError, Surroundings, read_configuration
from watchword.app.settings import MAIN_FILE
from watchword.app.state import StateDirectory
from watchword.decision.language import PolicyKind


def configuration_of(policy: Path) -> Path | None:
    """Return the configuration directory whose policy a file is, by where it lies: `<directory>/policies/x.json`."""
    directory = policy.resolve().parent
    found = directory.name == "policies" and (directory.parent / MAIN_FILE).is_file()
    return directory.parent if found else None


def kinds_of(configuration: Path) -> Mapping[str, PolicyKind]:
    """Return the kind of each policy by name; none where the configuration is broken, which `plan` and `check` say."""
    try:
        read = read_configuration(configuration, Surroundings.of(StateDirectory(configuration)))
    except ConfigurationError:
        return {}
    return {name: document.kind for name, document in read.policies.items()}
