"""`LedgerReader`: pages, single records, what is new, and proofs. It checks nothing but form: `verify` does."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from watchword.evidence.ledger._ocsf import reading
from watchword.evidence.ledger._ocsf.encoding import ACTIVITY_NAMES, STATUS_NAMES
from watchword.evidence.ledger._ocsf.reading import JsonObject
from watchword.evidence.ledger._rfc6962.tree import (
    consistency_proof,
    extend,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import Record, TreeHead
from watchword.evidence.ledger.ports import LedgerStore
from watchword.kernel.errors import InvalidInputError, NotFoundError

# Roots of this many leaves are kept in memory: 32 bytes for 256 records, as tiles have them (C2SP tlog-tiles).
_WIDTH = 256
_LONGEST_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One record as people read it. `fields` are our event's own, by the names in its `events.py`, as JSON values."""

    index: int
    time: datetime
    event: str  # the event's class: "AccessDecided", "SignedIn", …
    class_uid: int  # OCSF: 6003, 3002, 3001, 3005, 6002
    activity: str  # OCSF activity in words: "Read", "Logon", …
    severity_id: int  # OCSF: 1 informational, 2 low, 3 medium, 4 high
    who: str  # an address, "operator", "anonymous"; empty where nobody acted
    what: str  # a sentence, or method and resource
    outcome: str  # "Allowed", "ImplicitlyDenied", … for decisions; else "Success" or "Failure"
    reason: str  # a stable code, where there is one
    source_ip: str
    request_id: str
    fields: Mapping[str, reading.JsonValue]
    body: bytes

    @property
    def succeeded(self) -> bool:
        return self.outcome in {"Allowed", "Success"}

    def document(self) -> JsonObject:
        """The whole OCSF event, parsed anew."""
        return reading.parse(self.body, self.index)


