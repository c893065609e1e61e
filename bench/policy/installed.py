"""The peers, fetched by name with the ordinary clients into the benchmark's own cache, and what each program is started with.

Versions and hashes stand in `requirements/`: `pip` checks them, `npm ci` those of its lock file. No scripts of packages run,
nothing is built, nothing is installed outside the cache. What cannot be had here is said in the table, with the reason.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.machine import server_core
from bench.policy import forms

_ROOT = Path(__file__).parents[2]
_REQUIREMENTS = Path(__file__).parent / "requirements"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "watchword-bench" / "policy"
_PATIENCE_S = 180
# Of V8's heap, in MB: its own limit would end the process at 100,000 policies.
_HEAP_MB = 12_288


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How to start an engine. The form's path is appended by `words`."""

    name: str
    version: str
    translate: forms.Translator
    command: tuple[str, ...]
    after: tuple[str, ...] = ()
    environment: Mapping[str, str]

    def words(self, form: Path) -> list[str]:
        return [*self.command, str(form), *self.after]


class AbsentError(Exception):
    """The peer cannot be had on this machine; the message says why."""


def programs(skipped: list[str]) -> list[Program]:
    """Watchword and every peer that can be had; the others' reasons go to `skipped`."""
    found = [watchword()]
    for peer in ("cedarpy", "pycasbin", "regopy", "iam-simulate"):
        try:
            found.append(_iam_simulate() if peer == "iam-simulate" else _peer(peer))
        except AbsentError as error:
            skipped.append(f"{peer} not measured: {error}")
    return found


def watchword() -> Program:
    return _python("Watchword", "this tree", forms.iam, "watchword_engine", [])


def _peer(name: str) -> Program:
    translate, module = {
        "cedarpy": (forms.cedar, "cedar"),
        "pycasbin": (forms.pycasbin, "casbin_engine"),
        "regopy": (forms.rego, "rego"),
    }[name]
    requirements = _REQUIREMENTS / f"{name}.txt"
    text = requirements.read_text(encoding="ascii")
    place = _CACHE / f"{name}-{_digest(text)}"
    words = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    words += ["--only-binary", ":all:", "--no-deps", "--target", str(place), "-r", str(requirements)]
    _once(place, words, cwd=None)
    version = next(line for line in text.splitlines() if line.startswith(f"{name}==")).split()[0].partition("==")[2]
    return _python(name, version, translate, module, [place])


def _python(name: str, version: str, translate: forms.Translator, module: str, path: Sequence[Path]) -> Program:
    """An engine's program runs on this interpreter, so that the same Python is under all of them."""
    own = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    searched = [*map(str, path), str(_ROOT), *(str(Path(p).resolve()) for p in own if p)]
    return Program(
        name=name,
        version=version,
        translate=translate,
        command=(sys.executable, "-m", f"bench.policy.engines.{module}"),
        after=(str(server_core()),),
        environment={"PYTHONPATH": os.pathsep.join(searched), "PYTHONDONTWRITEBYTECODE": ""},
    )


def _iam_simulate() -> Program:
    node, npm, taskset = shutil.which("node"), shutil.which("npm"), shutil.which("taskset")
    if node is None or npm is None:
        raise AbsentError("there is no node with npm here")
    source = _REQUIREMENTS / "npm"
    lock = (source / "package-lock.json").read_text(encoding="ascii")
    place = _CACHE / f"iam-simulate-{_digest(lock)}"
    if not (place / "complete").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(source / name, place / name)
    _once(place, [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=place)
    version = json.loads(lock)["packages"]["node_modules/@cloud-copilot/iam-simulate"]["version"]
    on_one_core = (taskset, "-c", str(server_core())) if taskset else ()
    script = Path(__file__).parent / "engines" / "iam_simulate.mjs"
    return Program(
        name="iam-simulate",
        version=version,
        translate=forms.iam,
        command=(*on_one_core, node, "--expose-gc", f"--max-old-space-size={_HEAP_MB}", str(script)),
        after=(str(place / "node_modules"),),
        environment={},
    )


def _once(place: Path, words: Sequence[str], *, cwd: Path | None) -> None:
    """Run an installer unless it has succeeded before."""
    if (place / "complete").exists():
        return
    try:
        done = subprocess.run(list(words), capture_output=True, timeout=_PATIENCE_S, check=False, cwd=cwd)
    except subprocess.TimeoutExpired:
        raise AbsentError(f"{Path(words[0]).name} did not answer within {_PATIENCE_S} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise AbsentError(f"it could not be installed: {said[-1] if said else done.returncode}")
    place.mkdir(parents=True, exist_ok=True)
    (place / "complete").touch()


def _digest(text: str) -> str:
    # Wheels are of one Python and one system, so an upgrade of either starts afresh.
    return sha256(f"{sys.version}{sys.platform}{text}".encode()).hexdigest()[:12]
