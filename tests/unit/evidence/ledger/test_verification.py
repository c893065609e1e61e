"""A ledger that was tampered with, in every way that we could think of: found, and the first bad record named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from support.ledgers import NOON, ORIGIN, SEED, commit, decided, filled, ledger, signer
from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.evidence.ledger import (
    Batch,
    CheckpointSigner,
    Ledger,
    LedgerCorruptError,
    TreeHead,
    open_checkpoint,
    verify,
)
from watchword.evidence.ledger._rfc6962.tree import extend, leaf_hash, root_of
from watchword.evidence.ledger.model import EMPTY_HEAD
from watchword.kernel.clock import SettableClock

_KEY = signer().verifier


def _refused(store: MemoryLedgerStore, trusted: bytes | None = None) -> LedgerCorruptError:
    with pytest.raises(LedgerCorruptError) as refused:
        verify(store, _KEY, trusted=trusted)
    return refused.value


def _change(store: MemoryLedgerStore, sequence: int, change: Callable[[Batch], Batch]) -> None:
    store._batches[sequence] = change(store._batches[sequence])


def _swap(bodies: tuple[bytes, ...], position: int, body: bytes) -> tuple[bytes, ...]:
    return (*bodies[:position], body, *bodies[position + 1 :])


def _rehead(store: MemoryLedgerStore) -> None:
    """What a forger without the key, but with the database, would do last."""
    frontier: tuple[bytes, ...] = ()
    size = 0
    for batch in store._batches:
        frontier = extend(frontier, size, batch.leaves)
        size += len(batch.leaves)
    store._head = TreeHead(size=size, root=root_of(frontier), frontier=frontier, batches=len(store._batches))


def test_a_whole_ledger_holds() -> None:
    store = filled(10, batch=3)
    found = verify(store, _KEY)
    assert (found.origin, found.records, found.batches, found.trusted) == (ORIGIN, 10, 5, False)
    assert found.root == store.head().root
    assert open_checkpoint(found.note, _KEY).size == 10


def test_an_empty_ledger_proves_nothing_and_says_so() -> None:
    found = verify(MemoryLedgerStore(), _KEY)
    assert (found.records, found.batches, found.first_at) == (0, 0, None)


@pytest.mark.parametrize("record", range(10))
def test_a_flipped_byte_names_its_record(record: int) -> None:
    store = filled(10, batch=3)
    position = record % 3

    def flip(batch: Batch) -> Batch:
        body = bytearray(batch.bodies[position])
        body[len(body) // 2] ^= 1
        return replace(batch, bodies=_swap(batch.bodies, position, bytes(body)))

    _change(store, record // 3, flip)
    error = _refused(store)
    assert (error.code, error.record, error.batch) == ("ledger.record", record, record // 3)


def test_a_record_changed_together_with_its_hash_names_its_batch() -> None:
    store = filled(10, batch=3)
    body = b'{"class_uid":6003}'
    _change(
        store,
        1,
        lambda b: replace(b, bodies=_swap(b.bodies, 1, body), leaves=_swap(b.leaves, 1, leaf_hash(body))),
    )
    _rehead(store)
    error = _refused(store)
    assert (error.code, error.record, error.batch) == ("ledger.batch", 3, 1)


def test_a_record_taken_out_of_a_batch_is_missed() -> None:
    store = filled(10, batch=3)
    _change(store, 1, lambda b: replace(b, bodies=b.bodies[1:], leaves=b.leaves[1:]))
    error = _refused(store)
    assert (error.code, error.record) == ("ledger.batch", 3)


def test_a_batch_taken_out_is_missed() -> None:
    store = filled(10, batch=3)
    del store._batches[2]
    error = _refused(store)
    assert (error.code, error.record, error.batch) == ("ledger.batch", 6, 2)


def test_a_batch_taken_out_and_the_rest_renumbered_is_missed() -> None:
    store = filled(10, batch=3)
    del store._batches[2]
    store._batches[2:] = [replace(b, sequence=b.sequence - 1, first=b.first - 3) for b in store._batches[2:]]
    _rehead(store)
    error = _refused(store)
    assert (error.record, error.batch) == (6, 2)


def test_an_empty_batch_taken_out_is_missed() -> None:
    store = filled(3, batch=3)
    commit(ledger(store), [decided(3)])
    assert store._batches[1].bodies == ()
    del store._batches[1]
    error = _refused(store)
    assert (error.code, error.batch) == ("ledger.batch", 1)


def test_two_batches_exchanged_are_found() -> None:
    store = filled(9, batch=3)
    store._batches[0], store._batches[1] = store._batches[1], store._batches[0]
    assert _refused(store).record == 0


def test_a_tail_cut_off_is_found_by_the_head() -> None:
    store = filled(10, batch=3)
    del store._batches[3:]
    error = _refused(store)
    assert (error.code, error.record) == ("ledger.truncated", 9)


def test_a_tail_cut_off_with_its_head_is_found_by_a_kept_checkpoint() -> None:
    store = filled(10, batch=3)
    kept = verify(store, _KEY).note
    del store._batches[3:]
    _rehead(store)
    assert verify(store, _KEY).records == 9  # it cannot be known from the store alone
    error = _refused(store, kept)
    assert (error.code, error.record) == ("ledger.truncated", 9)


def test_quiet_hours_cut_off_are_found_by_a_kept_checkpoint() -> None:
    store = filled(9, batch=3)
    kept = verify(store, _KEY).note
    del store._batches[3:]
    _rehead(store)
    error = _refused(store, kept)
    assert (error.code, error.batch) == ("ledger.truncated", 3)


def test_a_kept_checkpoint_holds_as_the_ledger_grows() -> None:
    store = filled(10, batch=3)
    kept = verify(store, _KEY).note
    commit(ledger(store), [decided(10)])
    found = verify(store, _KEY, trusted=kept)
    assert (found.records, found.trusted) == (11, True)


def test_history_rewritten_with_the_key_is_found_by_a_kept_checkpoint() -> None:
    kept = verify(filled(10, batch=3), _KEY).note
    other = MemoryLedgerStore()
    writer = ledger(other)
    for start in range(4):
        commit(writer, [decided(100 + start), decided(200), decided(300)])
    commit(writer, [])
    commit(writer, [decided(5)])
    assert verify(other, _KEY).records == 13
    error = _refused(other, kept)
    assert (error.code, error.batch) == ("ledger.fork", 4)


def test_a_kept_checkpoint_of_another_ledger_is_refused() -> None:
    store = filled(3)
    other = CheckpointSigner.from_seed(ORIGIN, SEED)
    note = other.sign(replace(open_checkpoint(verify(store, _KEY).note, _KEY), origin="elsewhere"))
    with pytest.raises(LedgerCorruptError):
        verify(store, _KEY, trusted=note)


def test_a_checkpoint_replaced_by_an_older_one_is_found() -> None:
    store = filled(10, batch=3)
    old = store._batches[0].note
    _change(store, 2, lambda b: replace(b, note=old))
    error = _refused(store)
    assert (error.code, error.record, error.batch) == ("ledger.batch", 6, 2)


def test_a_checkpoint_signed_by_another_key_is_found() -> None:
    store = filled(10, batch=3)
    forger = CheckpointSigner.from_seed(ORIGIN, b"x" * 32)
    _change(store, 2, lambda b: replace(b, note=forger.sign(open_checkpoint(b.note, _KEY))))
    error = _refused(store)
    assert (error.code, error.record, error.batch) == ("ledger.signature", 6, 2)


def test_a_changed_checkpoint_is_found() -> None:
    store = filled(10, batch=3)
    _change(store, 1, lambda b: replace(b, note=b.note.replace(b"\n6\n", b"\n7\n")))
    error = _refused(store)
    assert (error.code, error.record) == ("ledger.signature", 3)


def test_a_changed_date_is_found() -> None:
    store = filled(10, batch=3)
    _change(store, 1, lambda b: replace(b, committed_at=b.committed_at - timedelta(days=1)))
    assert _refused(store).batch == 1


def test_time_that_runs_backwards_is_found() -> None:
    store = filled(10, batch=3)

    def earlier(by: timedelta) -> Callable[[Batch], Batch]:
        def change(batch: Batch) -> Batch:
            said = replace(open_checkpoint(batch.note, _KEY), committed_at=NOON - by)
            return replace(batch, committed_at=NOON - by, note=signer().sign(said))

        return change

    _change(store, 2, earlier(timedelta(seconds=59)))
    assert verify(store, _KEY).records == 10
    _change(store, 2, earlier(timedelta(seconds=61)))
    error = _refused(store)
    assert (error.code, error.record) == ("ledger.time", 6)


def test_a_clock_that_is_set_back_does_not_make_a_ledger_bad() -> None:
    store = MemoryLedgerStore()
    clock = SettableClock(NOON)
    writer = Ledger(store, signer(), clock, origin=ORIGIN)
    commit(writer, [decided(0)])
    clock.advance(timedelta(days=-400))
    commit(writer, [decided(1)])
    assert verify(store, _KEY).last_at == NOON
    clock.advance(timedelta(days=401))
    commit(writer, [decided(2)])
    assert verify(store, _KEY).last_at == NOON + timedelta(days=1)


def test_a_head_that_was_changed_is_found() -> None:
    store = filled(10, batch=3)
    store._head = replace(store._head, root=bytes(32))
    assert _refused(store).code == "ledger.fork"
    store._head = EMPTY_HEAD
    store._batches.clear()
    assert verify(store, _KEY).batches == 0


def test_another_origin_is_refused() -> None:
    with pytest.raises(LedgerCorruptError):
        verify(filled(3), _KEY, origin="elsewhere")
