"""The benchmark `policy`: seven workloads, sizes from 10 to 100,000 policies, Watchword beside its peers.

Every engine runs in a process of its own on one core, with policies loaded beforehand and reasons on, and is timed only if
it answers as `decide_literally` does. What a peer cannot express, cannot be installed or would take too long is left out
and said. See `measure` for the gate and the rounds, `forms` for what the peers get, `workloads` for what is asked.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.policy.containment import Containment, containment
from bench.policy.installed import Program, programs, watchword
from bench.policy.measure import Effort, Left, Seen, Session
from bench.policy.plot import draw
from bench.policy.workloads import SIZES, TITLES, generate
from bench.results import Report, Table, Target

_OURS = "Watchword"
_DECISIONS = ("W1", "W1 in seven layers", "W2", "W3", "W3b", "W4")
_PLOT = Path(__file__).parents[1] / "results" / "policy.svg"

# Issue "The policy engine", what it must reach.
_SMALL_US, _LARGE_US = 25.0, 50.0
_GROWTH = 2.0
_SCANNED_US = 1.0
_TIMES_CEDAR = 100.0
_LOAD_S = 6.0
_REPLACE_MS = 1.0
_STATEMENT_KB = 10.0
_PAIR_MS = 10.0

Results = dict[tuple[str, str, int], Seen]  # by workload, engine, size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """All that was measured, and what everybody was asked."""

    results: Results
    session: Session
    engines: Sequence[Program]
    sizes: Sequence[int]
    pairs: Containment | str

    @property
    def names(self) -> list[str]:
        return [e.name for e in self.engines]


def run(*, quick: bool, alone: bool = False) -> Report:
    """Measure everything; `quick` is two small sizes and one short round, to see that it runs; `alone` leaves the peers
    out, and the plot as it is."""
    sizes = SIZES[:2] if quick else SIZES
    effort = (
        Effort(rounds=1, seconds=0.1, oracle_seconds=2, requests=100, principals=100)
        if quick
        else Effort(rounds=5, seconds=0.6, oracle_seconds=8, requests=2_000, principals=10_000)
    )
    skipped: list[str] = []
    engines = [watchword()] if alone else programs(skipped)
    if alone:
        skipped.append("the peers not measured: --alone")
    results: Results = {}
    with tempfile.TemporaryDirectory(prefix="wb-") as directory:
        session = Session(engines, Path(directory), effort)
        for name in (*_DECISIONS, "W5", "W7"):
            way = {"W5": session.sweeps, "W7": session.replacements}.get(name, session.decisions)
            for size in sizes:
                print(f"  {name}, {size:,} policies", file=sys.stderr, flush=True)
                workload = generate(name, size, requests=effort.requests, principals=effort.principals)
                for seen in way(workload):
                    results[name, seen.engine, size] = seen
    pairs = containment(20 if quick else 500)
    if isinstance(pairs, str):
        skipped.append(f"W6, containment, not measured: {pairs}")
    one = _Run(results=results, session=session, engines=engines, sizes=sizes, pairs=pairs)
    return _report(one, skipped, plot=not alone)


def _report(one: _Run, skipped: list[str], *, plot: bool) -> Report:
    figures = dict(_figures(one.results))
    tables = [_engines(one)]
    tables += [_decisions(one, workload) for workload in _DECISIONS]
    tables += [
        _whole(one, "W5", "milliseconds for everybody's answer"),
        _whole(one, "W7", "milliseconds from the new text to the first decision it changed"),
        _loading(one),
        *_memory(one),
        _growth(one),
    ]
    if isinstance(one.pairs, Containment):
        tables.append(_pairs(one.pairs))
        figures |= {"W6/median_ms": one.pairs.median_ms, "W6/p95_ms": one.pairs.p95_ms}
    image = draw(figures) if plot else None
    if image is not None:
        _PLOT.parent.mkdir(parents=True, exist_ok=True)
        _PLOT.write_text(image, encoding="utf-8")
        print(f"  the plot: {_PLOT}", file=sys.stderr)
    return Report(
        name="policy",
        tables=tuple(tables),
        targets=tuple(_targets(one.results, one.pairs)),
        skipped=tuple(skipped),
        figures=figures,
    )


def _figures(results: Results) -> Iterable[tuple[str, float]]:
    for (workload, engine, size), seen in results.items():
        at = f"{workload}/{engine}/{size}"
        yield f"{at}/p50_us", seen.p50_us
        yield f"{at}/p99_us", seen.p99_us
        yield f"{at}/load_s", seen.loaded.seconds
        yield f"{at}/kept_kb", seen.loaded.kept_kb
        yield f"{at}/peak_kb", seen.loaded.peak_kb
        if seen.cold_us is not None:
            yield f"{at}/cold_us", seen.cold_us


# Tables


def _engines(one: _Run) -> Table:
    return Table(
        title="What is compared, each in a process of its own on one core",
        columns=("engine", "version"),
        rows=tuple((e.name, e.version) for e in one.engines),
    )


def _rows(one: _Run, workload: str, sizes: Sequence[int], cell: Callable[[Seen], str]) -> tuple[tuple[str, ...], ...]:
    """A row for each engine that reached any of the sizes."""

    def row(name: str) -> list[str]:
        seen = [one.results.get((workload, name, size)) for size in sizes]
        return [] if not any(seen) else [name, *("-" if s is None else cell(s) for s in seen)]

    return tuple(tuple(found) for found in map(row, one.names) if found)


def _columns(sizes: Sequence[int]) -> tuple[str, ...]:
    return ("policies", *(f"{size:,}" for size in sizes))


def _decisions(one: _Run, workload: str) -> Table:
    notes = _notes(one, workload)
    cold = [seen.cold_us for size in one.sizes if (seen := one.results.get((workload, _OURS, size)))]
    if any(cold):
        said = ", ".join(f"{us:,.0f}" for us in cold if us is not None)
        notes.append(f"Watchword's first decision for a principal and a resource, nothing assembled: {said} µs")
    return Table(
        title=f"{TITLES[workload]}: microseconds of one decision, p50 / p99",
        columns=_columns(one.sizes),
        rows=_rows(one, workload, one.sizes, lambda seen: f"{_number(seen.p50_us)} / {_number(seen.p99_us)}"),
        notes=tuple(notes),
    )


def _whole(one: _Run, workload: str, unit: str) -> Table:
    def cell(seen: Seen) -> str:
        return f"{_number(seen.p50_us / 1000)} ({_number(seen.lowest_us / 1000)}-{_number(seen.highest_us / 1000)})"

    return Table(
        title=f"{TITLES[workload]}: {unit}, median (lowest-highest)",
        columns=_columns(one.sizes),
        rows=_rows(one, workload, one.sizes, cell),
        notes=tuple(_notes(one, workload)),
    )


def _notes(one: _Run, workload: str) -> list[str]:
    confirmed = [one.session.oracle[workload, size] for size in one.sizes if (workload, size) in one.session.oracle]
    said = ", ".join(f"{of:,} of {all_:,}" for of, all_ in confirmed)
    return [f"requests whose label the oracle itself confirmed: {said}", *_left(one.session.left, workload)]


def _left(left: Sequence[Left], workload: str) -> list[str]:
    """One line for each engine and reason, with the sizes it is about."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for one in left:
        if one.workload == workload:
            sizes.setdefault((one.engine, one.reason), []).append(one.size)
    every = len({one.size for one in left if one.workload == workload})
    return [
        f"{engine}{'' if len(of) == every > 1 else ' at ' + ', '.join(f'{s:,}' for s in of)}: {reason}"
        for (engine, reason), of in sizes.items()
    ]


