"""`verify` walks the whole ledger and returns only if every byte is what was signed.

In this order, batch by batch, so that what is named is the *first* thing that is wrong:

1. Batches are numbered without a gap, and each begins where the one before ended.
2. Each body has the leaf hash that was stored with it.
3. The tree over all leaf hashes so far has the root and the size that the batch's checkpoint says.
4. That checkpoint is signed by the given key, for this ledger, with this batch's number and time.
5. Time does not run backwards by more than `tolerance`.
6. The head that writers build on is the end of what was walked.
7. A checkpoint that was kept elsewhere (`trusted`) is on this history: no fork, nothing cut off.

What the caller must do: hold the key, and a checkpoint, somewhere that whoever can write the ledger cannot. Without
`trusted`, a ledger that was cut or set back as a whole, head included, cannot be told from a younger one.

What is not checked: that what was recorded is true, and times within the tolerance.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.evidence.ledger._c2sp.note import VerifierKey, open_checkpoint
from watchword.evidence.ledger._rfc6962.tree import extend, leaf_hash, root_of
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import EMPTY_ROOT, Batch, Checkpoint
from watchword.evidence.ledger.ports import LedgerStore

# Two machines that write one ledger, each with its clock kept by NTP, differ by far less.
TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found to hold. `records` 0 with `batches` 0: there was nothing to examine, and nothing is proven."""

    origin: str
    records: int
    batches: int
    root: bytes
    first_at: datetime | None
    last_at: datetime | None
    note: bytes  # the last checkpoint: worth keeping elsewhere
    trusted: bool  # a checkpoint from elsewhere was given, and this history contains it


def verify(
    store: LedgerStore,
    key: VerifierKey,
    *,
    trusted: bytes | None = None,
    origin: str | None = None,
    tolerance: timedelta = TOLERANCE,
) -> Verification:
    """Walk everything. Raise `LedgerCorruptError` naming the first record that is not what was signed.

    `trusted` is a signed checkpoint from an earlier time, kept elsewhere. `origin` is the ledger's name; by default the
    name of the first checkpoint counts, which that signature covers.
    """
    anchor = open_checkpoint(trusted, key) if trusted is not None else None
    head = store.head()  # before the walk: what is appended meanwhile comes on top
    walk = _Walk(key, anchor, origin, tolerance)
    for batch in store.batches():
        walk.take(batch)
    if walk.batches < head.batches or walk.size < head.size:
        raise LedgerCorruptError(
            f"the ledger ends before record {walk.size}, but its head counts more",
            code="ledger.truncated",
            record=walk.size,
            batch=walk.batches,
            expected=f"{head.size} records in {head.batches} batches",
            found=f"{walk.size} in {walk.batches}",
        )
    if walk.batches == head.batches and (walk.size, walk.root) != (head.size, head.root):
        raise LedgerCorruptError(
            "the ledger's head is not the end of its records",
            code="ledger.fork",
            record=head.size,
            expected=walk.root.hex(),
            found=head.root.hex(),
        )
    walk.finish()
    return Verification(
        origin=walk.origin or "",
        records=walk.size,
        batches=walk.batches,
        root=walk.root,
        first_at=walk.first_at,
        last_at=walk.last_at,
        note=walk.note,
        trusted=anchor is not None,
    )


