"""Pages, single records, following along, and proofs."""

import hashlib

import pytest

from support.ledgers import commit, decided, filled, ledger, signer
from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.evidence.ledger import LedgerCorruptError, LedgerReader, Record, entry_of, open_checkpoint
from watchword.evidence.ledger._rfc6962.tree import verify_consistency
from watchword.kernel.errors import InvalidInputError, NotFoundError


def _indexes(entries: object) -> list[int]:
    assert isinstance(entries, tuple)
    return [e.index for e in entries]


def test_pages_go_from_the_newest_to_the_oldest() -> None:
    reader = LedgerReader(filled(10, batch=3))
    assert _indexes(reader.page(limit=4)) == [9, 8, 7, 6]
    assert _indexes(reader.page(before=6, limit=4)) == [5, 4, 3, 2]
    assert _indexes(reader.page(before=2, limit=4)) == [1, 0]
    assert _indexes(reader.page(before=0, limit=4)) == []
    assert _indexes(reader.page(before=100, limit=1)) == [9]


def test_following_along_gives_each_record_once() -> None:
    store = filled(10, batch=3)
    reader = LedgerReader(store)
    assert _indexes(reader.tail(after=-1, limit=4)) == [0, 1, 2, 3]
    assert _indexes(reader.tail(after=3, limit=4)) == [4, 5, 6, 7]
    assert _indexes(reader.tail(after=7)) == [8, 9]
    assert _indexes(reader.tail(after=9)) == []
    commit(ledger(store), [decided(10)])
    assert _indexes(reader.tail(after=9)) == [10]


def test_one_record_by_its_index() -> None:
    reader = LedgerReader(filled(10, batch=3))
    for index in range(10):
        assert reader.record(index).fields["path"] == f"/reports/{index}"
    for index in (-1, 10):
        with pytest.raises(NotFoundError):
            reader.record(index)


def test_replaying_may_start_anywhere() -> None:
    reader = LedgerReader(filled(10, batch=3))
    assert [e.index for e in reader.entries()] == list(range(10))
    assert [e.index for e in reader.entries(7)] == [7, 8, 9]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_bound(limit: int) -> None:
    with pytest.raises(InvalidInputError):
        LedgerReader(filled(1)).page(limit=limit)


def test_an_empty_ledger_has_pages_without_entries() -> None:
    reader = LedgerReader(MemoryLedgerStore())
    assert (reader.page(), reader.tail(-1), reader.checkpoint(), reader.size()) == ((), (), None, 0)
    with pytest.raises(NotFoundError):
        reader.inclusion(0)


@pytest.mark.parametrize("records", [1, 2, 255, 256, 257, 700])
def test_each_record_is_proven_under_the_signed_checkpoint(records: int) -> None:
    store = filled(records, batch=100)
    reader = LedgerReader(store)
    for index in {0, 1, records // 2, 255, 256, records - 1} & set(range(records)):
        proof = reader.inclusion(index)
        proof.check()
        assert proof.leaf == hashlib.sha256(b"\0" + proof.body).digest()
        said = open_checkpoint(proof.note, signer().verifier)
        assert (said.size, said.root) == (records, proof.head.root)


def test_proofs_follow_as_the_ledger_grows() -> None:
    store = filled(300, batch=100)
    reader = LedgerReader(store)
    old = reader.inclusion(5).head
    commit(ledger(store), [decided(n) for n in range(300)])
    new = reader.inclusion(5).head
    verify_consistency(old.size, new.size, old.root, new.root, reader.consistency(old.size, new.size))
    for sizes in ((0, 5), (5, 4), (5, 601)):
        with pytest.raises(InvalidInputError):
            reader.consistency(*sizes)


def test_a_missing_record_is_said_to_be_missing() -> None:
    store = filled(10, batch=3)
    del store._batches[1]
    with pytest.raises(LedgerCorruptError) as refused:
        LedgerReader(store).inclusion(4)
    assert refused.value.record == 4
    with pytest.raises(LedgerCorruptError) as refused:
        LedgerReader(store).inclusion(0)
    assert refused.value.record == 3


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_record_that_is_not_json_is_said_to_be_bad(body: bytes) -> None:
    with pytest.raises(LedgerCorruptError) as refused:
        entry_of(Record(index=4, body=body))
    assert refused.value.record == 4


def test_a_record_of_something_else_is_shown_as_far_as_it_goes() -> None:
    entry = entry_of(Record(index=4, body=b'{"class_uid":1007,"time":"soon","unmapped":[]}'))
    assert (entry.event, entry.who, entry.what, entry.outcome, dict(entry.fields)) == ("", "", "", "", {})
