"""The configuration that `watchword init` writes: small, commented, and enough to see every part at work.

Everyone who is signed in may open the sample application; its `/admin` wants a hardware key; administrators have the
console; nothing is let through at high risk.
"""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from watchword.app.settings import MAIN_FILE
from watchword.kernel.errors import ConflictError, UnavailableError

_POLICIES = ("console-administration", "organisation", "sample-application")


def default_files() -> Mapping[str, bytes]:
    """Return the files by their path in a configuration directory."""
    folder = resources.files(__package__)
    names = [MAIN_FILE, *(f"policies/{name}.json" for name in _POLICIES)]
    return {name: folder.joinpath(*name.split("/")).read_bytes() for name in names}


def write_defaults(directory: Path) -> tuple[Path, ...]:
    """Write the files and return their paths. Nothing is ever overwritten.

    Raises `ConflictError` (`init.exists`) where any of them is there already; then none was written. Raises
    `UnavailableError` (`init.unwritable`) where the directory cannot be written.
    """
    files = {directory / name: content for name, content in default_files().items()}
    there = [path for path in files if path.exists()]
    if there:
        raise ConflictError(
            f"there is a configuration already: {there[0]}",
            code="init.exists",
            hint="name another directory with --config DIR",
        )
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                stream.write(content)
    except OSError as error:
        raise UnavailableError(
            f"cannot write the configuration: {error.filename}: {error.strerror}",
            code="init.unwritable",
            hint="name a directory that can be written with --config DIR",
        ) from error
    return tuple(files)