def entry_of(record: Record) -> LedgerEntry:
    """Read one record. Raise `LedgerCorruptError` (`ledger.form`) where it is not JSON."""
    document = reading.parse(record.body, record.index)
    fields = reading.fields(document)
    event = reading.text(document, "metadata", "event_code")
    decided = event == "AccessDecided"
    resource = reading.text(fields, "application") + reading.text(fields, "path")
    return LedgerEntry(
        index=record.index,
        time=datetime.fromtimestamp(reading.number(document, "time") / 1000, UTC),
        event=event,
        class_uid=reading.number(document, "class_uid"),
        activity=ACTIVITY_NAMES.get(reading.number(document, "type_uid"), ""),
        severity_id=reading.number(document, "severity_id"),
        who=reading.text(document, "actor", "user", "name") or reading.text(document, "user", "name"),
        what=f"{reading.text(fields, 'method')} {resource}" if decided else reading.text(document, "message"),
        outcome=reading.text(fields, "outcome")
        if decided
        else STATUS_NAMES.get(reading.number(document, "status_id"), ""),
        reason=reading.text(document, "status_code"),
        source_ip=reading.text(document, "src_endpoint", "ip"),
        request_id=reading.text(fields, "request_id") or reading.text(fields, "origin", "request_id"),
        fields=fields,
        body=record.body,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """That a record is in the tree under a checkpoint: `path` leads from its leaf hash to the checkpoint's root."""

    index: int
    body: bytes
    leaf: bytes
    path: tuple[bytes, ...]
    head: TreeHead
    note: bytes  # the signed checkpoint over `head`

    def check(self) -> None:
        """Raise `ValueError` unless the path leads to the head's root. The note's signature is not checked."""
        verify_inclusion(self.leaf, self.index, self.head.size, self.path, self.head.root)


class LedgerReader:
    """Reads one store. Thread-safe."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._roots: list[bytes] = []  # of each `_WIDTH` leaves from the left: they never change

    def size(self) -> int:
        return self._store.head().size

    def page(self, before: int | None = None, limit: int = 50) -> tuple[LedgerEntry, ...]:
        """The newest entries first, those below index `before` where it is given. At most 1,000."""
        return tuple(entry_of(record) for record in self._newest_first(before, _limited(limit)))

    def tail(self, after: int, limit: int = 200) -> tuple[LedgerEntry, ...]:
        """Entries with an index greater than `after` (-1: from the first), oldest first: for following along."""
        limit = _limited(limit)
        found: list[LedgerEntry] = []
        for batch in self._store.batches(first=after + 1):
            for index, body in enumerate(batch.bodies, batch.first):
                if index > after:
                    found.append(entry_of(Record(index=index, body=body)))
                if len(found) == limit:
                    return tuple(found)
        return tuple(found)

    def record(self, index: int) -> LedgerEntry:
        """Raise `NotFoundError` (`ledger.record.absent`) for an index that no record has."""
        for batch in self._store.batches(first=index, before=index + 1):
            if batch.first <= index < batch.end:
                return entry_of(Record(index=index, body=batch.bodies[index - batch.first]))
        raise NotFoundError(f"there is no record {index}", code="ledger.record.absent")

    def entries(self, first: int = 0) -> Iterator[LedgerEntry]:
        """Every entry from `first` on, oldest first, lazily: for replaying what was decided."""
        for batch in self._store.batches(first=first):
            for index, body in enumerate(batch.bodies, batch.first):
                if index >= first:
                    yield entry_of(Record(index=index, body=body))

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint, to be kept elsewhere; None for an empty ledger."""
        last = self._store.last_batch()
        return last.note if last else None

    def inclusion(self, index: int) -> InclusionProof:
        """Prove that a record is under the newest checkpoint.

        The proof is computed from the stored leaf hashes, and checked against the stored root before it is returned:
        `LedgerCorruptError` where it does not lead there. The checkpoint's signature is not checked here.
        """
        last = self._store.last_batch()
        if last is None or not 0 <= index < last.end:
            raise NotFoundError(f"there is no record {index}", code="ledger.record.absent")
        size = last.end
        found: tuple[bytes, bytes] | None = None
        for batch in self._store.batches(first=index, before=index + 1):
            if batch.first <= index < batch.end:
                found = batch.bodies[index - batch.first], batch.leaves[index - batch.first]
        if found is None:
            raise LedgerCorruptError(f"record {index} is missing", code="ledger.truncated", record=index)
        frontier = self._frontier(size)
        proof = InclusionProof(
            index=index,
            body=found[0],
            leaf=found[1],
            path=inclusion_proof(index, size, self._subtree),
            head=TreeHead(size=size, root=root_of(frontier), frontier=frontier, batches=last.sequence + 1),
            note=last.note,
        )
        try:
            proof.check()
        except ValueError as error:
            raise LedgerCorruptError(
                f"record {index} cannot be proven: {error}", code="ledger.record", record=index
            ) from error
        return proof

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the tree of `new` leaves begins with that of `old` (RFC 6962, 2.1.2)."""
        if not 0 < old <= new <= self.size():
            raise InvalidInputError(
                "no such pair of trees", code="ledger.sizes", expected="0 < old <= new <= size", found=f"{old}, {new}"
            )
        proof = consistency_proof(old, new, self._subtree)
        verify_consistency(old, new, self._root(old), self._root(new), proof)
        return proof

    def _newest_first(self, before: int | None, limit: int) -> Iterator[Record]:
        left = limit
        for batch in self._store.batches(before=before, newest_first=True):
            for offset in range(len(batch.bodies) - 1, -1, -1):
                index = batch.first + offset
                if before is not None and index >= before:
                    continue
                if not left:
                    return
                yield Record(index=index, body=batch.bodies[offset])
                left -= 1
            if not left:
                return

    def _root(self, size: int) -> bytes:
        return root_of(self._frontier(size))

    def _frontier(self, size: int) -> tuple[bytes, ...]:
        parts: list[bytes] = []
        start = 0
        for bit in range(size.bit_length() - 1, -1, -1):
            if size >> bit & 1:
                parts.append(self._subtree(start, start + (1 << bit)))
                start += 1 << bit
        return tuple(parts)

    def _subtree(self, start: int, end: int) -> bytes:
        """The root of a range of leaves that begins at a multiple of the power of two that covers it."""
        if end - start < _WIDTH:
            return root_of(extend((), 0, self._leaves(start, end)))
        # Ranges of proofs begin at multiples of their size, so that whole tiles cover all but the rest at the end.
        whole = end - end % _WIDTH
        self._fill(whole)
        tiles = self._roots[start // _WIDTH : whole // _WIDTH]
        frontier = extend((), 0, tiles)
        if whole == end:
            return root_of(frontier)
        return root_of([*frontier, *extend((), 0, self._leaves(whole, end))])

    def _fill(self, size: int) -> None:
        with self._lock:
            known = len(self._roots) * _WIDTH
            if known >= size:
                return
            waiting: list[bytes] = []
            for leaf in self._leaves(known, size):
                waiting.append(leaf)
                if len(waiting) == _WIDTH:
                    self._roots.append(root_of(extend((), 0, waiting)))
                    waiting.clear()

    def _leaves(self, start: int, end: int) -> Iterator[bytes]:
        following = start
        for batch in self._store.batches(first=start, before=end):
            if not batch.leaves:
                continue
            skip = following - batch.first
            if skip < 0:
                raise LedgerCorruptError(f"record {following} is missing", code="ledger.truncated", record=following)
            chosen = batch.leaves[skip : end - batch.first]
            following += len(chosen)
            yield from chosen
        if following != end:
            raise LedgerCorruptError(f"record {following} is missing", code="ledger.truncated", record=following)


def _limited(limit: int) -> int:
    if not 1 <= limit <= _LONGEST_PAGE:
        raise InvalidInputError(
            "not a page size", code="ledger.page", expected=f"1 to {_LONGEST_PAGE}", found=str(limit)
        )
    return limit
