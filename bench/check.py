"""The check service at its Unix socket on one core, and what each part of a decision costs.

Everything is real: sessions, ten policies and a guardrail, the ES256 assertion, the ledger on SQLite. 64 people ask for
paths of their own as Envoy would ask for them: the same few again and again, as pages that poll do, and then 16,384
different ones, so that nothing that was decided before helps. The load comes from the other core; the CPU per decision is the service's
own, of all its threads, by the scheduler's account.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import estate, load
from bench.assembly import Assembly, assembled, prepare
from bench.ledger import decided
from bench.machine import client_core, cpu_seconds, server_core
from bench.processes import BenchError, Processes
from bench.results import Report, Table, Target, median, spread
from bench.watchword import environment
from watchword.app.state import StateDirectory
from watchword.decision.engine import Request, decide
from watchword.enforcement.gateway import CheckRequest, Timings
from watchword.enforcement.gateway.canonical import canonicalise
from watchword.enforcement.gateway.credentials import read_cookies
from watchword.evidence.ledger import verify
from watchword.kernel.ids import token_digest
from watchword.kernel.principals import person

_DECISIONS_PER_SECOND = 8000
_CONNECTIONS = (1, 16, 64)
_PERSONS = 64
_FEW, _ALL_DIFFERENT = "the same 64 paths", "16,384 paths"
_PATHS = 16_384  # twice as many as decisions are remembered, in turn: each was forgotten when it comes again


def _headers(cookie: str, number: int) -> dict[str, str]:
    """What Envoy passes on of a browser's request."""
    return {
        "host": estate.HOST,
        "cookie": cookie,
        "accept": "*/*",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64) watchword-bench",
        "sec-fetch-mode": "cors",
        "x-forwarded-for": "127.0.0.1",
        "x-request-id": f"0b9c7c1e-3f7e-4b8a-9c1d-{number:012x}",
    }


def _wire(route: str, minted: Sequence[estate.Minted], *, paths: int) -> tuple[bytes, ...]:
    return tuple(
        (
            f"GET /authz/{route}/reports/{number}?page=3 HTTP/1.1\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in _headers(one.cookie, number).items())
            + "\r\n"
        ).encode("ascii")
        for number, one in ((number, minted[number % len(minted)]) for number in range(paths))
    )


def _requests(route: str, minted: Sequence[estate.Minted]) -> list[CheckRequest]:
    return [
        CheckRequest(
            route,
            "GET",
            b"/reports/%d?page=3" % number,
            estate.HOST,
            {name.encode(): [value.encode()] for name, value in _headers(one.cookie, number).items()},
        )
        for number, one in enumerate(minted)
    ]


def run(*, rounds: int, seconds: float, warmup: float) -> Report:
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        directory = Path(name) / "s"
        minted = prepare(directory, application_port=9, persons=_PERSONS, sessions=1)
        with assembled(directory) as one:
            route = one.route("/")
            _prove(one, route, minted)
            parts = _parts(one, route, minted, rounds=rounds)
        asked = {
            _FEW: _wire(route, minted, paths=len(minted)),
            _ALL_DIFFERENT: _wire(route, minted, paths=_PATHS),
        }
        seen = _socket(Path(name), directory, asked, rounds=rounds, seconds=seconds, warmup=warmup)
    return _report(parts, seen)


def _prove(one: Assembly, route: str, minted: Sequence[estate.Minted]) -> None:
    """Raise `BenchError` unless a session opens, none does not, and both are on the record."""
    before = one.ledger_store.head().size
    asked = _requests(route, minted[:1])[0]
    allowed = one.check.check(asked)
    without = CheckRequest(
        asked.route_id,
        asked.method,
        asked.target,
        asked.host,
        {k: v for k, v in asked.headers.items() if k != b"cookie"},
    )
    refused = one.check.check(without)
    if allowed.status != 200 or refused.status != 401:
        raise BenchError(f"the check answers {allowed.status} with a session and {refused.status} without")
    limit = time.monotonic() + 5
    while one.ledger_store.head().size < before + 2:
        if time.monotonic() > limit:
            raise BenchError("two decisions were not on the record after 5 s")
        time.sleep(0.01)


def _parts(one: Assembly, route: str, minted: Sequence[estate.Minted], *, rounds: int) -> dict[str, list[float]]:
    """Mean CPU of each part in microseconds, one list entry a round, in place: one after another as in service."""
    requests = _requests(route, minted)
    check = one.check
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        check.timings = Timings()
        begun, cpu, thread = time.perf_counter(), time.process_time(), time.thread_time()
        for number in range(4000):
            if check.check(requests[number % len(requests)]).status != 200:
                raise BenchError("a request that had passed was refused")
        # What the ledger still has to do belongs to these requests.
        while one.ledger.status().pending:
            time.sleep(0.002)
        elapsed = time.perf_counter() - begun
        whole = (time.process_time() - cpu) * 1e6 / 4000
        mine = (time.thread_time() - thread) * 1e6 / 4000
        found.setdefault("check(), its own thread", []).append(mine)
        found.setdefault("ledger's thread", []).append(whole - mine)
        found.setdefault("wall", []).append(elapsed * 1e6 / 4000)
    # Apart: each part alone in a loop, its code and data in the caches; the sum is less than in place.
    for name, part in _alone(one, requests[0], minted[0]).items():
        found[name] = [_time(part) for _ in range(rounds)]
    return found


