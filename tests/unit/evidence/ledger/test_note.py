"""Signed notes and checkpoints, against the specification's own examples."""

import base64

import pytest

from support.ledgers import NOON, ORIGIN, SEED, signer
from watchword.evidence.ledger import Checkpoint, CheckpointSigner, LedgerCorruptError, VerifierKey, open_checkpoint
from watchword.evidence.ledger._c2sp.note import _holds
from watchword.kernel.errors import InvalidInputError

# The example of Go's sumdb/note, which C2SP signed-note was written from.
_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_TEXT = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

_SAID = Checkpoint(origin=ORIGIN, size=3, root=bytes(32), sequence=7, committed_at=NOON)


def test_a_published_key_and_signature_are_understood() -> None:
    key = VerifierKey.parse(_KEY)
    assert str(key) == _KEY
    raw = base64.b64decode(_SIGNATURE)
    assert raw[:4] == key.id
    assert _holds(key, raw[4:], _TEXT)
    assert not _holds(key, raw[4:], _TEXT + b" ")


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    note = signer().sign(_SAID)
    assert note.startswith(b"watchword.test/ledger\n3\nAAAA")
    assert b"\nbatch 7 2026-11-23T12:00:00.123456Z\n\n\xe2\x80\x94 watchword.test/ledger " in note
    assert open_checkpoint(note, signer().verifier) == _SAID


def test_a_witness_may_add_its_signature() -> None:
    note = signer().sign(_SAID)
    witness = CheckpointSigner.from_seed("witness.example", b"w" * 32)
    cosigned = note + witness.sign(_SAID).rpartition(b"\n\n")[2]
    assert open_checkpoint(cosigned, signer().verifier) == _SAID
    assert open_checkpoint(cosigned, witness.verifier) == _SAID


@pytest.mark.parametrize("position", [0, 25, 30, 75, 90])
def test_a_changed_byte_is_found(position: int) -> None:
    note = bytearray(signer().sign(_SAID))
    note[position] ^= 1
    with pytest.raises(LedgerCorruptError):
        open_checkpoint(bytes(note), signer().verifier)


def test_another_key_is_named() -> None:
    with pytest.raises(LedgerCorruptError) as refused:
        open_checkpoint(signer(b"x" * 32).sign(_SAID), signer().verifier)
    assert refused.value.code == "ledger.signature"
    assert refused.value.expected == f"{ORIGIN}+{signer().verifier.id.hex()}"


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"no divider",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name !!!\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        b"text\n\n" + "— a AAAAAAAA\n".encode() * 17,
    ],
)
def test_what_is_no_note_is_refused(note: bytes) -> None:
    with pytest.raises(LedgerCorruptError) as refused:
        open_checkpoint(note, signer().verifier)
    assert refused.value.code == "ledger.form"


@pytest.mark.parametrize(
    "body",
    [
        b"\n3\nAAAA\n",
        b"origin\n03\n" + base64.b64encode(bytes(32)) + b"\nbatch 0 2026-11-23T12:00:00.123456Z\n",
        b"origin\n3\n" + base64.b64encode(bytes(31)) + b"\nbatch 0 2026-11-23T12:00:00.123456Z\n",
        b"origin\n3\n" + base64.b64encode(bytes(32)) + b"\n",
        b"origin\n3\n" + base64.b64encode(bytes(32)) + b"\nbatch 0 2026-13-23T12:00:00.123456Z\n",
        b"origin\n-3\n" + base64.b64encode(bytes(32)) + b"\nbatch 0 2026-11-23T12:00:00.123456Z\n",
    ],
)
def test_a_well_signed_text_that_is_no_checkpoint_is_refused(body: bytes) -> None:
    ours = signer()
    signature = base64.b64encode(ours.verifier.id + ours._key.sign(body))
    with pytest.raises(LedgerCorruptError) as refused:
        open_checkpoint(body + "\n— watchword.test/ledger ".encode() + signature + b"\n", ours.verifier)
    assert refused.value.code == "ledger.form"


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000+AAAA", _KEY.replace("c74f20a3", "c74f20a4"), _KEY.replace("+AR", "+BR"), "a b+" + _KEY],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        VerifierKey.parse(text)
    assert refused.value.code == "ledger.key"


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "with\nline"])
def test_a_key_needs_a_name_without_spaces(name: str) -> None:
    with pytest.raises(InvalidInputError):
        CheckpointSigner.from_seed(name, SEED)


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(InvalidInputError):
        CheckpointSigner.from_seed(ORIGIN, b"short")
