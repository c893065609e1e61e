"""The configuration that is being served: a copy of the accepted files, exchanged in one step.

    applied -> configurations/<revision>/     what serves; a symbolic link, replaced atomically
    serving.json                              the port and the directory that `up` was started with

Editing a team's files changes nothing until `apply`, or the next `up`, has accepted them. Where they are refused, what
was last accepted keeps serving.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from watchword.app.configuration import Configuration
from watchword.app.state import StateDirectory, write_private

# What is kept to look back at, the one in use included.
_KEPT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How the running `up` was started, for the commands that speak to it or work beside it."""

    port: int | None
    configuration: Path | None


def remember(state: StateDirectory, serving: Serving) -> None:
    content = {"port": serving.port, "configuration": str(serving.configuration) if serving.configuration else None}
    write_private(state.root / "serving.json", json.dumps(content).encode("utf-8"))


def recall(state: StateDirectory) -> Serving:
    """Return what was remembered; nothing known where there is no such file or it is not ours."""
    try:
        content = json.loads((state.root / "serving.json").read_bytes())
        port, configuration = content["port"], content["configuration"]
    except (OSError, ValueError, KeyError, TypeError):
        return Serving(port=None, configuration=None)
    return Serving(
        port=port if isinstance(port, int) else None,
        configuration=Path(configuration) if isinstance(configuration, str) else None,
    )


def exists(state: StateDirectory) -> bool:
    return state.applied.is_dir()


def keep(state: StateDirectory, configuration: Configuration) -> None:
    """Make `configuration` the applied one, durably, in one step."""
    folder = state.root / "configurations"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / configuration.revision
    if not target.is_dir():
        fresh = folder / (configuration.revision + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for name, content in configuration.files.items():
            path = fresh / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, content)
        fresh.rename(target)
    os.utime(target)
    link = state.root / "applied.new"
    link.unlink(missing_ok=True)
    link.symlink_to(target.relative_to(state.root))
    link.replace(state.applied)
    _forget_old(folder, target)


def _forget_old(folder: Path, current: Path) -> None:
    others = sorted(
        (path for path in folder.iterdir() if path != current), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in others[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