class _Walk:
    """The state between two batches: everything up to here holds."""

    def __init__(self, key: VerifierKey, anchor: Checkpoint | None, origin: str | None, tolerance: timedelta) -> None:
        self._key = key
        self._anchor = anchor
        self._tolerance = tolerance
        self._frontier: tuple[bytes, ...] = ()
        self._anchored = anchor is None
        self.origin = origin if origin is not None or anchor is None else anchor.origin
        self.size = 0
        self.batches = 0
        self.root = EMPTY_ROOT
        self.note = b""
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None

    def take(self, batch: Batch) -> None:
        self._in_order(batch)
        for index, (body, leaf) in enumerate(zip(batch.bodies, batch.leaves, strict=True), batch.first):
            if leaf_hash(body) != leaf:
                raise LedgerCorruptError(
                    f"record {index} is not the one that was sealed",
                    code="ledger.record",
                    record=index,
                    batch=batch.sequence,
                    expected=leaf.hex(),
                    found=leaf_hash(body).hex(),
                )
        said = self._opened(batch)
        frontier = extend(self._frontier, self.size, batch.leaves)
        root = root_of(frontier)
        if (said.size, said.root) != (batch.end, root):
            raise LedgerCorruptError(
                f"the records of batch {batch.sequence} ({_span(batch)}) are not those that were signed",
                code="ledger.batch",
                record=batch.first,
                batch=batch.sequence,
                expected=f"{said.size} records with root {said.root.hex()}",
                found=f"{batch.end} with root {root.hex()}",
            )
        self._on_the_anchor(batch, said)
        self._in_time(batch)
        self._frontier, self.root, self.size = frontier, root, batch.end
        self.batches += 1
        self.note = batch.note

    def finish(self) -> None:
        anchor = self._anchor
        if anchor is None or self._anchored:
            return
        raise LedgerCorruptError(
            f"the ledger ends with record {self.size - 1}, before the checkpoint that was kept",
            code="ledger.truncated",
            record=self.size,
            batch=self.batches,
            expected=f"at least {anchor.size} records in {anchor.sequence + 1} batches",
            found=f"{self.size} in {self.batches}",
        )

    def _in_order(self, batch: Batch) -> None:
        if batch.sequence != self.batches:
            raise LedgerCorruptError(
                f"batch {self.batches} is missing: it began with record {self.size}",
                code="ledger.batch",
                record=self.size,
                batch=self.batches,
                found=f"batch {batch.sequence}, from record {batch.first}",
            )
        if batch.first != self.size:
            raise LedgerCorruptError(
                f"batch {batch.sequence} does not begin where the one before it ended",
                code="ledger.batch",
                record=min(self.size, batch.first),
                batch=batch.sequence,
                expected=f"record {self.size}",
                found=f"record {batch.first}",
            )

    def _opened(self, batch: Batch) -> Checkpoint:
        try:
            said = open_checkpoint(batch.note, self._key)
        except LedgerCorruptError as error:
            raise LedgerCorruptError(
                f"batch {batch.sequence} ({_span(batch)}): {error.message}",
                code=error.code,
                record=batch.first,
                batch=batch.sequence,
                expected=error.expected,
                found=error.found,
            ) from error
        if self.origin is None:
            self.origin = said.origin
        if (said.origin, said.sequence, said.committed_at) != (self.origin, batch.sequence, batch.committed_at):
            raise LedgerCorruptError(
                f"the checkpoint of batch {batch.sequence} ({_span(batch)}) was signed for something else",
                code="ledger.batch",
                record=batch.first,
                batch=batch.sequence,
                expected=f"{self.origin} batch {batch.sequence} {batch.committed_at.isoformat()}",
                found=f"{said.origin} batch {said.sequence} {said.committed_at.isoformat()}",
            )
        return said

    def _on_the_anchor(self, batch: Batch, said: Checkpoint) -> None:
        """The kept checkpoint is a batch's, so it is met at that batch's number: there it must be the same."""
        if self._anchor is None or said.sequence != self._anchor.sequence:
            return
        if said != self._anchor:
            raise LedgerCorruptError(
                f"at batch {batch.sequence} this is another history than the one that was signed and kept",
                code="ledger.fork",
                record=min(self._anchor.size, batch.first),
                batch=batch.sequence,
                expected=f"{self._anchor.size} records with root {self._anchor.root.hex()}",
                found=f"{said.size} with root {said.root.hex()}",
            )
        self._anchored = True

    def _in_time(self, batch: Batch) -> None:
        at = batch.committed_at
        if self.last_at is not None and at < self.last_at - self._tolerance:
            raise LedgerCorruptError(
                f"batch {batch.sequence} ({_span(batch)}) was committed before the one that precedes it",
                code="ledger.time",
                record=batch.first,
                batch=batch.sequence,
                expected=f"not before {self.last_at.isoformat()}",
                found=at.isoformat(),
            )
        self.first_at = self.first_at or at
        self.last_at = at if self.last_at is None else max(self.last_at, at)


def _span(batch: Batch) -> str:
    match len(batch.bodies):
        case 0:
            return f"no records, after record {batch.first - 1}" if batch.first else "no records"
        case 1:
            return f"record {batch.first}"
        case _:
            return f"records {batch.first} to {batch.end - 1}"