def _loading(one: _Run) -> Table:
    return Table(
        title="Loading W1: seconds from text to the first decision, once",
        columns=_columns(one.sizes),
        rows=_rows(one, "W1", one.sizes, lambda seen: f"{seen.loaded.seconds:,.3f}"),
        notes=(
            "From IAM JSON for Watchword and iam-simulate, from their own form for the others: translating is not counted.",
        ),
    )


def _memory(one: _Run) -> list[Table]:
    # Below a thousand policies what is measured is the allocator.
    large = [size for size in one.sizes if size >= 1_000]
    if not large:
        return []

    def cell(seen: Seen) -> str:
        return f"{seen.loaded.kept_kb / seen.size:,.1f} / {seen.loaded.peak_kb / seen.size:,.1f}"

    return [
        Table(
            title="Memory of W1: KB a policy of one statement, kept / highest while loading",
            columns=_columns(large),
            rows=_rows(one, "W1", large, cell),
            notes=("Growth of the process's resident set over what it was before loading, texts already read.",),
        )
    ]


def _growth(one: _Run) -> Table:
    """How p50 grows from the smallest size to the largest that each engine reached."""
    sizes = one.sizes

    def cell(workload: str, name: str) -> str:
        reached = [size for size in sizes if (workload, name, size) in one.results]
        if len(reached) < 2:
            return "-"
        factor = one.results[workload, name, reached[-1]].p50_us / one.results[workload, name, reached[0]].p50_us
        return f"{factor:,.1f}x" if reached[-1] == sizes[-1] else f"{factor:,.0f}x at {reached[-1]:,}"

    return Table(
        title=f"Growth of p50 from {sizes[0]:,} to {sizes[-1]:,} policies",
        columns=("", *_DECISIONS),
        rows=tuple((name, *(cell(workload, name) for workload in _DECISIONS)) for name in one.names),
    )