def _alone(one: Assembly, asked: CheckRequest, minted: estate.Minted) -> dict[str, Callable[[], object]]:
    now = datetime.now(UTC)
    lines = asked.headers[b"cookie"]
    token = minted.token.encode()
    principal = person("person0@example.com", frozenset({"engineering", "oncall"}))
    question = Request(
        principal=principal,
        action="http:GET",
        resource=f"arn:watchword:app:::{estate.APPLICATION}/reports/0",
        context={
            "aws:sourceip": "127.0.0.1",
            "aws:username": "person0@example.com",
            "watchword:authage": "10",
            "watchword:hardwarekey": "false",
        },
    )
    policies = one.configuration.policy_set
    claims = b'{"sub":"' + b"x" * 480 + b'"}'
    event = decided(1)

    def session() -> object:
        read_cookies(lines)
        return one.index.find(token_digest(token), estate.HOST, now)

    return {
        "alone: canonicalise": lambda: canonicalise(asked.target),
        "alone: cookie and session": session,
        "alone: decide (10 policies, guardrail)": lambda: decide(
            question, policies.applicable(principal, question.resource)
        ),
        "alone: sign (ES256)": lambda: one.signer.sign(claims),
        "alone: append to the ledger": lambda: one.ledger.append(event),
    }


def _time(part: Callable[[], object]) -> float:
    count = 2000
    begun = time.thread_time()
    for _ in range(count):
        part()
    return (time.thread_time() - begun) * 1e6 / count


@dataclass(slots=True)
class _Seen:
    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def _socket(
    place: Path, directory: Path, asked: Mapping[str, tuple[bytes, ...]], *, rounds: int, seconds: float, warmup: float
) -> dict[tuple[str, int], _Seen]:
    """Decisions a second for each kind of load and number of connections, and the service's CPU for one."""
    seen = {(kind, connections): _Seen() for kind in asked for connections in _CONNECTIONS}
    answered = 0
    socket = StateDirectory(directory).check_socket
    with Processes(place) as processes:
        words = [sys.executable, "-m", "bench.assembly", str(directory)]
        service = processes.start("check", words, core=server_core(), environment=environment())
        processes.wait(service, lambda: "ready" in processes.log(service))
        for number in range(rounds):
            for (kind, connections), one in seen.items():
                target = load.Target(address=str(socket), requests=asked[kind], status=200, body=None)
                before = cpu_seconds([service.pid])
                outcome = load.run(target, connections=connections, seconds=seconds, warmup=warmup, core=client_core())
                used = cpu_seconds([service.pid]) - before
                if outcome.wrong:
                    raise BenchError(f"{outcome.wrong} wrong answers: {outcome.first_wrong}")
                answered += outcome.answers
                one.rate.append(outcome.rate)
                one.cpu.append(used * 1e6 / (outcome.answers * (seconds + warmup) / seconds))
                one.p50.append(outcome.p50_us)
                one.p99.append(outcome.p99_us)
                print(
                    f"  round {number + 1}/{rounds}  {kind}, {connections:>2} connections: {outcome.rate:,.0f}/s",
                    file=sys.stderr,
                )
    with assembled(directory) as assembly:
        verification = verify(assembly.ledger_store, assembly.key)
        if verification.records < answered:
            raise BenchError(f"{answered} decisions were answered, {verification.records} are on the record")
    return seen


def _report(parts: dict[str, list[float]], seen: dict[tuple[str, int], _Seen]) -> Report:
    rows = tuple(
        (kind, str(connections), spread(one.rate), spread(one.cpu), spread(one.p50), spread(one.p99))
        for (kind, connections), one in seen.items()
    )
    served = Table(
        title="Decisions at the check's Unix socket, service on one core: median over rounds (lowest-highest)",
        columns=("asked for", "connections", "decisions/s", "CPU µs each", "p50 µs", "p99 µs"),
        rows=rows,
        notes=("Each answered decision was found in the ledger afterwards, which verified.",),
    )
    costs = Table(
        title="The cost of each part, CPU µs a decision: median over rounds (lowest-highest)",
        columns=("", "µs"),
        rows=tuple((name, spread(values, 1)) for name, values in parts.items() if name != "wall"),
        notes=(
            "HTTP and the event loop are what the socket's CPU has over check() and the ledger's thread.",
            "A part alone in a loop has its code in the processor's caches, so the parts add up to less than check().",
        ),
    )
    best = {kind: max(median(one.rate) for (k, _), one in seen.items() if k == kind) for kind in (_FEW, _ALL_DIFFERENT)}
    figures = {name: median(values) for name, values in parts.items()}
    for (kind, connections), one in seen.items():
        figures[f"{kind}/{connections}/rate"] = median(one.rate)
        figures[f"{kind}/{connections}/cpu_us"] = median(one.cpu)
    return Report(
        name="check",
        tables=(served, costs),
        targets=tuple(
            Target(
                name=f"decisions a second on one core, {kind}",
                promised=f"at least {_DECISIONS_PER_SECOND:,}",
                seen=f"{rate:,.0f}",
                met=rate >= _DECISIONS_PER_SECOND,
            )
            for kind, rate in best.items()
        ),
        figures=figures,
    )
