"""The writer: what it promises to whoever appends, above all when the store does not."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from support.ledgers import NOON, ORIGIN, SEED, decided, ledger, signer
from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.evidence.ledger import (
    Batch,
    CheckpointSigner,
    Ledger,
    LedgerCorruptError,
    LedgerReader,
    Record,
    Ticket,
    TreeHead,
    verify,
)
from watchword.kernel.clock import SettableClock
from watchword.kernel.errors import DefectError, UnavailableError
from watchword.kernel.events import Event

_SOON = 10.0
Seal = Callable[[TreeHead, tuple[bytes, ...]], tuple[Batch, TreeHead]]


class FlakyStore(MemoryLedgerStore):
    """Fails while `down` is set; `lose_answer` stores and then fails, as a connection that breaks in a commit."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.lose_answers = 0
        self.open = threading.Event()  # appends wait for it
        self.open.set()
        self.entered = threading.Event()

    def append(self, seal: Seal, *, take: int = 0) -> Batch:
        self.entered.set()
        assert self.open.wait(_SOON)
        if self.down:
            raise UnavailableError("gone", code="database.unavailable", hint="Bring it back.")
        batch = super().append(seal, take=take)
        if self.lose_answers:
            self.lose_answers -= 1
            raise UnavailableError("the answer got lost", code="database.unavailable")
        return batch


