"""What is wrong with a ledger, named as closely as it can be known."""

from watchword.kernel.errors import WatchwordError


class LedgerCorruptError(WatchwordError):
    """The ledger is not what was signed. `record` is the index of the first record that is wrong, missing or not
    vouched for; `batch` the sequence number of the group commit; each is None where it cannot be said.

    Codes: `ledger.record` (a body is not the one that was sealed), `ledger.batch` (a batch is missing, out of order or
    not the one that was sealed), `ledger.truncated` (records that were there are gone), `ledger.fork` (another history
    than the one that was signed), `ledger.signature` (a checkpoint that is not ours), `ledger.time` (time ran
    backwards), `ledger.form` (bytes that no version of ours writes).
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        record: int | None = None,
        batch: int | None = None,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, code=code, expected=expected, found=found, hint=hint)
        self.record = record
        self.batch = batch
