"""`python -m bench posture`: scans beside other scanners, in one run, on the same files.

1. Time and memory until a scanner has printed its version, and on one file and repositories of four shapes
   (`bench.repositories`). What Watchword does when it is asked again (nothing changed, one file changed, `--since`) is in
   `python -m bench assess`: the others have no such thing, or none that was found.
2. Findings on packages from PyPI that none of the scanners was written for (`agreement`).

Each scan is a process of its own; what takes a scanner longer than half a minute is measured once.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.commands import Cost, Costs, run_once
from bench.posture import fetched, peers
from bench.posture.agreement import Agreement, agreement, groups_of
from bench.posture.peers import Scanner
from bench.processes import BenchError
from bench.repositories import SHAPES
from bench.results import Report, Table, Target
from watchword.evidence.posture.checks import built_in

_ONE_FILE = 'resource "aws_s3_bucket" "b" {\n  bucket = "logs"\n}\n'
_LARGER = ("eks", "monorepo")
_TIMES = 20.0  # promised over Checkov on these
_LONG_S = 30.0
_PATIENCE_S = 900


def run(*, quick: bool) -> Report:
    rounds = 1 if quick else 5
    skipped: list[str] = []
    scanners = [peers.watchword(), *peers.peers(skipped)]
    costs: dict[tuple[str, str], Costs] = {}
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        scratch = Path(name)
        shapes = _shapes(scratch, quick=quick)
        for scanner in scanners:
            costs["its version", scanner.name] = _costs(scanner, scanner.version, scratch, rounds)
        for shape, path in shapes.items():
            for scanner in scanners:
                if "terraform" in scanner.reads:
                    costs[shape, scanner.name] = _costs(scanner, scanner.scan(["terraform"]), path, rounds)
    found, tables = _findings(scanners, skipped, quick=quick)
    return Report(
        name="posture",
        tables=(_table(("its version", *shapes), scanners, costs), *tables),
        targets=(*_targets(costs), *found),
        skipped=tuple(skipped),
        figures={
            f"{shape}/{who}/{unit}": value
            for (shape, who), cost in costs.items()
            for unit, value in (("wall_s", cost.median_wall), ("cpu_s", cost.cpu), ("peak_mb", cost.peak_mb))
        },
    )


def _shapes(scratch: Path, *, quick: bool) -> dict[str, Path]:
    one = scratch / "one file"
    one.mkdir()
    (one / "main.tf").write_text(_ONE_FILE)
    made = {"one file": one}
    for name in ("small", "eks") if quick else ("small", "eks", "monorepo", "thousandfold"):
        SHAPES[name](scratch / name)
        made[name] = scratch / name
    return made


def _costs(scanner: Scanner, words: tuple[str, ...] | list[str], path: Path, rounds: int) -> Costs:
    runs: list[Cost] = []
    codes = sorted(scanner.fine)
    while len(runs) < rounds and not (runs and runs[-1].wall > _LONG_S):
        runs.append(run_once(words, directory=path, environment=scanner.environment, codes=codes))
    return Costs(runs=tuple(runs))


def _table(rows: tuple[str, ...], scanners: list[Scanner], costs: Mapping[tuple[str, str], Costs]) -> Table:
    def cell(row: str, scanner: Scanner) -> str:
        cost = costs.get((row, scanner.name))
        return "-" if cost is None else f"{cost.median_wall:.2f} s, {cost.cpu:.2f} s, {cost.peak_mb:.0f} MB"

    return Table(
        title="Median by the clock, least of processor time, peak memory",
        columns=("", *(scanner.name for scanner in scanners)),
        rows=tuple((row, *(cell(row, scanner) for scanner in scanners)) for row in rows),
    )


def _targets(costs: Mapping[tuple[str, str], Costs]) -> list[Target]:
    targets: list[Target] = []
    for shape in _LARGER:
        ours, theirs = costs.get((shape, "Watchword")), costs.get((shape, "Checkov"))
        times = theirs.median_wall / ours.median_wall if ours and theirs else None
        seen = "not measured" if times is None else f"{times:.0f} times"
        met = None if times is None else times >= _TIMES
        name = f"{shape}, beside Checkov, nothing remembered"
        targets.append(Target(name=name, promised=f"{_TIMES:g} times as fast", seen=seen, met=met))
    return targets


def _findings(scanners: list[Scanner], skipped: list[str], *, quick: bool) -> tuple[list[Target], tuple[Table, ...]]:
    checkov = next((scanner for scanner in scanners if scanner.name == "Checkov"), None)
    if checkov is None:
        return [], ()
    try:
        corpora = list(fetched.corpora().items())[: 2 if quick else None]
    except fetched.AbsentError as error:
        skipped.append(f"findings not compared: {error}")
        return [], ()
    groups = groups_of(check.known_as.checkov for check in built_in())
    whole = Agreement()
    for name, path in corpora:
        ours, theirs = _said(scanners[0], path), _said(checkov, path)
        agreement(name, ours, theirs, groups, whole)
    sides = (("Watchword", whole.ours), ("Checkov", whole.theirs))
    rows = tuple(
        (who, str(s["found_so"]), str(s["found_not_so"]), f"{whole.recall(s):.1%}", f"{whole.precision(s):.1%}")
        for who, s in sides
    )
    notes = (
        f"{len(corpora)} packages: {', '.join(name for name, _ in corpora)}",
        f"{whole.so} things are so. Where both find something it is taken to be so; judged.json says why where they differ",
        *(f"not judged: {u.check} {u.file}:{u.line} (Watchword {a}, Checkov {b})" for u, (a, b) in whole.open.items()),
    )
    table = Table(
        title="Findings on the checks that both have",
        columns=("", "found and so", "found and not so", "recall", "precision"),
        rows=rows,
        notes=notes,
    )
    recall, precision = [tuple(measure(s) for _, s in sides) for measure in (whole.recall, whole.precision)]
    return [
        Target(
            name="recall on the checks that both have",
            promised="at least Checkov's",
            seen=f"{recall[0]:.1%}, Checkov {recall[1]:.1%}",
            met=recall[0] >= recall[1],
        ),
        Target(
            name="precision on the same",
            promised="above Checkov's",
            seen=f"{precision[0]:.1%}, Checkov {precision[1]:.1%}",
            met=precision[0] > precision[1],
        ),
    ], (table,)


def _said(scanner: Scanner, path: Path) -> bytes:
    words = scanner.scan(sorted(scanner.reads))
    done = subprocess.run(
        words,
        cwd=path,
        env={**os.environ, **scanner.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode not in scanner.fine or not done.stdout.strip():
        told = done.stderr.decode("utf-8", "replace")[-400:]
        raise BenchError(f"{scanner.name} ended with {done.returncode} on {path.name}: {told}")
    return done.stdout
