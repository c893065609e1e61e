"""An export verifies with the standard library alone, and says what is wrong with it when it does not."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.ledgers import ORIGIN, commit, decided, filled, ledger, signer
from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.evidence.ledger import CheckpointSigner, LedgerReader, export, open_checkpoint, verify
from watchword.evidence.ledger.model import Batch
from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

_KEY = str(signer().verifier)


def _run(directory: Path, *arguments: str) -> tuple[int, str]:
    # Isolated, without site-packages: what runs there is the standard library and nothing else.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", directory / "verify.py", directory, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def store() -> MemoryLedgerStore:
    """700 records in 7 batches and an empty one: two full tiles and a partial one, and one tile above."""
    return filled(700, batch=100)


@pytest.fixture(scope="module")
def exported(store: MemoryLedgerStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("ledger") / "export"
    found = export(store, directory)
    assert (found.records, found.batches) == (700, 8)
    return directory


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def test_it_verifies(exported: Path) -> None:
    code, said = _run(exported, "--key", _KEY)
    assert (code, said.split(":")[0]) == (0, "GOOD"), said
    assert "700 records in 8 batches" in said


def test_the_layout_is_that_of_tlog_tiles(exported: Path) -> None:
    files = {str(p.relative_to(exported)) for p in exported.rglob("*") if p.is_file()}
    assert files == {
        "checkpoint", "checkpoints", "verify.py",
        "tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2",
        "tile/entries/000", "tile/entries/001", "tile/entries/002.p/188",
    }  # fmt: skip
    assert (exported / "tile/0/000").stat().st_size == 256 * 32


def test_without_a_key_nothing_is_proven(exported: Path) -> None:
    code, said = _run(exported)
    assert (code, said.split(":")[0]) == (3, "UNPROVEN")


@pytest.mark.parametrize("key", ["nonsense", "name+00000000+AAAA", "name+00000000+!!"])
def test_a_key_that_is_none_is_wrong_usage(exported: Path, key: str) -> None:
    assert _run(exported, "--key", key)[0] == 2


def test_another_key_has_not_signed_it(exported: Path) -> None:
    code, said = _run(exported, "--key", str(CheckpointSigner.from_seed(ORIGIN, b"x" * 32).verifier))
    assert (code, "not signed by the given key" in said) == (1, True)


def test_a_kept_checkpoint_is_found_in_it(exported: Path, store: MemoryLedgerStore, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(store._batches[3].note)
    assert _run(exported, "--key", _KEY, "--trusted", str(kept))[0] == 0


def test_a_kept_checkpoint_of_more_records_shows_that_some_are_gone(exported: Path, tmp_path: Path) -> None:
    store = filled(700, batch=100)
    commit(ledger(store), [decided(700)])
    kept = tmp_path / "kept"
    kept.write_bytes(verify(store, signer().verifier).note)
    code, said = _run(exported, "--key", _KEY, "--trusted", str(kept))
    assert (code, "record 700 is missing" in said) == (1, True), said


def test_a_kept_checkpoint_of_another_history_shows_the_fork(exported: Path, tmp_path: Path) -> None:
    other = MemoryLedgerStore()
    commit(ledger(other), [decided(n) for n in range(1, 101)])
    kept = tmp_path / "kept"
    kept.write_bytes(other._batches[0].note)
    code, said = _run(exported, "--key", _KEY, "--trusted", str(kept))
    assert (code, "another history" in said) == (1, True), said


@pytest.mark.parametrize("record", [0, 255, 256, 511, 512, 699])
def test_a_flipped_byte_names_its_record(copy: Path, record: int) -> None:
    number, offset = divmod(record, 256)
    bundle = copy / "tile/entries" / ("002.p/188" if number == 2 else f"{number:03}")
    data = bytearray(bundle.read_bytes())
    at = 0
    for _ in range(offset):
        at += 2 + int.from_bytes(data[at : at + 2], "big")
    data[at + 2 + 20] ^= 1
    bundle.write_bytes(data)
    code, said = _run(copy, "--key", _KEY)
    assert (code, f"WRONG: record {record} " in said) == (1, True), said


def test_a_changed_hash_names_its_record(copy: Path) -> None:
    tile = copy / "tile/0/001"
    data = bytearray(tile.read_bytes())
    data[32 * 10] ^= 1
    tile.write_bytes(data)
    code, said = _run(copy, "--key", _KEY)
    assert (code, "record 266 " in said) == (1, True), said


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("tile/entries/001", "record 256 "),
        ("tile/0/002.p/188", "record 512 "),
        ("tile/1/000.p/2", "tile 0 of level 1"),
        ("checkpoint", "checkpoint"),
        ("checkpoints", "checkpoints"),
    ],
)
def test_a_missing_file_is_named(copy: Path, name: str, named: str) -> None:
    (copy / name).unlink()
    code, said = _run(copy, "--key", _KEY)
    assert (code, named in said) == (1, True), said


@pytest.mark.parametrize("name", ["tile/entries/000", "tile/0/000", "tile/1/000.p/2"])
@pytest.mark.parametrize("change", ["shorter", "longer"])
def test_a_file_of_another_length_is_found(copy: Path, name: str, change: str) -> None:
    data = (copy / name).read_bytes()
    (copy / name).write_bytes(data[:-1] if change == "shorter" else data + b"\0")
    assert _run(copy, "--key", _KEY)[0] == 1


def test_a_tail_cut_off_is_found(copy: Path) -> None:
    notes = (copy / "checkpoints").read_bytes()
    (copy / "checkpoints").write_bytes(notes[: notes.rindex(ORIGIN.encode() + b"\n700")])
    code, said = _run(copy, "--key", _KEY)
    assert (code, "not the last" in said) == (1, True), said


def test_a_checkpoint_taken_out_is_found(copy: Path) -> None:
    notes = (copy / "checkpoints").read_bytes()
    parts = re.split(rb"(?m)^(?=watchword\.test/ledger$)", notes)
    assert len(parts) == 9
    (copy / "checkpoints").write_bytes(b"".join(parts[:3] + parts[4:]))
    code, said = _run(copy, "--key", _KEY)
    assert (code, "batch 2, from record 200" in said) == (1, True), said


@pytest.mark.parametrize(
    ("old", "new"), [(b"\n300\n", b"\n301\n"), (b"batch 2 2026", b"batch 2 2027"), ("— ".encode(), b"-- ")]
)
def test_a_changed_checkpoint_is_found(copy: Path, old: bytes, new: bytes) -> None:
    notes = (copy / "checkpoints").read_bytes()
    assert old in notes
    (copy / "checkpoints").write_bytes(notes.replace(old, new, 1))
    assert _run(copy, "--key", _KEY)[0] == 1


def test_a_thousand_tiles_have_names_in_groups(tmp_path: Path) -> None:
    from watchword.evidence.ledger.export import _tile

    for number, count in ((1234, 256), (1_234_067, 256), (999, 3)):
        _tile(tmp_path, "0", number, [b"h"] * count)
    found = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {"tile/0/x001/234", "tile/0/x001/x234/067", "tile/0/999.p/3"}


def test_what_is_committed_meanwhile_is_left_out(tmp_path: Path) -> None:
    class Growing(MemoryLedgerStore):
        def last_batch(self) -> Batch | None:
            found = super().last_batch()
            commit(ledger(self), [decided(99)])
            return found

    store = Growing()
    commit(ledger(store), [decided(0)])
    assert export(store, tmp_path / "export").records == 1
    assert LedgerReader(store).size() == 2
    assert open_checkpoint((tmp_path / "export/checkpoint").read_bytes(), signer().verifier).size == 1
    assert _run(tmp_path / "export", "--key", _KEY)[0] == 0


def test_an_empty_ledger_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        export(MemoryLedgerStore(), tmp_path / "export")


def test_only_an_empty_directory_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ConflictError):
        export(filled(3), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError):
        export(filled(3), tmp_path / "file" / "export")
