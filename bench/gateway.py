"""The same application behind bare Envoy, behind Envoy with a check that always says yes, behind Watchword, and behind
a peer, in one run: interleaved rounds, medians with their spread.

What is measured runs on one core (Envoy and whatever it asks), the application and the load on the other, so that a
share of bare Envoy's throughput is a ratio of CPU costs and not of luck. Latency at one connection is the whole way
there and back; what is *added* is the difference of the medians to bare Envoy's.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from bench import envoy, load
from bench.application import BODY
from bench.exchange import Answer, exchange
from bench.machine import awake, client_core, cpu_seconds, server_core
from bench.processes import BenchError, Processes, free_port, listens
from bench.results import Report, Table, Target, median, spread

# Promises of the project (README, "What it must reach").
_ADDED_P50_MS = 0.3


@dataclass(frozen=True, slots=True)
class _Load:
    connections: int
    awake: bool = False  # cores are kept from halting: see `bench.machine.awake`


_ONE = _Load(1, awake=True)
_ONE_HALTING = _Load(1)
_MANY = (_Load(16), _Load(64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One gateway in front of the application. `refused` is a request it must not let through; None: it refuses none."""

    name: str
    port: int
    allowed: bytes
    refused: bytes | None
    refusals: frozenset[int] = frozenset()
    pids: Callable[[], Sequence[int]]
    note: str = ""


@dataclass(slots=True)
class _Seen:
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)


def request(host: str, *, path: str = "/reports/2026?page=3", cookie: str = "") -> bytes:
    """A small request as a browser's fetch would send it."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"host: {host}",
        "user-agent: Mozilla/5.0 (X11; Linux x86_64) watchword-bench",
        "accept: */*",
        "accept-language: en",
        "sec-fetch-site: same-origin",
        "sec-fetch-mode: cors",
    ]
    if cookie:
        lines.append(f"cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


@contextmanager
def _plain_subjects(directory: Path, application_port: int) -> Iterator[list[Subject]]:
    with Processes(directory) as processes:
        port = free_port()
        bare = envoy.start(
            processes, "bare", directory, port=port, application_port=application_port, check_socket=None
        )
        socket = directory / "trivial.sock"
        words = [sys.executable, "-m", "bench.trivial_check", str(socket), str(server_core())]
        trivial = processes.start("trivial", words)
        processes.wait(trivial, socket.exists)
        asking_port = free_port()
        asking = envoy.start(
            processes, "asking", directory, port=asking_port, application_port=application_port, check_socket=socket
        )
        ask = request(f"127.0.0.1:{port}")
        yield [
            Subject(name="bare Envoy", port=port, allowed=ask, refused=None, pids=lambda: [bare.pid]),
            Subject(
                name="Envoy, check always yes",
                port=asking_port,
                allowed=ask,
                refused=None,
                pids=lambda: [asking.pid, trivial.pid],
            ),
        ]


def prove_same_answers(subjects: Sequence[Subject]) -> list[tuple[str, str, str]]:
    """Raise `BenchError` unless each gives the application's own answer, and refuses where it has something to refuse."""
    rows = []
    for subject in subjects:
        answer = exchange(subject.port, subject.allowed)
        if answer.status != 200 or answer.body != BODY:
            raise BenchError(f"{subject.name}: not the application's answer: {answer.status} {answer.body[:200]!r}")
        refusal = "refuses nothing"
        if subject.refused is not None:
            no: Answer = exchange(subject.port, subject.refused)
            if no.status not in subject.refusals or BODY in no.body:
                raise BenchError(f"{subject.name}: let a request without a session through, or broke: {no.status}")
            refusal = str(no.status)
        rows.append((subject.name, f"{answer.status}, {len(answer.body)} bytes", refusal))
    return rows


def run(*, rounds: int, seconds: float, warmup: float) -> Report:
    from bench import peer, watchword

    skipped: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name, Processes(Path(name)) as processes:
        directory = Path(name)
        application_port = free_port()
        words = [sys.executable, "-m", "bench.application", str(application_port), str(client_core())]
        application = processes.start("application", words)
        processes.wait(application, lambda: listens(application_port))
        with (
            _plain_subjects(directory, application_port) as plain,
            watchword.subject(directory, application_port, skipped) as own,
            peer.subject(directory, application_port, skipped) as peers,
        ):
            subjects = [*plain, *own, *peers]
            proofs = prove_same_answers(subjects)
            seen = _measure(subjects, rounds=rounds, seconds=seconds, warmup=warmup)
            prove_same_answers(subjects)
    return _report(subjects, proofs, seen, skipped)


