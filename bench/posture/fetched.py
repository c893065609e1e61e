"""What the benchmark fetches by name with pip, checked by hash, into a cache of its own: scanners, and packages whose
files are scanned. Nothing of it is built, and of what is scanned nothing runs."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

_REQUIREMENTS = Path(__file__).parent / "requirements"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "watchword-bench" / "posture"
_PATIENCE_S = 600
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


class AbsentError(Exception):
    """It cannot be had on this machine; the message says why."""


def scanner(name: str) -> Path:
    """Return the Python of an environment that has a scanner of PyPI, made on the first call."""
    requirements = _REQUIREMENTS / f"{name}.txt"
    place = _CACHE / f"{name}-{_digest(requirements)}"
    python = place / "bin" / "python"

    def make() -> None:
        _run([sys.executable, "-m", "venv", str(place)])
        words = [
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        _run([str(python), *words, "--no-deps", "-r", str(requirements)])

    _once(place, make)
    return python


def corpora() -> dict[str, Path]:
    """Return the directories of the unpacked packages, by `name version`."""
    requirements = _REQUIREMENTS / "corpora.txt"
    place = _CACHE / f"corpora-{_digest(requirements)}"

    def make() -> None:
        wheels = place / "wheels"
        words = [
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--dest",
            str(wheels),
        ]
        _run([*_PIP, *words, "-r", str(requirements)])
        for wheel in sorted(wheels.glob("*.whl")):
            name, version, *_ = wheel.name.split("-")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(place / f"{name} {version}", members=_scanned(archive.namelist()))
        shutil.rmtree(wheels)

    _once(place, make)
    return {path.name: path for path in sorted(place.iterdir()) if path.is_dir()}


_SCANNED = (".tf", ".tfvars", ".tpl", ".tftpl", ".yaml", ".yml", ".json", ".template")


def _scanned(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.endswith(_SCANNED) or "Dockerfile" in name]


def _once(place: Path, make: Callable[[], None]) -> None:
    """Make it unless that has succeeded before; what is half made is made anew."""
    mark = place.with_name(f"{place.name}.complete")
    if mark.exists():
        return
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    make()
    mark.touch()


def _run(words: Sequence[str]) -> None:
    try:
        done = subprocess.run(list(words), capture_output=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise AbsentError(f"{Path(words[0]).name} did not answer within {_PATIENCE_S} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise AbsentError(f"it could not be installed: {said[-1] if said else done.returncode}")


def _digest(requirements: Path) -> str:
    # Wheels are of one Python and one system, so an upgrade of either starts afresh.
    return sha256(f"{sys.version}{sys.platform}{requirements.read_text(encoding='ascii')}".encode()).hexdigest()[:12]
