"""The record of what happened: append-only, sealed in a Merkle tree, signed, and verifiable by anyone with the key."""

from watchword.evidence.ledger._c2sp.note import CheckpointSigner, VerifierKey, open_checkpoint
from watchword.evidence.ledger._ocsf import encode_event
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.export import Export, export, offline_verifier
from watchword.evidence.ledger.model import Batch, Checkpoint, Record, TreeHead
from watchword.evidence.ledger.ports import LedgerStore
from watchword.evidence.ledger.proving import verify_record
from watchword.evidence.ledger.reader import InclusionProof, LedgerEntry, LedgerReader, entry_of
from watchword.evidence.ledger.verification import Verification, verify
from watchword.evidence.ledger.writer import Ledger, LedgerStatus, Ticket

__all__ = [
    "Batch",
    "Checkpoint",
    "CheckpointSigner",
    "Export",
    "InclusionProof",
    "Ledger",
    "LedgerCorruptError",
    "LedgerEntry",
    "LedgerReader",
    "LedgerStatus",
    "LedgerStore",
    "Record",
    "Ticket",
    "TreeHead",
    "Verification",
    "VerifierKey",
    "encode_event",
    "entry_of",
    "export",
    "offline_verifier",
    "open_checkpoint",
    "verify",
    "verify_record",
]
