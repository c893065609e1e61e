"""`watchword assess` and `scan` on repositories of the shapes that people have, and on real ones that are named.

*Cold*: nothing is remembered. *Warm*: nothing has changed since. *One file changed*: a file of the repository's has one
line more than when it was last asked about. *Since*: `scan --since HEAD` with one file changed; first with nothing
remembered, then with what the commit held remembered.

Before anything is timed, what is answered from the cache is compared with what is answered without it, byte for byte.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.commands import Cost, Costs, run_often, run_once
from bench.processes import BenchError
from bench.repositories import SHAPES
from bench.results import Report, Table, Target
from bench.watchword import command, environment

_ASSESSED = (0,)
_SCANNED = (0, 1, 11, 12, 13, 14)
_WARM_S, _PEAK_MB = 0.3, 150.0
# What issue 4 promises of `assess`, by shape: seconds, cold.
_PROMISED = {"small": 0.5, "modules": 1.5, "eks": 1.5, "monorepo": 5.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The costs of one repository, by what was done."""

    name: str
    files: int
    costs: dict[str, Costs]


def run(*, rounds: int, repositories: Sequence[Path] = ()) -> Report:
    seen: list[_Seen] = []
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        for shape, make in SHAPES.items():
            path = Path(name) / shape
            make(path)
            seen.append(_measured(shape, path, rounds))
            shutil.rmtree(path)
        for repository in repositories:
            path = Path(name) / repository.resolve().name
            # A copy: it is edited, and its history is not asked for.
            shutil.copytree(repository, path, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            seen.append(_measured(path.name, path, rounds))
            shutil.rmtree(path)
    return _report(seen)


def _measured(name: str, path: Path, rounds: int) -> _Seen:
    files = sorted(path.rglob("*.tf"))
    if not files:
        raise BenchError(f"{path}: no Terraform")
    _git(path, "init", "-q")
    _git(path, "add", "-A")
    _git(path, "commit", "-q", "-m", "as it was")
    edited = files[len(files) // 2]
    numbers = itertools.count()

    def edit() -> None:
        with edited.open("a", encoding="utf-8") as file:
            file.write(f"# edit {next(numbers)}\n")

    costs: dict[str, Costs] = {}
    for verb, codes in (("assess", _ASSESSED), ("scan", _SCANNED)):
        with _cache(path) as cache:
            without = _ask(path, cache, codes, verb, ".", "--no-cache")
            for _ in range(2):
                again = _ask(path, cache, codes, verb, ".")
                if (again.code, again.output) != (without.code, without.output):
                    raise BenchError(f"{name}: {verb} answers otherwise when it remembers")

            def cold(_: int, verb: str = verb, codes: Sequence[int] = codes) -> Cost:
                with _cache(path) as empty:
                    return _ask(path, empty, codes, verb, ".")

            def warm(_: int, verb: str = verb, codes: Sequence[int] = codes, cache: Path = cache) -> Cost:
                return _ask(path, cache, codes, verb, ".")

            def changed(_: int, verb: str = verb, codes: Sequence[int] = codes, cache: Path = cache) -> Cost:
                edit()
                return _ask(path, cache, codes, verb, ".")

            costs[f"{verb}, cold"] = run_often(rounds, cold)
            costs[f"{verb}, warm"] = run_often(rounds, warm)
            costs[f"{verb}, one file changed"] = run_often(rounds, changed)
    since = ("scan", ".", "--since", "HEAD")

    def first(_: int) -> Cost:
        with _cache(path) as empty:
            return _ask(path, empty, _SCANNED, *since)

    with _cache(path) as cache:
        costs["scan --since, cold"] = run_often(rounds, first)
        known = _ask(path, cache, _SCANNED, *since)
        costs["scan --since, commit known"] = run_often(rounds, lambda _: _ask(path, cache, _SCANNED, *since))
    answers = costs["scan --since, cold"].outputs | costs["scan --since, commit known"].outputs
    if answers != {(known.code, known.output)}:
        raise BenchError(f"{name}: scan --since answers otherwise when it remembers")
    return _Seen(name=name, files=len(files), costs=costs)


@contextmanager
def _cache(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"{path.name}-cache-", dir=path.parent) as name:
        yield Path(name)


def _ask(path: Path, cache: Path, codes: Sequence[int], *words: str) -> Cost:
    variables = {**environment(), "XDG_CACHE_HOME": str(cache), "CI": ""}
    if "PYTHONPATH" in os.environ:  # it may be relative to where the benchmark runs
        variables["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, os.environ["PYTHONPATH"].split(os.pathsep)))
    return run_once([*command(), *words], directory=path, environment=variables, codes=codes)


def _git(directory: Path, *words: str) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *who, *words], cwd=directory, env=variables, capture_output=True, check=False)
    if done.returncode:
        raise BenchError(f"git {words[0]} failed: {done.stderr.decode('utf-8', 'replace')[-500:]}")


def _report(seen: Sequence[_Seen]) -> Report:
    tables = tuple(
        Table(
            title=f"{one.name}: {one.files:,} files of Terraform",
            columns=("", "wall s, least", "median", "CPU s, least", "peak MB"),
            rows=tuple(
                (what, f"{cost.wall:.2f}", f"{cost.median_wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak_mb:.0f}")
                for what, cost in one.costs.items()
            ),
        )
        for one in seen
    )
    targets: list[Target] = []
    for one in seen:
        cold, warm = one.costs["assess, cold"], one.costs["assess, warm"]
        seconds = _PROMISED.get(one.name)
        if seconds is not None:
            targets.append(_below(f"assess {one.name}, cold", seconds, cold.wall, "s"))
            targets.append(_below(f"assess {one.name}, warm", _WARM_S, warm.wall, "s"))
        if one.name in SHAPES:
            targets.append(_below(f"assess {one.name}, peak", _PEAK_MB, cold.peak_mb, "MB"))
    figures = {
        f"{one.name}/{what}/{unit}": value
        for one in seen
        for what, cost in one.costs.items()
        for unit, value in (("wall_s", cost.wall), ("cpu_s", cost.cpu), ("peak_mb", cost.peak_mb))
    }
    return Report(name="assess", tables=tables, targets=tuple(targets), figures=figures)


def _below(name: str, promised: float, seen: float, unit: str) -> Target:
    digits = 0 if unit == "MB" else 2
    return Target(
        name=name, promised=f"under {promised:g} {unit}", seen=f"{seen:.{digits}f} {unit}", met=seen < promised
    )