def _pairs(pairs: Containment) -> Table:
    return Table(
        title=f"{TITLES['W6']}: milliseconds a pair, both directions",
        columns=("", "median", "p95", "pairs", "cannot tell"),
        rows=((_OURS, f"{pairs.median_ms:,.2f}", f"{pairs.p95_ms:,.2f}", f"{pairs.count:,}", f"{pairs.unclear:,}"),),
        notes=("no peer answers this",),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"


# Targets


def _targets(results: Results, pairs: Containment | str) -> Iterable[Target]:
    def p50(workload: str, size: int, engine: str = _OURS) -> float | None:
        seen = results.get((workload, engine, size))
        return seen.p50_us if seen else None

    yield _at_most("a decision in seven layers at 10 policies", _SMALL_US, p50("W1 in seven layers", 10), "µs")
    yield _at_most("a decision in seven layers at 100,000", _LARGE_US, p50("W1 in seven layers", 100_000), "µs")
    for workload in ("W1", "W1 in seven layers"):
        growth = _ratio(p50(workload, 100_000), p50(workload, 10))
        yield _at_most(f"growth from 10 to 100,000, {workload}", _GROWTH, growth, "x")
    largest = p50("W3b", 100_000)
    scanned = None if largest is None else largest / 100_000
    yield _at_most("a statement scanned, W3b at 100,000", _SCANNED_US, scanned, "µs")
    for workload in ("W1", "W2", "W3", "W3b"):
        times = _ratio(p50(workload, 10_000, "cedarpy"), p50(workload, 10_000))
        yield Target(
            name=f"cedarpy's time over Watchword's at 10,000, {workload}",
            promised=f"at least {_TIMES_CEDAR:g}x",
            seen="not measured" if times is None else f"{times:,.0f}x",
            met=None if times is None else times >= _TIMES_CEDAR,
        )
    loaded = results.get(("W1", _OURS, 100_000))
    yield _at_most("loading 100,000 policies", _LOAD_S, loaded.loaded.seconds if loaded else None, "s")
    yield _at_most(
        "memory a statement at 100,000", _STATEMENT_KB, loaded.loaded.kept_kb / 1e5 if loaded else None, "KB"
    )
    replaced = p50("W7", 100_000)
    yield _at_most("replacing one of 100,000", _REPLACE_MS, None if replaced is None else replaced / 1000, "ms")
    yield _at_most(
        "containment of a pair, median", _PAIR_MS, pairs.median_ms if isinstance(pairs, Containment) else None, "ms"
    )


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or below is None else above / below


def _at_most(name: str, limit: float, seen: float | None, unit: str) -> Target:
    gap = "" if unit == "x" else " "
    return Target(
        name=name,
        promised=f"at most {limit:g}{gap}{unit}",
        seen="not measured" if seen is None else f"{_number(seen)}{gap}{unit}",
        met=None if seen is None else seen <= limit,
    )