def _measure(
    subjects: Sequence[Subject], *, rounds: int, seconds: float, warmup: float
) -> dict[tuple[str, _Load], _Seen]:
    loads = (_ONE, _ONE_HALTING, *_MANY)
    seen = {(subject.name, one): _Seen() for subject in subjects for one in loads}
    for number in range(rounds):
        # Every other round in reverse, so that nobody always comes first.
        order = subjects if number % 2 == 0 else list(reversed(subjects))
        for one in loads:
            with awake() if one.awake else nullcontext():
                for subject in order:
                    rate, p50 = _once(subject, one, seen[subject.name, one], seconds=seconds, warmup=warmup)
                    print(
                        f"  round {number + 1}/{rounds}  {one.connections:>2} connections{' (awake)' if one.awake else ''}"
                        f"  {subject.name}: {rate:,.0f}/s, p50 {p50:,.0f} µs",
                        file=sys.stderr,
                    )
    return seen


def _once(subject: Subject, one: _Load, seen: _Seen, *, seconds: float, warmup: float) -> tuple[float, float]:
    target = load.Target(address=f"127.0.0.1:{subject.port}", requests=(subject.allowed,), status=200, body=BODY)
    pids = list(subject.pids())
    before = cpu_seconds(pids)
    outcome = load.run(target, connections=one.connections, seconds=seconds, warmup=warmup, core=client_core())
    used = cpu_seconds(pids) - before
    if outcome.wrong:
        raise BenchError(
            f"{subject.name}: {outcome.wrong} wrong answers at {one.connections} connections: {outcome.first_wrong}"
        )
    seen.rates.append(outcome.rate)
    seen.p50.append(outcome.p50_us)
    seen.p99.append(outcome.p99_us)
    # The warm-up's requests are paid for too; their rate was about the same.
    seen.cpu_us.append(used * 1e6 / (outcome.answers * (seconds + warmup) / seconds))
    seen.client.append(outcome.client_cpu)
    return outcome.rate, outcome.p50_us


def _report(
    subjects: Sequence[Subject],
    proofs: Sequence[tuple[str, str, str]],
    seen: dict[tuple[str, _Load], _Seen],
    skipped: Sequence[str],
) -> Report:
    bare = subjects[0].name
    tables = [
        Table(title="The same answers", columns=("", "with a session", "without"), rows=tuple(proofs)),
    ]
    figures = {}
    for one, how in ((_ONE, "cores kept from halting"), (_ONE_HALTING, "cores halt when idle, as this machine does")):
        rows = []
        for subject in subjects:
            mine, base = seen[subject.name, one], seen[bare, one]
            added50 = median(mine.p50) - median(base.p50)
            added99 = median(mine.p99) - median(base.p99)
            added = ("", "") if subject.name == bare else (f"{added50:+,.0f}", f"{added99:+,.0f}")
            rows.append((subject.name, spread(mine.p50), spread(mine.p99), *added))
            figures[f"{subject.name}/1/{'awake' if one.awake else 'halting'}/p50_us"] = median(mine.p50)
            figures[f"{subject.name}/1/{'awake' if one.awake else 'halting'}/p99_us"] = median(mine.p99)
        tables.append(
            Table(
                title=f"Latency at one connection, µs, {how}: median over rounds (lowest-highest)",
                columns=("", "p50", "p99", "p50 added", "p99 added"),
                rows=tuple(rows),
            )
        )
    for one in _MANY:
        shares = []
        for subject in subjects:
            mine = seen[subject.name, one]
            share = median(mine.rates) / median(seen[bare, one].rates)
            figures[f"{subject.name}/{one.connections}/rate"] = median(mine.rates)
            figures[f"{subject.name}/{one.connections}/share"] = share
            cpu = f"{median(mine.cpu_us):.0f}"
            shares.append(
                (subject.name, spread(mine.rates), f"{share:.2f}", spread(mine.p99), cpu, f"{median(mine.client):.0%}")
            )
        tables.append(
            Table(
                title=f"Throughput at {one.connections} connections, one core: requests a second",
                columns=("", "requests/s", "share of bare", "p99 µs", "CPU µs/request", "client busy"),
                rows=tuple(shares),
            )
        )
    targets = (_latency_target(seen, bare),)
    return Report(name="gateway", tables=tuple(tables), targets=targets, skipped=tuple(skipped), figures=figures)


def _latency_target(seen: dict[tuple[str, _Load], _Seen], bare: str) -> Target:
    name = "p50 added by Watchword at one connection"
    promised = f"at most {_ADDED_P50_MS} ms"
    own = seen.get(("Watchword", _ONE))
    if own is None:
        return Target(name=name, promised=promised, seen="not measured", met=None)
    added = (median(own.p50) - median(seen[bare, _ONE].p50)) / 1000
    return Target(name=name, promised=promised, seen=f"{added:.3f} ms", met=added <= _ADDED_P50_MS)
