"""`python -m bench posture`: scans beside other scanners, in one run, on the same files.

1. Time and memory on repositories of four shapes (`bench.repositories`) and, of Watchword, on what it does again: nothing
   changed, one file changed, only what a commit brings. The others have no such thing, or none that was found.
2. Findings on packages from PyPI that none of the scanners was written for (`agreement`).

Every scan is a process of its own with both cores to itself; medians of several. Checkov is measured once on what takes it
longer than half a minute.
"""

import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.posture import fetched, peers
from bench.posture.agreement import Agreement, agreement, groups_of
from bench.posture.peers import Scanner
from bench.posture.processes import Cost, run
from bench.processes import BenchError
from bench.repositories import SHAPES
from bench.results import Report, Table, Target

_ONE_FILE = """
resource "aws_s3_bucket" "b" {
  bucket = "logs"
}
"""
_TIMES = 20.0  # promised over Checkov on the two larger shapes
_PROMISED_S = {"small": 0.5, "eks": 1.5, "monorepo": 5.0}
_WARM_S = 0.3
_PEAK_MB = 150.0
_LONG_S = 30.0
_LARGER = ("eks", "monorepo")


def run_suite(*, quick: bool) -> Report:
    rounds = 1 if quick else 5
    skipped: list[str] = []
    others = peers.peers(skipped)
    with tempfile.TemporaryDirectory(prefix="watchword-posture-") as name:
        scratch = Path(name)
        shapes = _shapes(scratch, quick=quick)
        costs: dict[tuple[str, str], Cost] = {}
        scanners = [peers.watchword(), *others]
        rows = []
        for shape, path in shapes.items():
            for scanner in scanners:
                if "terraform" in scanner.reads:
                    costs[shape, scanner.name] = _median(scanner, path, rounds)
            rows.append(_row(shape, scanners, costs))
        start = [(scanner.name, _started(scanner, scratch, rounds)) for scanner in scanners]
        again = _again(shapes["monorepo"], scratch / "cache", rounds)
    found, tables = _findings(others, skipped, quick=quick)
    targets = [*_targets(costs, again), *found]
    columns = ("shape", *(f"{scanner.name} s | CPU s | MB" for scanner in scanners))
    return Report(
        name="posture",
        tables=(
            Table(
                title="Scans of Terraform: seconds by the clock, of processor, and peak memory",
                columns=columns,
                rows=tuple(rows),
            ),
            Table(
                title="Until it has printed its version",
                columns=("", "s", "MB"),
                rows=tuple((who, f"{cost.wall:.2f}", f"{cost.peak_mb:.0f}") for who, cost in start),
            ),
            Table(
                title="Watchword on the monorepo again",
                columns=("", "s", "CPU s", "MB"),
                rows=tuple((what, f"{c.wall:.2f}", f"{c.cpu:.2f}", f"{c.peak_mb:.0f}") for what, c in again.items()),
            ),
            *tables,
        ),
        targets=tuple(targets),
        skipped=tuple(skipped),
        figures={f"{shape} {who} s": cost.wall for (shape, who), cost in costs.items()},
    )


def _shapes(scratch: Path, *, quick: bool) -> dict[str, Path]:
    one = scratch / "one file"
    one.mkdir()
    (one / "main.tf").write_text(_ONE_FILE)
    made = {"one file": one}
    for name in ("small", "eks", "monorepo", "thousandfold"):
        if quick and name == "thousandfold":
            continue
        path = scratch / name
        SHAPES[name](path)
        made[name] = path
    return made


def _median(scanner: Scanner, path: Path, rounds: int) -> Cost:
    costs: list[Cost] = []
    for _ in range(rounds):
        cost, said = run(
            scanner.scan(["terraform"]), directory=path, environment=scanner.environment, fine=scanner.fine
        )
        if not said.strip():
            raise BenchError(f"{scanner.name} said nothing of {path.name}")
        costs.append(cost)
        if cost.wall > _LONG_S:
            break
    return _middle(costs)


def _middle(costs: list[Cost]) -> Cost:
    return Cost(
        wall=statistics.median(c.wall for c in costs),
        cpu=statistics.median(c.cpu for c in costs),
        peak_mb=max(c.peak_mb for c in costs),
    )


def _started(scanner: Scanner, scratch: Path, rounds: int) -> Cost:
    return _middle(
        [
            run(scanner.version, directory=scratch, environment=scanner.environment, fine=frozenset({0}))[0]
            for _ in range(rounds)
        ]
    )


def _row(shape: str, scanners: list[Scanner], costs: Mapping[tuple[str, str], Cost]) -> tuple[str, ...]:
    def cell(scanner: Scanner) -> str:
        cost = costs.get((shape, scanner.name))
        return f"{cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak_mb:.0f}" if cost else "-"

    return (shape, *map(cell, scanners))


