"""Values of the ledger: records, committed batches, checkpoints.

The ledger is an RFC 6962 Merkle tree whose leaves are the exact bytes of OCSF events as JSON. One group commit is one
*batch*: the records it added, and a checkpoint (C2SP signed note, Ed25519) over the tree after it.
"""

from dataclasses import dataclass
from datetime import datetime

HASH_SIZE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One committed record. `index` counts from 0 over the whole ledger; `body` is the JSON that was hashed."""

    index: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """A tree of `size` leaves. `frontier` holds the roots of its perfect subtrees, largest first: all that is needed to
    append."""

    size: int
    root: bytes
    frontier: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One group commit: `bodies` are records `first` to `first + len(bodies) - 1`; `note` is the signed checkpoint over
    the tree that ends with them. An empty batch proves that nothing happened until `committed_at`."""

    first: int
    bodies: tuple[bytes, ...]
    note: bytes
    committed_at: datetime
