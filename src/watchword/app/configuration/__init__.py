"""The configuration directory: `watchword.yaml` and `policies/*.json`, read into frozen values or refused as a whole.

    configuration = read_configuration(directory, Surroundings.of(state))

Rules:

- All problems of all files are found and reported at once, each with file, line and column, what was expected and what
  was found. Nothing is repaired, nothing is guessed, and nothing of a refused configuration is served.
- What is not understood is refused: unknown keys, unknown policies, values of another kind.
- Nothing here opens a socket, writes a file or reads the environment.
"""

from watchword.app.configuration._assemble import read_configuration
from watchword.app.configuration.model import ADMINISTRATORS, CONSOLE, SIGN_IN, Configuration
from watchword.app.configuration.surroundings import Surroundings
from watchword.app.diagnostics import ConfigurationError, Diagnostic, Severity

__all__ = [
    "ADMINISTRATORS",
    "CONSOLE",
    "SIGN_IN",
    "Configuration",
    "ConfigurationError",
    "Diagnostic",
    "Severity",
    "Surroundings",
    "read_configuration",
]
