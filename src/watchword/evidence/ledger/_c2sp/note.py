"""Signed notes and checkpoints (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint).

A checkpoint of ours::

    watchword.example/ledger
    1042
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=
    batch 311 2026-11-23T22:51:46.120000Z

    — watchword.example/ledger Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO…

The fourth line is an extension line, which other readers ignore. It puts the number and the time of the group commit
under the signature, so that an empty one proves that nothing happened until then.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import HASH_SIZE, Checkpoint
from watchword.kernel.errors import InvalidInputError

# signed-note, "Signature types": 0x01 is Ed25519 (RFC 8032) over the note's text.
_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_SIGNATURE_SIZE = 64
_PUBLIC_KEY_SIZE = 32
_DASH = "— ".encode()
# A note of ours has one signature; witnesses may add some. More than this is not a note but an attack on the parser.
_MOST_SIGNATURES = 16
_BATCH_LINE = re.compile(r"batch (0|[1-9][0-9]{0,18}) ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z)")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, written `name+keyid+base64` (signed-note, "Verifier keys")."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        # signed-note: a name is not empty and holds neither white space nor a plus.
        if not self.name or "+" in self.name or any(c.isspace() for c in self.name):
            raise InvalidInputError(
                "not a key's name",
                code="ledger.key",
                expected="text without spaces and plus signs",
                found=repr(self.name),
            )
        if len(self.public) != _PUBLIC_KEY_SIZE:
            raise InvalidInputError("not an Ed25519 key", code="ledger.key", expected=f"{_PUBLIC_KEY_SIZE} bytes")

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_SIZE]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise `InvalidInputError` (`ledger.key`) for what is no verifier key of Ed25519."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if raw[:1] != _ED25519:
            raise InvalidInputError(
                "not a verifier key", code="ledger.key", expected="name+keyid+base64", found=repr(text)
            )
        key = cls(name, raw[1:])
        if key.id.hex() != key_id:
            raise InvalidInputError(
                "the key's id is not that key's", code="ledger.key", expected=key.id.hex(), found=key_id
            )
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode('ascii')}"


class CheckpointSigner:
    """Signs checkpoints with one Ed25519 key. The key never leaves this object."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifier = VerifierKey(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self._id = self.verifier.id

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """`seed` is the 32 secret bytes of RFC 8032, 5.1.5. `name` says whose key it is: the ledger's origin."""
        if len(seed) != _PUBLIC_KEY_SIZE:
            raise InvalidInputError("not an Ed25519 seed", code="ledger.key", expected=f"{_PUBLIC_KEY_SIZE} bytes")
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """Return the signed note."""
        body = checkpoint_text(checkpoint)
        signature = base64.b64encode(self._id + self._key.sign(body))
        return body + b"\n" + _DASH + self.verifier.name.encode() + b" " + signature + b"\n"


def checkpoint_text(checkpoint: Checkpoint) -> bytes:
    at = checkpoint.committed_at.astimezone(UTC).strftime(_INSTANT)
    return (
        f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode('ascii')}\n"
        f"batch {checkpoint.sequence} {at}\n"
    ).encode()


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Return what the note says, once its signature by `key` has been verified.

    Raise `LedgerCorruptError`: `ledger.signature` where no signature by that key holds, `ledger.form` where the text is
    not a checkpoint of ours. Signatures by other keys are neither needed nor looked at.
    """
    text, divider, signatures = note.rpartition(b"\n\n")
    if not divider:
        raise LedgerCorruptError("the checkpoint is not a signed note", code="ledger.form")
    body = text + b"\n"
    lines = signatures.splitlines()
    if not lines or len(lines) > _MOST_SIGNATURES:
        raise LedgerCorruptError("the checkpoint has no signatures, or too many", code="ledger.form")
    others: list[str] = []
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(b" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if not line.startswith(_DASH) or len(raw) <= _KEY_ID_SIZE:
            raise LedgerCorruptError("a signature line of the checkpoint is malformed", code="ledger.form")
        if name != key.name.encode() or raw[:_KEY_ID_SIZE] != key.id:
            others.append(f"{name.decode('utf-8', 'replace')}+{raw[:_KEY_ID_SIZE].hex()}")
            continue
        if not _holds(key, raw[_KEY_ID_SIZE:], body):
            raise LedgerCorruptError("the checkpoint's signature does not hold", code="ledger.signature")
        return _read(body)
    raise LedgerCorruptError(
        "the checkpoint is signed by another key",
        code="ledger.signature",
        expected=f"{key.name}+{key.id.hex()}",
        found=", ".join(others),
    )


def _holds(key: VerifierKey, signature: bytes, body: bytes) -> bool:
    if len(signature) != _SIGNATURE_SIZE:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body)
    except InvalidSignature:
        return False
    return True


def _read(body: bytes) -> Checkpoint:
    try:
        origin, size, root, batch = body.decode("utf-8").split("\n")[:4]
        extension = _BATCH_LINE.fullmatch(batch)
        digest = base64.b64decode(root, validate=True)
        if not origin or extension is None or not _DECIMAL.fullmatch(size) or len(digest) != HASH_SIZE:
            raise ValueError(batch)  # noqa: TRY301 - one way out for every malformation
        return Checkpoint(
            origin=origin,
            size=int(size),
            root=digest,
            sequence=int(extension[1]),
            committed_at=datetime.strptime(extension[2], _INSTANT).replace(tzinfo=UTC),
        )
    except ValueError:
        raise LedgerCorruptError("the checkpoint's text is not one of ours", code="ledger.form") from None
