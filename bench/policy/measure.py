"""One workload at one size: everybody loads it, proves its answers, and is timed in turn.

1. Watchword answers all requests, and the oracle (`decide_literally`) as many as it manages: what the generator expects,
   the oracle says and Watchword answers must be the same, or there is no benchmark.
2. Each peer must give the same answers to the requests that it will be timed with, or it is not timed.
3. Rounds: each engine for a second, alone, the others' processes waiting; every other round in reverse order.

A peer that would need more than `CAP_S` for a size, judged by the size before, is not asked.
"""

import json
import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.policy.forms import Form, InexpressibleError
from bench.policy.installed import Program
from bench.policy.process import EngineError, Process
from bench.policy.workloads import ALLOWED, EXPLICIT, IMPLICIT, Workload
from bench.processes import BenchError

_T = TypeVar("_T")

CAP_S = 60.0
# Beyond the prediction: a machine may be busy, and growth may be more than it was.
_PATIENCE_S = 4 * CAP_S
# Of the slowest engine: fifteen, nine and six of each kind of answer, and enough in a round for a median.
_FEWEST = 30
_FEWEST_A_ROUND = 5
_GATE_S = 5.0
_COLD = 300
# One request takes the oracle half a minute at 100,000 policies, and it is asked three at least.
_ORACLE_S = 900.0
# Loading in less says little about how it grows.
_STEADY_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is done; `--quick` does little of all."""

    rounds: int
    seconds: float  # of each engine in each round
    oracle_seconds: float
    requests: int
    principals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    seconds: float
    kept_kb: float  # resident memory that loading added
    peak_kb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One engine on one workload at one size. Times are of one decision, or of one whole answer (W5, W7)."""

    engine: str
    workload: str
    size: int
    loaded: Loaded
    p50_us: float
    p99_us: float
    lowest_us: float  # of the rounds' medians
    highest_us: float
    gated: int
    cold_us: float | None = None  # W4: the first decision for a principal and a resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was not measured, and why."""

    engine: str
    workload: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What one size cost an engine."""

    attached: int
    callers: int
    loading: float
    decision: float


class History:
    """What engines took so far, by workload and engine: the next size's prediction."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], list[_Before]] = {}
        self._failed: set[tuple[str, str]] = set()

    def note(self, program: Program, workload: Workload, loading: float, decision: float) -> None:
        before = _Before(
            attached=workload.attached, callers=len(workload.principals), loading=loading, decision=decision
        )
        self._seen.setdefault((workload.name, program.name), []).append(before)

    def failed(self, program: Program, workload: Workload) -> None:
        self._failed.add((workload.name, program.name))

    def objection(self, program: Program, workload: Workload, decisions: int) -> str | None:
        """Why an engine should not be asked at this size; None where nothing speaks against it."""
        if (workload.name, program.name) in self._failed:
            return "not asked: it failed at a smaller size"
        predicted = self.predicts(program, workload, decisions)
        return f"not asked: the size before predicts {predicted:,.0f} s" if predicted > CAP_S else None

    def predicts(self, program: Program, workload: Workload, decisions: int) -> float:
        """Seconds for loading and that many decisions: loading as steep as it was so far, both linear at least."""
        seen = self._seen.get((workload.name, program.name))
        if not seen:
            return 0.0
        last = seen[-1]
        steepness = 1.0
        if len(seen) > 1 and last.loading > _STEADY_S and last.attached > seen[-2].attached * 2:
            steepness = math.log(last.loading / seen[-2].loading) / math.log(last.attached / seen[-2].attached)
        more = max(workload.attached / last.attached, 1.0)
        loading = last.loading * more ** max(steepness, 1.0)
        decision = last.decision * max(more * last.callers / len(workload.principals), 1.0)
        return float(loading + decision * decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    process: Process
    program: Program
    form: Form
    loaded: Loaded
    gated: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """What the answers must be, and the requests to be asked."""

    expected: dict[int, str]
    numbers: Sequence[int]


class Session:
    """The engines of one benchmark run, and the directory their forms are written to."""

    def __init__(self, programs: Sequence[Program], directory: Path, effort: Effort) -> None:
        self._programs = programs
        self._directory = directory
        self._effort = effort
        self._history = History()
        self.left: list[Left] = []
        self.oracle: dict[tuple[str, int], tuple[int, int]] = {}  # how many of how many requests it confirmed

    def decisions(self, workload: Workload) -> list[Seen]:
        """Time single decisions."""
        with self._ready(workload, decisions=_FEWEST + self._effort.rounds * _FEWEST_A_ROUND) as ready:
            cold = self._cold(ready[0], workload)
            rounds = self._rounds(workload, ready, self._round)
            return [
                Seen(
                    engine=one.program.name,
                    workload=workload.name,
                    size=workload.size,
                    loaded=one.loaded,
                    p50_us=statistics.median(medians),
                    p99_us=percentile([ns for of in rounds[one.program.name] for ns in of], 99) / 1000,
                    lowest_us=min(medians),
                    highest_us=max(medians),
                    gated=len(one.gated),
                    cold_us=cold if one is ready[0] else None,
                )
                for one in ready
                if one.program.name in rounds
                for medians in [[statistics.median(of) / 1000 for of in rounds[one.program.name]]]
            ]

    def _rounds(
        self, workload: Workload, ready: Sequence[_Ready], measured: Callable[[_Ready, int], _T]
    ) -> dict[str, list[_T]]:
        """What each engine measured in each round. A peer that fails in one is left out of all."""
        found: dict[str, list[_T]] = {one.program.name: [] for one in ready}
        for number in range(self._effort.rounds):
            for one in ready if number % 2 == 0 else reversed(ready):
                name = one.program.name
                if name not in found:
                    continue
                try:
                    found[name].append(measured(one, number))
                except EngineError as error:
                    if one is ready[0]:
                        raise
                    del found[name]
                    one.process.stop()
                    self._fail(one.program, workload, error)
        return found

    def _round(self, one: _Ready, number: int) -> list[int]:
        # Each round starts elsewhere, so that an engine that manages few sees different ones.
        start = number * len(one.gated) // max(self._effort.rounds, 1)
        numbers = [*one.gated[start:], *one.gated[:start]]
        taken: list[int] = one.process.ask("time", within=_PATIENCE_S, numbers=numbers, seconds=self._effort.seconds)
        while len(taken) < _FEWEST_A_ROUND:
            taken += one.process.ask("time", within=_PATIENCE_S, numbers=numbers[len(taken) :], seconds=0.0)
        return taken

    def _cold(self, one: _Ready, workload: Workload) -> float | None:
        if workload.name != "W4":
            return None
        taken: list[int] = one.process.ask("cold", within=_PATIENCE_S, numbers=one.gated[:_COLD])
        return statistics.median(taken) / 1000

    def sweeps(self, workload: Workload) -> list[Seen]:
        """Time all requests in one go: the answer to who can."""
        count = len(workload.requests)
        labels = "".join(a.expected for a in workload.requests)

        def sweep(one: _Ready, _: int) -> float:
            answer = one.process.ask("sweep", within=_PATIENCE_S, count=count)
            if answer["letters"] != labels:
                raise EngineError("no timing: it answers otherwise than it did before")
            return float(answer["seconds"]) * 1e6

        with self._ready(workload, decisions=count * (self._effort.rounds + 1)) as ready:
            taken = self._rounds(workload, ready, sweep)
            return [self._whole(one, workload, taken[one.program.name]) for one in ready if one.program.name in taken]

    def replacements(self, workload: Workload) -> list[Seen]:
        """Time the replacement of one policy, from its text to the first decision that it changed."""
        with self._ready(workload, decisions=_FEWEST) as ready:
            seen = []
            for one in ready:
                try:
                    taken = self._replace(one, workload)
                except EngineError as error:
                    if one is ready[0]:
                        raise
                    one.process.stop()
                    self._fail(one.program, workload, error)
                    continue
                seen.append(self._whole(one, workload, taken))
            return seen

    def _replace(self, one: _Ready, workload: Workload) -> list[float]:
        taken: list[float] = []
        for replacement in workload.replacements:
            form, opened, closed = one.form.replacement(replacement)
            answer = one.process.ask(
                "replace", within=_PATIENCE_S, number=replacement.number, form=form, opened=opened, closed=closed
            )
            if answer["letters"] != replacement.opened.expected + replacement.closed.expected:
                raise EngineError(f"no timing: after a replacement it answers {answer['letters']}, and not AI")
            taken.append(answer["seconds"] * 1e6)
            if sum(taken) / 1e6 > CAP_S / 3 and len(taken) >= 3:
                break
        return taken

    @staticmethod
    def _whole(one: _Ready, workload: Workload, taken: Sequence[float]) -> Seen:
        return Seen(
            engine=one.program.name,
            workload=workload.name,
            size=workload.size,
            loaded=one.loaded,
            p50_us=statistics.median(taken),
            p99_us=percentile(taken, 99),
            lowest_us=min(taken),
            highest_us=max(taken),
            gated=len(one.gated),
        )

    # Loading and the gate

    @contextmanager
    def _ready(self, workload: Workload, *, decisions: int) -> Iterator[list[_Ready]]:
        """Yield the engines that have loaded the workload and whose answers are right, Watchword first."""
        with ExitStack() as stack:
            ours, peers = self._programs[0], self._programs[1:]
            form = ours.translate(workload)
            process, loaded = self._load(stack, ours, form, within=_PATIENCE_S)
            proof = self._prove(process, workload)
            ready = [_Ready(process=process, program=ours, form=form, loaded=loaded, gated=proof.numbers)]
            for peer in peers:
                objection = self._history.objection(peer, workload, decisions)
                if objection is not None:
                    self._leave(peer, workload, objection)
                    continue
                try:
                    ready.append(self._admit(stack, peer, workload, proof, decisions))
                except InexpressibleError as error:
                    self._leave(peer, workload, str(error))
                except EngineError as error:
                    self._fail(peer, workload, error)
            yield ready

    def _load(self, stack: ExitStack, program: Program, form: Form, *, within: float) -> tuple[Process, Loaded]:
        path = self._directory / f"{program.name}.json"
        path.write_text(json.dumps(form.content), encoding="utf-8")
        process = stack.enter_context(Process(program, path))
        answer = process.ask("load", within=within)
        path.unlink()
        loaded = Loaded(
            seconds=answer["seconds"],
            kept_kb=max(answer["after_kb"] - answer["before_kb"], 0),
            peak_kb=max(answer["peak_kb"] - answer["before_kb"], 0),
        )
        return process, loaded

    def _prove(self, process: Process, workload: Workload) -> _Proof:
        """Let the oracle check the generator, and Watchword; raise `BenchError` where they disagree."""
        confirmed: str = process.ask("oracle", within=_ORACLE_S, seconds=self._effort.oracle_seconds, least=3)
        labels = "".join(a.expected or "?" for a in workload.requests)
        if "?" in labels:
            expected = dict(enumerate(confirmed))
            numbers = _mixed(confirmed)
        else:
            expected = dict(enumerate(labels))
            numbers = list(range(len(labels)))
            if not labels.startswith(confirmed):
                wrong = next(n for n, letter in enumerate(confirmed) if letter != labels[n])
                raise BenchError(f"the oracle contradicts the generator: {workload.requests[wrong]}")
        self.oracle[workload.name, workload.size] = (len(set(numbers) & set(range(len(confirmed)))), len(numbers))
        answers = process.ask("answers", within=_PATIENCE_S, numbers=numbers)
        if answers != "".join(expected[n] for n in numbers):
            raise BenchError(f"Watchword and its oracle disagree on {workload.name} at {workload.size:,} policies")
        return _Proof(expected=expected, numbers=numbers)

    def _admit(self, stack: ExitStack, peer: Program, workload: Workload, proof: _Proof, decisions: int) -> _Ready:
        """Load a peer and let it prove itself; where it does not, its process ends here."""
        expected, numbers = proof.expected, proof.numbers
        form = peer.translate(workload)
        with ExitStack() as own:
            process, loaded = self._load(own, peer, form, within=1.5 * CAP_S)
            one = self._decision_seconds(process, numbers)
            self._history.note(peer, workload, loaded.seconds, one)
            if one * decisions > CAP_S:
                raise EngineError(f"one decision takes {one * 1000:,.0f} ms, all of them {one * decisions:,.0f} s")
            every = workload.name == "W5"
            count = len(numbers) if every else min(max(int(_GATE_S / one), _FEWEST), len(numbers))
            gated = numbers[:count]
            answers: str = process.ask("answers", within=1.5 * CAP_S, numbers=gated)
            wrong = sum(letter != expected[n] for letter, n in zip(answers, gated, strict=True))
            if wrong:
                raise EngineError(f"no timing: it answers {wrong} of {count} requests otherwise than the oracle")
            stack.enter_context(own.pop_all())
        return _Ready(process=process, program=peer, form=form, loaded=loaded, gated=gated)

    @staticmethod
    def _decision_seconds(process: Process, numbers: Sequence[int]) -> float:
        taken: list[int] = process.ask("time", within=_PATIENCE_S, numbers=numbers[:3], seconds=0.05)
        return statistics.median(taken) / 1e9

    def _fail(self, program: Program, workload: Workload, error: EngineError) -> None:
        self._history.failed(program, workload)
        self._leave(program, workload, str(error))

    def _leave(self, program: Program, workload: Workload, reason: str) -> None:
        self.left.append(Left(engine=program.name, workload=workload.name, size=workload.size, reason=reason))


def _mixed(letters: str) -> list[int]:
    """Half allowed, three tenths implicitly, two tenths explicitly denied, as many as there are."""
    of = {kind: [n for n, letter in enumerate(letters) if letter == kind] for kind in (ALLOWED, IMPLICIT, EXPLICIT)}
    tenths = min(len(of[ALLOWED]) // 5, len(of[IMPLICIT]) // 3, len(of[EXPLICIT]) // 2)
    if not tenths:
        raise BenchError("too few requests of one kind to make a mixture")
    return sorted([*of[ALLOWED][: 5 * tenths], *of[IMPLICIT][: 3 * tenths], *of[EXPLICIT][: 2 * tenths]])


def percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]