def _again(repository: Path, cache: Path, rounds: int) -> dict[str, Cost]:
    """The same scan again: from nothing, unchanged, with one file changed each time, and of what a commit brings."""
    git = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com")
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "all")):
        subprocess.run([*git, *words], cwd=repository, check=True, capture_output=True)
    file = next(iter(sorted(repository.glob("teams/*/dev/part*.tf"))))

    def changed(number: int) -> None:
        file.write_text(f"{file.read_text()}\n# changed {number}\n")

    def measured(scanner: Scanner, before: Callable[[int], None] = lambda _: None) -> Cost:
        costs = []
        for number in range(rounds):
            before(number)
            costs.append(
                run(scanner.scan([]), directory=repository, environment=scanner.environment, fine=scanner.fine)[0]
            )
        return _middle(costs)

    cached = peers.watchword(cache=cache)
    cold = _middle([run(cached.scan([]), directory=repository, environment=cached.environment, fine=cached.fine)[0]])
    return {
        "the first time, with its cache to fill": cold,
        "unchanged": measured(cached),
        "one file changed": measured(cached, changed),
        "--since the commit, one file changed": measured(peers.watchword("--since", "HEAD", cache=cache), changed),
    }


def _findings(others: list[Scanner], skipped: list[str], *, quick: bool) -> tuple[list[Target], tuple[Table, ...]]:
    checkov = next((scanner for scanner in others if scanner.name == "Checkov"), None)
    if checkov is None:
        return [], ()
    try:
        corpora = fetched.corpora()
    except fetched.AbsentError as error:
        skipped.append(f"findings not compared: {error}")
        return [], ()
    from watchword.evidence.posture.checks import built_in

    groups = groups_of(check.known_as.checkov for check in built_in())
    whole = Agreement()
    watchword = peers.watchword()
    for name, path in list(corpora.items())[: 2 if quick else None]:
        _, ours = run(watchword.scan([]), directory=path, environment=watchword.environment, fine=watchword.fine)
        _, theirs = run(checkov.scan(sorted(checkov.reads)), directory=path, fine=checkov.fine)
        agreement(name, ours, theirs, groups, whole)
    rows = tuple(
        (
            who,
            str(side["found_so"]),
            str(side["found_not_so"]),
            f"{whole.recall(side):.1%}",
            f"{whole.precision(side):.1%}",
        )
        for who, side in (("Watchword", whole.ours), ("Checkov", whole.theirs))
    )
    notes = (
        f"{len(corpora)} packages: {', '.join(corpora)}",
        f"{whole.so} things are so; where both find something it is taken to be so, where they differ judged.json says why",
        *(
            f"not judged: {unit.check} {unit.file}:{unit.line} (Watchword {a}, Checkov {b})"
            for unit, (a, b) in whole.open.items()
        ),
    )
    table = Table(
        title="Findings on the checks that both have",
        columns=("", "found and so", "found and not so", "recall", "precision"),
        rows=rows,
        notes=notes,
    )
    recalls = whole.recall(whole.ours), whole.recall(whole.theirs)
    precisions = whole.precision(whole.ours), whole.precision(whole.theirs)
    return [
        Target(
            name="recall on the checks that both have",
            promised="at least Checkov's",
            seen=f"{recalls[0]:.1%} and {recalls[1]:.1%}",
            met=recalls[0] >= recalls[1],
        ),
        Target(
            name="precision on the same",
            promised="above Checkov's",
            seen=f"{precisions[0]:.1%} and {precisions[1]:.1%}",
            met=precisions[0] > precisions[1],
        ),
    ], (table,)


def _targets(costs: Mapping[tuple[str, str], Cost], again: Mapping[str, Cost]) -> list[Target]:
    targets = [
        Target(
            name=f"{shape}, cold",
            promised=f"under {promised:g} s, {_PEAK_MB:.0f} MB",
            seen=f"{costs[shape, 'Watchword'].wall:.2f} s, {costs[shape, 'Watchword'].peak_mb:.0f} MB",
            met=costs[shape, "Watchword"].wall < promised and costs[shape, "Watchword"].peak_mb < _PEAK_MB,
        )
        for shape, promised in _PROMISED_S.items()
    ]
    warm = again["unchanged"].wall
    targets.append(
        Target(name="monorepo, unchanged", promised=f"under {_WARM_S:g} s", seen=f"{warm:.2f} s", met=warm < _WARM_S)
    )
    for shape in _LARGER:
        theirs = costs.get((shape, "Checkov"))
        times = theirs.wall / costs[shape, "Watchword"].wall if theirs else None
        targets.append(
            Target(
                name=f"{shape}, beside Checkov",
                promised=f"{_TIMES:g} times as fast",
                seen=f"{times:.0f} times" if times else "-",
                met=times >= _TIMES if times else None,
            )
        )
    return targets