class HandClock:
    """Monotonic seconds that move when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> FlakyStore:
    return FlakyStore()


def _until(condition: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(int(_SOON * 1000)):
        if condition():
            return
        tick.wait(0.001)
    raise AssertionError("it did not happen in time")


class TestRecording:
    def test_a_lone_event_is_durable_when_record_returns(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        writer.record(decided())
        assert store.head().size == 1
        writer.stop()
        assert verify(store, signer().verifier).records == 1

    def test_order_is_kept_and_each_event_is_recorded_once(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        tickets = [writer.append(decided(n)) for n in range(5000)]
        assert tickets[-1].wait(_SOON) == 4999
        assert [t.index for t in tickets] == list(range(5000))
        writer.stop()
        entries = list(LedgerReader(store).entries())
        assert [e.fields["path"] for e in entries] == [f"/reports/{n}" for n in range(5000)]
        assert len({str(e.document()["metadata"]) for e in entries}) == 5000

    def test_many_threads_may_append(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()

        def work(thread: int) -> None:
            for n in range(200):
                writer.append(decided(n, path=f"/{thread}/{n}"))

        threads = [threading.Thread(target=work, args=(t,)) for t in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        writer.stop()
        paths = [str(e.fields["path"]) for e in LedgerReader(store).entries()]
        assert len(paths) == 1600
        for thread in range(8):
            assert [p for p in paths if p.startswith(f"/{thread}/")] == [f"/{thread}/{n}" for n in range(200)]

    def test_a_subscriber_sees_each_commit_once_until_it_leaves(self, store: FlakyStore) -> None:
        writer = ledger(store)
        seen: list[Record] = []
        leave = writer.subscribe(seen.extend)
        writer.start()
        writer.record(decided(0))
        writer.record(decided(1))
        _until(lambda: len(seen) == 2)
        leave()
        writer.record(decided(2))
        writer.stop()
        assert [r.index for r in seen] == [0, 1]

    def test_one_that_watches_badly_does_no_harm(self, store: FlakyStore) -> None:
        def broken(_: object) -> None:
            raise LookupError

        writer = ledger(store)
        writer.subscribe(broken)
        writer.start()
        writer.append(decided()).add_done_callback(broken)
        writer.record(decided(1))
        writer.stop()
        assert store.head().size == 2

    def test_an_event_without_an_encoder_is_refused_at_once(self, store: FlakyStore) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Unheard(Event):
            pass

        writer = ledger(store)
        writer.start()
        with pytest.raises(DefectError) as refused:
            writer.append(Unheard(at=NOON))
        assert refused.value.code == "ledger.event"
        writer.stop()

    def test_an_event_that_cannot_be_written_leaves_a_trace_and_its_caller_knows(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        before, odd, after = writer.append(decided(0)), writer.append(_unwritable()), writer.append(decided(2))
        assert (before.wait(_SOON), after.wait(_SOON)) == (0, 2)
        with pytest.raises(DefectError):
            odd.wait(_SOON)
        writer.stop()
        lost = LedgerReader(store).record(1)
        assert (lost.event, lost.fields["change"], lost.fields["detail"]) == (
            "ProcessChanged",
            "event-lost",
            "AccessDecided",
        )


def _unwritable() -> Event:
    event = decided()
    object.__setattr__(event, "duration_us", 2**80)  # what a mistake of ours might bring
    return event


class TestHeartbeat:
    def test_quiet_hours_are_signed(self, store: FlakyStore) -> None:
        writer = ledger(store, heartbeat=0.01)
        writer.start()
        _until(lambda: store.head().batches >= 4)
        writer.stop()
        found = verify(store, signer().verifier)
        assert (found.records, found.batches >= 4) == (0, True)

    def test_a_heartbeat_that_fails_is_shown_and_passes(self, store: FlakyStore) -> None:
        writer = ledger(store, heartbeat=0.01)
        writer.start()
        store.down = True
        _until(lambda: writer.status().trouble is not None)
        store.down = False
        _until(lambda: writer.status().trouble is None)
        writer.stop()


class TestTrouble:
    def test_a_failed_commit_is_repeated_and_tickets_stay_open(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        store.down = True
        tickets = [writer.append(decided(n)) for n in range(3)]
        _until(lambda: writer.status().trouble is not None)
        assert not any(t.done() for t in tickets)
        assert "gone" in str(writer.status().trouble)
        store.down = False
        assert [t.wait(_SOON) for t in tickets] == [0, 1, 2]
        assert writer.status().trouble is None
        writer.stop()
        assert verify(store, signer().verifier).records == 3

    def test_a_commit_whose_answer_was_lost_is_not_repeated(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        store.lose_answers = 1
        assert writer.append(decided(0)).wait(_SOON) == 0
        assert writer.append(decided(1)).wait(_SOON) == 1
        writer.stop()
        assert [e.fields["path"] for e in LedgerReader(store).entries()] == ["/reports/0", "/reports/1"]

    def test_nothing_more_is_taken_once_an_event_has_waited_too_long(self, store: FlakyStore) -> None:
        clock = HandClock()
        writer = Ledger(
            store, signer(), SettableClock(NOON), origin=ORIGIN, max_delay=2, heartbeat=1e9, monotonic=clock
        )
        writer.start()
        store.down = True
        ticket = writer.append(decided(0))
        _until(lambda: writer.status().trouble is not None)
        writer.append(decided(1))  # within the bound, the record may lag
        clock.now = 2.5
        with pytest.raises(UnavailableError) as refused:
            writer.append(decided(2))
        assert refused.value.code == "ledger.behind"
        assert refused.value.hint == "Bring it back."
        store.down = False
        assert ticket.wait(_SOON) == 0
        _until(lambda: writer.status().pending == 0)
        assert writer.append(decided(3)).wait(_SOON) == 2
        writer.stop()

    def test_a_commit_that_hangs_counts_as_much_as_one_that_fails(self, store: FlakyStore) -> None:
        clock = HandClock()
        writer = Ledger(
            store, signer(), SettableClock(NOON), origin=ORIGIN, max_delay=2, heartbeat=1e9, monotonic=clock
        )
        writer.start()
        store.entered.clear()
        store.open.clear()
        ticket = writer.append(decided(0))
        assert store.entered.wait(_SOON)
        clock.now = 2.5
        with pytest.raises(UnavailableError) as refused:
            writer.append(decided(1))
        assert refused.value.code == "ledger.behind"
        store.open.set()
        assert ticket.wait(_SOON) == 0
        writer.stop()

    def test_a_full_backlog_refuses(self, store: FlakyStore) -> None:
        writer = ledger(store, max_pending=3)
        writer.start()
        store.open.clear()
        tickets = [writer.append(decided(n)) for n in range(3)]
        with pytest.raises(UnavailableError) as refused:
            writer.append(decided(3))
        assert refused.value.code == "ledger.backlog"
        store.open.set()
        assert [t.wait(_SOON) for t in tickets] == [0, 1, 2]
        writer.stop()

    def test_record_gives_up_in_time_but_not_the_event(self, store: FlakyStore) -> None:
        writer = ledger(store, max_delay=0.05)
        writer.start()
        store.down = True
        with pytest.raises(UnavailableError) as refused:
            writer.record(decided(0))
        assert refused.value.code == "ledger.timeout"
        store.down = False
        writer.stop()
        assert store.head().size == 1

    def test_a_defect_of_the_store_stops_everything(self, store: FlakyStore) -> None:
        class Broken(FlakyStore):
            broken = False

            def append(self, seal: Seal, *, take: int = 0) -> Batch:
                if self.broken:
                    raise DefectError("no such table", code="database.statement")
                return super().append(seal, take=take)

        broken = Broken()
        writer = ledger(broken)
        writer.start()
        broken.broken = True
        died: list[object] = []
        hook, threading.excepthook = threading.excepthook, died.append
        try:
            with pytest.raises(UnavailableError) as lost:
                writer.append(decided()).wait(_SOON)
            assert lost.value.code == "ledger.thread"
            _until(lambda: bool(died))
        finally:
            threading.excepthook = hook
        with pytest.raises(UnavailableError) as refused:
            writer.append(decided())
        assert refused.value.code == "ledger.thread"
        assert writer.status().trouble is not None
        writer.stop()


class TestStartAndStop:
    def test_nothing_is_taken_before_the_start_and_after_the_end(self, store: FlakyStore) -> None:
        writer = ledger(store)
        for _ in range(2):
            with pytest.raises(UnavailableError) as refused:
                writer.append(decided())
            assert refused.value.code == "ledger.stopped"
            writer.start()
            writer.stop()
            writer.stop()

    def test_what_is_pending_is_committed_before_the_end(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        for n in range(500):
            writer.append(decided(n))
        writer.stop()
        assert store.head().size == 500

    def test_what_cannot_be_committed_in_time_fails_and_says_so(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        store.down = True
        told: list[Ticket] = []
        first = writer.append(decided(0))
        first.add_done_callback(told.append)
        _until(lambda: writer.status().trouble is not None)
        second = writer.append(decided(1))
        writer.stop(timeout=0.05)
        assert told == [first]
        for ticket in (first, second):
            assert not ticket.done()
            assert ticket.failure is not None
            with pytest.raises(UnavailableError) as refused:
                ticket.wait(0)
            assert refused.value.code == "ledger.stopped"

    def test_starting_twice_is_our_defect(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        with pytest.raises(DefectError):
            writer.start()
        writer.stop()

    def test_a_store_that_cannot_be_written_is_known_at_the_start(self, store: FlakyStore) -> None:
        store.down = True
        with pytest.raises(UnavailableError):
            ledger(store).start()

    def test_another_key_does_not_continue_a_ledger(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        writer.stop()
        other = Ledger(
            store, CheckpointSigner.from_seed(ORIGIN, b"x" * 32), SettableClock(NOON), origin=ORIGIN, heartbeat=60
        )
        with pytest.raises(LedgerCorruptError) as refused:
            other.start()
        assert refused.value.code == "ledger.signature"

    def test_another_name_does_not_continue_a_ledger(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        writer.stop()
        with pytest.raises(LedgerCorruptError):
            Ledger(store, CheckpointSigner.from_seed(ORIGIN, SEED), SettableClock(NOON), origin="other").start()

    def test_a_store_that_is_set_back_while_in_use_is_not_signed_over(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        old_batches, old_head = list(store._batches), store._head
        writer.record(decided(0))
        store._batches, store._head = old_batches, old_head
        ticket = writer.append(decided(1))
        _until(lambda: writer.status().trouble is not None)
        assert "set back" in str(writer.status().trouble)
        assert not ticket.done()
        writer.stop(timeout=0.05)


class TestTickets:
    def test_a_callback_is_called_once_whenever_it_comes(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        store.open.clear()
        ticket = writer.append(decided())
        calls: list[int | None] = []
        ticket.add_done_callback(lambda t: calls.append(t.index))
        ticket.add_done_callback(lambda t: calls.append(t.index))
        assert calls == []
        store.open.set()
        ticket.wait(_SOON)
        _until(lambda: len(calls) == 2)
        ticket.add_done_callback(lambda t: calls.append(t.index))
        assert calls == [0, 0, 0]
        writer.stop()

    def test_callbacks_that_race_with_the_commit_are_called_once_each(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        calls: list[Ticket] = []
        tickets: list[Ticket] = []
        for n in range(3000):
            ticket = writer.append(decided(n))
            ticket.add_done_callback(calls.append)
            tickets.append(ticket)
        _until(lambda: len(calls) == 3000)
        writer.stop()
        assert {id(t) for t in calls} == {id(t) for t in tickets}
        assert len(calls) == 3000

    def test_waiting_ends_at_the_timeout(self, store: FlakyStore) -> None:
        writer = ledger(store)
        writer.start()
        store.open.clear()
        ticket = writer.append(decided())
        with pytest.raises(UnavailableError) as refused:
            ticket.wait(0.01)
        assert refused.value.code == "ledger.timeout"
        store.open.set()
        writer.stop()
        assert ticket.wait(0) == 0


def test_checkpoints_carry_the_time_that_the_clock_says(store: FlakyStore) -> None:
    clock = SettableClock(NOON)
    writer = Ledger(store, signer(), clock, origin=ORIGIN, heartbeat=1e9)
    writer.start()
    clock.advance(timedelta(minutes=5))
    writer.record(decided())
    assert writer.status().committed_at == NOON + timedelta(minutes=5)
    writer.stop()
    found = verify(store, signer().verifier)
    assert (found.first_at, found.last_at) == (NOON, NOON + timedelta(minutes=5))
