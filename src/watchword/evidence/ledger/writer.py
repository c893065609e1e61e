# ruff: noqa: SLF001 - a ticket and the ledger that made it are one thing in two classes
"""`Ledger`: events go in on any thread without waiting; one thread commits them in groups; a ticket tells when.

What it promises:

- An event is *acknowledged* (its ticket is done, `record` has returned) only when it is durable and under a signed
  checkpoint. No acknowledged record is lost by a crash.
- Events of one `Ledger` are recorded in the order in which they were appended, each once.
- `append` never waits. It refuses when the record cannot keep up: backlog full, oldest pending event older than
  `max_delay`, or stopped. Whoever asked must then be refused too. So no more than `max_delay` of decisions can ever
  have passed without a durable record.
- A commit that failed is repeated, first asking whether it took effect after all. Meanwhile its tickets stay open.

How groups form: as soon as somebody waits for a ticket, everything pending is committed, so what is waited for is
durable at once; what nobody waits for is committed within 50 milliseconds. What arrives during a commit makes the next
group.

What a change left in the storage's outbox (`ports`) is taken in with the next batch: at the start, before anything
is served; when `deliver` asks for it; and every few seconds, for what a process that was killed left behind.

A caller that holds a write transaction of the same SQLite file must not wait for a ticket: the commit waits for that
transaction. Publish, and `deliver`, after the transaction has ended.
"""

import contextlib
import enum
import logging
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from watchword.evidence.ledger._c2sp.note import CheckpointSigner, open_checkpoint
from watchword.evidence.ledger._ocsf import ENCODERS, encode, no_place
from watchword.evidence.ledger._rfc6962.tree import extend, leaf_hash, root_of
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import Batch, Checkpoint, Record, TreeHead
from watchword.evidence.ledger.ports import LedgerStore
from watchword.kernel.clock import Clock, monotonic
from watchword.kernel.errors import DefectError, UnavailableError, WatchwordError
from watchword.kernel.events import Event, ProcessChanged

_log = logging.getLogger(__name__)

# Bounds the size of one row and the time of one commit: at 2 KiB a record, 4 MiB.
_LARGEST_BATCH = 2048
# The same for what one batch takes from the outbox; a database that was restored ends all sessions in one change.
_LARGEST_DELIVERY = 1024
# For what was left by a process that died. Asking costs a tenth of a commit, so not every commit asks.
_LOOK_INTO_OUTBOX_SECONDS = 2.0
# Encoding holds the interpreter's lock; after this many records other threads get their turn, about every 0.3 ms.
_YIELD_AFTER = 16
# A commit costs about a millisecond of CPU whatever it holds. When each decision at one connection was committed by
# itself, that was more than the whole decision; at 2,500 a second, groups of 50 ms cost 35 µs a record instead of 180.
_LINGER_SECONDS = 0.05
_LONGEST_SLEEP_SECONDS = 3600.0  # a lock takes no timeout without end
_FIRST_RETRY_SECONDS = 0.02
_LONGEST_RETRY_SECONDS = 0.5

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Subscriber = Callable[[tuple[Record, ...]], None]


class _Delivery(enum.Enum):
    """Stands in the queue for what was left in the outbox before it."""

    ASKED_FOR = enum.auto()


