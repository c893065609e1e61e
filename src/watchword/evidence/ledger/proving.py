"""Whether a record is in a ledger, by nothing but the record, a proof and a signed checkpoint.

    checkpoint = verify_record(body, index=41, path=path, note=note, key=key)

For whoever holds a copy of one record and not the ledger: the record's hash leads over the path to the root that the
key has signed.
"""

from collections.abc import Sequence

from watchword.evidence.ledger._c2sp.note import VerifierKey, open_checkpoint
from watchword.evidence.ledger._rfc6962.tree import leaf_hash, verify_inclusion
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import Checkpoint


def verify_record(body: bytes, *, index: int, path: Sequence[bytes], note: bytes, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint that vouches for the record.

    Raise `LedgerCorruptError`: `ledger.signature` and `ledger.form` as `open_checkpoint`, `ledger.proof` where the
    record does not lead to what was signed.
    """
    checkpoint = open_checkpoint(note, key)
    try:
        verify_inclusion(leaf_hash(body), index, checkpoint.size, tuple(path), checkpoint.root)
    except ValueError as error:
        raise LedgerCorruptError(
            f"the record is not the one that was sealed as {index}: {error}", code="ledger.proof", record=index
        ) from error
    return checkpoint
