"""How many records a second become durable, how long a lone one takes, what `append` costs its caller, and how many
records a second `verify` checks. SQLite on disk, as one machine has it by default: every group commit is an fsync.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.processes import BenchError
from bench.results import Report, Table, median, spread
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore
from watchword.adapters.sql.schema import upgrade
from watchword.decision.engine import Layer, StatementRef
from watchword.enforcement.gateway.events import AccessDecided
from watchword.evidence.ledger import CheckpointSigner, Ledger, Ticket, verify
from watchword.kernel.clock import SystemClock
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Origin

_ORIGIN = "watchword/bench"
_STATEMENT = StatementRef(policy="sample-application", layer=Layer.IDENTITY, index=0, sid="EveryoneOpens", line=4)


def decided(number: int) -> AccessDecided:
    """An allowed request as the check service records it."""
    return AccessDecided(
        at=datetime.now(UTC),
        request_id=f"{number:032x}",
        outcome="Allowed",
        status=200,
        reason="allowed",
        application="sample",
        route="sample-root",
        host="sample.localhost",
        method="GET",
        path=f"/reports/{number % 1000}",
        person_id="person_aaaaaaaaaaaaaaaaaaaaaaaa",
        email="alice@example.com",
        session_id="session_aaaaaaaaaaaaaaaaaaaaaaaa",
        assurance="aal2",
        statements=(_STATEMENT,),
        blocking_layer=None,
        missing_keys=(),
        policy_revision="0123456789abcdef",
        configuration_revision="0123456789abcdef",
        privileged=False,
        duration_us=80,
        origin=Origin(source_ip="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux x86_64)", request_id=f"{number:032x}"),
        groups=("finance", "staff"),
        auth_age=1234,
        tls=False,
    )


def run(*, rounds: int, records: int, lone: int) -> Report:
    rates, cpu, append_us, groups, alone, verified = [], [], [], [], [], []
    size = 0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="wb-") as name:
            database = Database.open(f"sqlite:///{Path(name) / 'watchword.db'}")
            try:
                upgrade(database)
                store = SqlLedgerStore(database)
                signer = CheckpointSigner.from_seed(_ORIGIN, bytes(32))
                ledger = Ledger(store, signer, SystemClock(), origin=_ORIGIN)
                ledger.start()
                try:
                    alone += _lone(ledger, lone)
                    rate, used, cost = _flood(ledger, records)
                finally:
                    ledger.stop()
                rates.append(rate)
                cpu.append(used)
                append_us.append(cost)
                batches = [len(batch.bodies) for batch in store.batches(first=lone) if batch.bodies]
                groups.append(sum(batches) / len(batches))
                size = sum(len(body) for batch in store.batches() for body in batch.bodies) // (records + lone)
                begun = time.perf_counter()
                verification = verify(store, signer.verifier)
                verified.append((records + lone) / (time.perf_counter() - begun))
                if verification.records != records + lone:
                    raise BenchError(f"{records + lone} records were acknowledged, {verification.records} are there")
            finally:
                database.close()
    rows = (
        ("durable records a second", spread(rates), f"groups of {median(groups):,.0f}, {size} bytes a record"),
        ("CPU of all of it, µs a record", spread(cpu, 1), "event made, appended, encoded, sealed, stored"),
        ("append() alone, µs", spread(append_us, 1), "what the caller waits"),
        ("a lone record durable after, ms", spread([median(alone)], 2), f"p99 {_p99(alone):.2f} ms"),
        ("records verified a second", spread(verified), "from the first to the last"),
    )
    return Report(
        name="ledger",
        tables=(Table(title="SQLite on disk: median (lowest-highest)", columns=("", "", ""), rows=rows),),
        figures={
            "durable_per_s": median(rates),
            "cpu_us_per_record": median(cpu),
            "append_us": median(append_us),
            "lone_ms": median(alone),
            "verified_per_s": median(verified),
        },
    )


def _lone(ledger: Ledger, count: int) -> list[float]:
    times = []
    for number in range(count):
        begun = time.perf_counter()
        ledger.record(decided(number))
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _flood(ledger: Ledger, count: int) -> tuple[float, float, float]:
    """Append as fast as it is taken. Return durable records a second, CPU µs a record, and µs that `append` took."""
    waiting = 0.0
    ticket: Ticket | None = None
    begun, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        event = decided(number)
        while True:
            before = time.perf_counter()
            try:
                ticket = ledger.append(event)
            except UnavailableError:
                # Its backlog is full: it says no rather than wait, and so we wait.
                time.sleep(0.005)
                continue
            waiting += time.perf_counter() - before
            break
    if ticket is None:
        raise BenchError("nothing was appended")
    ticket.wait(30)
    elapsed = time.perf_counter() - begun
    return count / elapsed, (time.process_time() - cpu) * 1e6 / count, waiting * 1e6 / count


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