class Ticket:
    """One event on its way into the record. Made by `Ledger.append` alone."""

    __slots__ = ("_callbacks", "_event", "_failure", "_ledger", "_since", "index")

    def __init__(self, ledger: "Ledger", event: Event | _Delivery, since: float) -> None:
        self._ledger = ledger
        self._event: Event | _Delivery | None = event
        self._since = since
        self._failure: WatchwordError | None = None
        self._callbacks: deque[Callable[[Ticket], None]] | None = None
        self.index: int | None = None
        """The record's index in the ledger once it is durable, None before. Of a delivery: that of the last record."""

    def done(self) -> bool:
        """Whether the record is durable."""
        return self.index is not None

    @property
    def failure(self) -> WatchwordError | None:
        """Why this event will never be recorded, None while it may be."""
        return self._failure

    def wait(self, timeout: float) -> int:
        """Wait until the record is durable and return its index.

        Raise `UnavailableError` if it is not after `timeout` seconds (it may be later) or never will be. Blocks: not to
        be called on an event loop.
        """
        if self.index is None and self._failure is None:
            settled = threading.Event()
            self.add_done_callback(lambda _: settled.set())
            settled.wait(timeout)
        if self.index is not None:
            return self.index
        if self._failure is not None:
            raise self._failure
        raise UnavailableError(
            "the record did not become durable in time", code="ledger.timeout", expected=f"within {timeout:g} s"
        )

    def add_done_callback(self, callback: Callable[["Ticket"], None]) -> None:
        """Call `callback(ticket)` once when the record is durable or has failed for good: look at `done()`.

        It is called on the ledger's thread, or at once on this one, and must be quick (`loop.call_soon_threadsafe`).
        An exception out of it is logged and goes no further.
        """
        if self._callbacks is None:
            with self._ledger.callbacks_lock:
                if self._callbacks is None:
                    self._callbacks = deque()
        self._callbacks.append(callback)
        # Settling sets the outcome first and empties the queue then; we fill the queue first and look at the outcome
        # then. Whoever comes second calls, and `popleft` sees to it that only one does.
        if self.index is not None or self._failure is not None:
            self._call_back()
        else:
            self._ledger.hurry()

    def _settle(self, index: int | None, failure: WatchwordError | None) -> None:
        self._event = None
        self._failure = failure
        self.index = index
        if self._callbacks is not None:
            self._call_back()

    def _call_back(self) -> None:
        callbacks = self._callbacks
        while callbacks:
            try:
                callback = callbacks.popleft()
            except IndexError:
                return
            try:
                callback(self)
            except Exception:  # noqa: BLE001 - a caller's mistake must not stop the record of all the others
                _log.exception("a callback of a ledger ticket failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStatus:
    """How the writer is doing. `size` and `committed_at` are those of the last commit of this process."""

    size: int
    pending: int
    committed_at: datetime | None
    trouble: str | None


class Ledger:
    """The writer. One a process; any number of processes may write to one store.

    `origin` names the ledger, the same in every process. `max_delay` (seconds) bounds how long an event may be pending
    before `append` refuses more; `max_pending` bounds how many. `heartbeat` (seconds): after so long without an event,
    an empty batch is signed. It is not a delay that is waited for: commits start at once.
    """

    def __init__(
        self,
        store: LedgerStore,
        signer: CheckpointSigner,
        clock: Clock,
        *,
        origin: str,
        max_delay: float = 2.0,
        max_pending: int = 20_000,
        heartbeat: float = 60.0,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock
        self._origin = origin
        self._max_delay = max_delay
        self._max_pending = max_pending
        self._heartbeat = heartbeat
        self._monotonic = monotonic
        # With a number behind it, names each record of this process: nobody else has the same 64 bits.
        self._name = secrets.token_hex(8)
        self._numbers = 0
        self._pending: deque[Ticket] = deque()
        self._in_flight = 0
        self._oldest = math.inf  # when the oldest event of the group being committed was appended
        self._refusal: WatchwordError | None = _not_running()
        self._trouble: WatchwordError | None = None
        self._looked_into_outbox_at = -math.inf
        self._last: TreeHead | None = None
        self._committed_at: datetime | None = None
        self._subscribers: tuple[Subscriber, ...] = ()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._ended = False
        self._give_up_at = math.inf
        # A semaphore of one: held while there is nothing to do. Cheaper to release than any Event or Condition.
        self._gate = threading.Lock()
        self._asleep = False
        self._hurried = False
        self.callbacks_lock = threading.Lock()

    def start(self) -> None:
        """Sign a first checkpoint and begin to take events.

        Raise `UnavailableError` where the store cannot be written, `LedgerCorruptError` where its head is not one that
        this signer's key vouches for. What is below the head is not checked here: `verify` does that.
        """
        if self._thread is not None:
            raise DefectError("the ledger was started twice", code="ledger.usage")
        self._check_head()
        while self._left_over(self._seal_and_store((), ()), 0):
            pass
        self._stopping = self._ended = False
        self._give_up_at = math.inf
        self._refusal = None
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Take no more, commit what is pending, end. After `timeout` seconds what is left fails, as its tickets say."""
        thread = self._thread
        if thread is None:
            return
        self._refusal = _not_running()
        self._give_up_at = self._monotonic() + timeout
        self._stopping = True
        self._wake()
        thread.join()
        self._thread = None

    def append(self, event: Event) -> Ticket:
        """Take an event for the record, and return at once.

        Raise `UnavailableError` when the record cannot take it (`ledger.stopped`, `ledger.backlog`, `ledger.behind`):
        then it will not be recorded, and what it is about must not happen. Raise `DefectError` for an event class
        without an encoder.
        """
        if type(event) not in ENCODERS:
            raise no_place(event)
        return self._enqueue(event)

    def admit(self) -> None:
        """Raise `UnavailableError` where `append` would: for a change that must not be begun then."""
        self._admitted_at()

    def _admitted_at(self) -> float:
        if self._refusal is not None:
            raise UnavailableError(str(self._refusal), code=self._refusal.code)
        if len(self._pending) + self._in_flight >= self._max_pending:
            raise self._cannot("ledger.backlog", f"{self._max_pending} events are waiting to be recorded")
        now = self._monotonic()
        if now - self._oldest > self._max_delay:
            raise self._cannot("ledger.behind", f"an event has waited for more than {self._max_delay:g} s")
        return now

    def _enqueue(self, event: Event | _Delivery) -> Ticket:
        ticket = Ticket(self, event, self._admitted_at())
        self._pending.append(ticket)
        # The thread says that it sleeps and then looks once more; we append and then look whether it sleeps.
        if self._asleep:
            self._wake()
        elif self._ended:  # between our look at `_refusal` and now
            self._abandon()
        return ticket

    def record(self, event: Event) -> None:
        """Take an event and return when it is durable: the `EventSink` of use cases.

        Raise as `append` does, and `UnavailableError` when the record is not durable within `max_delay`: it may become
        so later, and then tells of something that was attempted. Blocks.
        """
        self.append(event).wait(self._max_delay)

    def deliver(self) -> None:
        """Return when all that was left in the storage's outbox before this call is durable in the record, whichever
        process recorded it.

        Raise `UnavailableError` as `record` does. It is recorded even then: later, by this process or another. Blocks.
        """
        self._enqueue(_Delivery.ASKED_FOR).wait(self._max_delay)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have `callback` called with the records of each commit of this process; return what ends that.

        It is called on the ledger's thread and must be quick. Records of other processes do not come this way: follow
        them with `LedgerReader.tail`.
        """
        self._subscribers = (*self._subscribers, callback)

        def unsubscribe() -> None:
            self._subscribers = tuple(s for s in self._subscribers if s is not callback)

        return unsubscribe

    def status(self) -> LedgerStatus:
        trouble = self._trouble or (self._refusal if self._thread is not None else None)
        return LedgerStatus(
            size=self._last.size if self._last else 0,
            pending=len(self._pending) + self._in_flight,
            committed_at=self._committed_at,
            trouble=str(trouble) if trouble else None,
        )

    def hurry(self) -> None:
        """Somebody waits for a ticket: the next group starts now."""
        self._hurried = True
        self._wake()

    def _cannot(self, code: str, what: str) -> UnavailableError:
        trouble = self._trouble
        return UnavailableError(
            f"{what}: {trouble}" if trouble else what, code=code, hint=trouble.hint if trouble else None
        )

    def _wake(self) -> None:
        self._asleep = False
        try:
            self._gate.release()
        except RuntimeError:  # it was not held: somebody else has just woken the thread
            return

    def _sleep(self, seconds: float) -> None:
        self._gate.acquire(timeout=min(seconds, _LONGEST_SLEEP_SECONDS))

    # What follows runs on the ledger's own thread.

    def _run(self) -> None:
        try:
            self._gate.acquire(blocking=False)
            quiet_since = self._monotonic()
            while True:
                if not self._pending:
                    if self._stopping:
                        return
                    left = quiet_since + self._heartbeat - self._monotonic()
                    if left > 0:
                        self._doze(left)
                    else:
                        self._beat()
                        quiet_since = self._monotonic()
                    continue
                self._linger()
                self._hurried = False
                self._commit()
                quiet_since = self._monotonic()
        except BaseException as error:
            # Nothing of the kind is foreseen; from here on nothing may pass.
            self._refusal = DefectError("the ledger's thread died", code="ledger.thread", found=repr(error))
            raise
        finally:
            self._ended = True
            self._abandon()

    def _doze(self, seconds: float) -> None:
        self._asleep = True
        if not self._pending and not self._stopping:
            self._sleep(seconds)
        self._asleep = False

    def _linger(self) -> None:
        # `_asleep` stays False: an append alone does not end this, only `hurry` and `stop` do. One of them just before
        # leaves the gate open, and then the group is a small one.
        if not self._hurried and not self._stopping and len(self._pending) < _LARGEST_BATCH:
            self._sleep(_LINGER_SECONDS)

    def _commit(self) -> None:
        group = [self._pending.popleft() for _ in range(min(len(self._pending), _LARGEST_BATCH))]
        self._in_flight = len(group)
        self._oldest = group[0]._since
        tickets, deliveries, bodies, leaves = self._encode(group)
        take = _LARGEST_DELIVERY if deliveries or self._outbox_is_due() else 0
        try:
            batch = self._store_until_done(bodies, leaves, take)
            index = batch.end - len(bodies)
            while tickets:
                tickets.popleft()._settle(index, None)
                index += 1
            self._tell(batch)
            while self._left_over(batch, len(bodies)):
                bodies = ()
                batch = self._store_until_done((), (), take)
                self._tell(batch)
            for ticket in deliveries:
                ticket._settle(batch.end - 1, None)
        except UnavailableError as error:  # told to stop, and out of time
            for ticket in (*tickets, *deliveries):
                ticket._settle(None, error)
        except BaseException:
            for ticket in (*tickets, *deliveries):
                ticket._settle(None, UnavailableError("the ledger's thread died", code="ledger.thread"))
            raise
        finally:
            self._oldest = math.inf
            self._in_flight = 0

    def _outbox_is_due(self) -> bool:
        return self._monotonic() - self._looked_into_outbox_at > _LOOK_INTO_OUTBOX_SECONDS

    @staticmethod
    def _left_over(batch: Batch, own: int) -> bool:
        """Whether there may be more in the outbox than what this batch took beside its `own` records."""
        return len(batch.bodies) - own >= _LARGEST_DELIVERY

    def _encode(
        self, tickets: list[Ticket]
    ) -> tuple[deque[Ticket], list[Ticket], tuple[bytes, ...], tuple[bytes, ...]]:
        """Return those that become records, those that wait for the outbox, and the records with their leaves."""
        taken: deque[Ticket] = deque()
        deliveries: list[Ticket] = []
        bodies: list[bytes] = []
        leaves: list[bytes] = []
        for ticket in tickets:
            event = ticket._event
            if event is None:
                continue
            if event is _Delivery.ASKED_FOR:
                deliveries.append(ticket)
                continue
            self._numbers += 1
            uid = f"{self._name}-{self._numbers}"
            try:
                body = encode(event, ENCODERS[type(event)], uid)
            except DefectError as error:
                # Its place is kept, so that the loss is on the record; its own caller learns that it is not.
                _log.exception("an event could not be encoded")
                ticket._settle(None, error)
                taken.append(Ticket(self, event, ticket._since))
                lost = ProcessChanged(at=event.at, process="ledger", change="event-lost", detail=type(event).__name__)
                body = encode(lost, ENCODERS[ProcessChanged], uid)
            else:
                taken.append(ticket)
            bodies.append(body)
            leaves.append(leaf_hash(body))
            if len(bodies) % _YIELD_AFTER == 0:
                time.sleep(0)
        return taken, deliveries, tuple(bodies), tuple(leaves)

    def _store_until_done(self, bodies: tuple[bytes, ...], leaves: tuple[bytes, ...], take: int) -> Batch:
        pause = _FIRST_RETRY_SECONDS
        sealed: list[Batch] = []
        while True:
            try:
                # The last answer may have been lost on its way: then the batch is there, and must not be there twice.
                return self._already_stored(sealed) or self._seal_and_store(bodies, leaves, sealed, take=take)
            except (UnavailableError, LedgerCorruptError) as error:
                if self._trouble is None:
                    _log.error("the ledger cannot commit: %s", error)
                self._trouble = error
            left = self._give_up_at - self._monotonic()
            if left <= 0:
                raise UnavailableError("Watchword stopped before this was recorded", code="ledger.stopped")
            self._sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_RETRY_SECONDS)

    def _already_stored(self, sealed: list[Batch]) -> Batch | None:
        if not sealed:
            return None
        last = sealed[-1]
        stored = self._store.batch(last.sequence)
        if stored is None or stored.note != last.note:
            return None
        self._committed(last)
        return last

    def _seal_and_store(
        self,
        bodies: tuple[bytes, ...],
        leaves: tuple[bytes, ...],
        sealed: list[Batch] | None = None,
        *,
        take: int = _LARGEST_DELIVERY,
    ) -> Batch:
        heads: list[TreeHead] = []

        def seal(head: TreeHead, left: tuple[bytes, ...]) -> tuple[Batch, TreeHead]:
            self._check_growth(head)
            # What was left came with a change that is committed: before whatever was decided here meanwhile.
            all_bodies = (*left, *bodies)
            all_leaves = (*map(leaf_hash, left), *leaves)
            # Clocks of two machines differ, and a clock may be set back: the ledger's time stands still until then.
            # What happened when stands in the events.
            now = max(self._clock.now(), head.committed_at or _LONG_AGO)
            frontier = extend(head.frontier, head.size, all_leaves)
            new = TreeHead(
                size=head.size + len(all_leaves),
                root=root_of(frontier),
                frontier=frontier,
                batches=head.batches + 1,
                committed_at=now,
            )
            note = self._signer.sign(
                Checkpoint(origin=self._origin, size=new.size, root=new.root, sequence=head.batches, committed_at=now)
            )
            batch = Batch(
                sequence=head.batches,
                first=head.size,
                bodies=all_bodies,
                leaves=all_leaves,
                note=note,
                committed_at=now,
            )
            heads.append(new)
            if sealed is not None:
                sealed.append(batch)
            return batch, new

        batch = self._store.append(seal, take=take)
        if take:
            self._looked_into_outbox_at = self._monotonic()
        self._last = heads[-1]
        self._committed(batch)
        return batch

    def _committed(self, batch: Batch) -> None:
        self._committed_at = batch.committed_at
        if self._trouble is not None:
            _log.warning("the ledger commits again")
        self._trouble = None

    def _check_growth(self, head: TreeHead) -> None:
        """Refuse to sign over a store that was set back, or that lost what we saw in it."""
        last = self._last
        if last is None:
            return
        if head.batches < last.batches or (head.batches == last.batches and head.root != last.root):
            raise LedgerCorruptError(
                "the ledger's store was set back to an earlier state while it was in use",
                code="ledger.truncated",
                record=head.size,
                batch=head.batches,
                expected=f"at least {last.size} records in {last.batches} batches",
                found=f"{head.size} in {head.batches}",
                hint="Restore the newest copy, then run `watchword ledger verify`.",
            )

    def _check_head(self) -> None:
        head, last = self._store.head(), self._store.last_batch()
        if last is None and head.batches == 0:
            return
        if last is not None:
            said = open_checkpoint(last.note, self._signer.verifier)
            # Where another process appended between our two looks, there is nothing to compare.
            agrees = last.sequence != head.batches - 1 or (said.size, said.root) == (head.size, head.root)
            if agrees and said.origin == self._origin and root_of(head.frontier) == head.root:
                return
        raise LedgerCorruptError(
            "the ledger's head is not what its last checkpoint vouches for",
            code="ledger.fork",
            record=head.size,
            batch=head.batches,
            hint="Run `watchword ledger verify`.",
        )

    def _beat(self) -> None:
        try:
            self._tell(self._seal_and_store((), ()))
        except (UnavailableError, LedgerCorruptError) as error:
            # Nothing waits for it: the next event finds out whether it still is so.
            self._trouble = error
            _log.error("the ledger's heartbeat failed: %s", error)

    def _tell(self, batch: Batch) -> None:
        if not self._subscribers or not batch.bodies:
            return
        records = tuple(Record(index=batch.first + i, body=body) for i, body in enumerate(batch.bodies))
        for subscriber in self._subscribers:
            try:
                subscriber(records)
            except Exception:  # noqa: BLE001 - one that watches must not stop the record
                _log.exception("a subscriber of the ledger failed")

    def _abandon(self) -> None:
        failure = UnavailableError("Watchword stopped before this was recorded", code="ledger.stopped")
        with contextlib.suppress(IndexError):  # when it is empty, and whoever else may be emptying it
            while True:
                self._pending.popleft()._settle(None, failure)


def _not_running() -> UnavailableError:
    return UnavailableError("the ledger is not running", code="ledger.stopped")
