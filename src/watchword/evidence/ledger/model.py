"""Values of the ledger: records, committed batches, checkpoints.

The ledger is an RFC 6962 Merkle tree whose leaves are the exact bytes of OCSF events as JSON. One group commit is one
*batch*: the records it added, and a checkpoint (C2SP signed note, Ed25519) over the tree after it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()  # RFC 6962, 2.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One committed record. `index` counts from 0 over the whole ledger; `body` is the JSON that was hashed."""

    index: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """A tree of `size` leaves, sealed in `batches` batches, the last at `committed_at`. `frontier` holds the roots of
    its perfect subtrees, largest first: all that is needed to append."""

    size: int
    root: bytes
    frontier: tuple[bytes, ...]
    batches: int = 0
    committed_at: datetime | None = None


EMPTY_HEAD = TreeHead(size=0, root=EMPTY_ROOT, frontier=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One group commit, the `sequence`th from 0: `bodies` are records `first` to `first + len(bodies) - 1`; `leaves`
    their RFC 6962 leaf hashes; `note` is the signed checkpoint over the tree that ends with them. An empty batch
    proves that nothing happened until `committed_at`."""

    sequence: int
    first: int
    bodies: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    note: bytes
    committed_at: datetime

    @property
    def end(self) -> int:
        """The size of the tree after this batch."""
        return self.first + len(self.bodies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a signed note says: the tree of `size` leaves with `root`, sealed by batch `sequence` at `committed_at`."""

    origin: str
    size: int
    root: bytes
    sequence: int
    committed_at: datetime
