"""`export` writes the ledger into a directory that proves itself, with the standard library alone.

The layout is that of C2SP tlog-tiles (https://c2sp.org/tlog-tiles), which other tools read too::

    checkpoint              the newest signed checkpoint
    checkpoints             every signed checkpoint in order, one blank line between two; not part of tlog-tiles
    tile/0/x001/234         256 hashes of level 0 (leaf hashes); tile/1/… their roots, and so on
    tile/0/…/234.p/17       the last, partial tile of a level
    tile/entries/x001/234   the same 256 records, each after its length in two bytes, big-endian
    verify.py               python3 verify.py DIRECTORY --key KEY

A record longer than 65,535 bytes does not fit that format; the encoder's bounds keep all of ours below.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watchword.evidence.ledger._rfc6962.tree import extend, root_of
from watchword.evidence.ledger.errors import LedgerCorruptError
from watchword.evidence.ledger.model import Batch
from watchword.evidence.ledger.ports import LedgerStore
from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

_WIDTH = 256
_LONGEST_RECORD = 0xFFFF
_VERIFIER = Path(__file__).parent / "_offline" / "verify.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was written. Nothing was verified: that is what the export is for."""

    directory: Path
    records: int
    batches: int


def export(store: LedgerStore, directory: Path) -> Export:
    """Write everything up to the newest checkpoint into `directory`, which must not exist or be empty.

    Raise `ConflictError` where it is not empty, `InvalidInputError` where the ledger is, `UnavailableError` where it
    cannot be written.
    """
    last = store.last_batch()
    if last is None:
        raise InvalidInputError("there is nothing to export: the ledger is empty", code="ledger.empty")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise ConflictError(
                f"{directory} is not empty",
                code="ledger.export.directory",
                hint="Name a directory that does not exist yet.",
            )
        # What is committed while we write is left out: the export ends with the checkpoint that we began with.
        _write(directory, (b for b in store.batches() if b.sequence <= last.sequence))
        (directory / "checkpoint").write_bytes(last.note)
        shutil.copyfile(_VERIFIER, directory / "verify.py")
    except OSError as error:
        raise UnavailableError(
            f"the export cannot be written: {os.strerror(error.errno) if error.errno else error}",
            code="ledger.export.write",
        ) from error
    return Export(directory=directory, records=last.end, batches=last.sequence + 1)


def offline_verifier() -> bytes:
    """The program `verify.py`, for whoever gives away something else that builds on it."""
    return _VERIFIER.read_bytes()


def _write(directory: Path, batches: Iterable[Batch]) -> None:
    with (directory / "checkpoints").open("wb") as checkpoints:

        def records() -> Iterator[tuple[bytes, bytes]]:
            for batch in batches:
                checkpoints.write(batch.note + b"\n")
                for offset, body in enumerate(batch.bodies):
                    if len(body) > _LONGEST_RECORD:
                        raise LedgerCorruptError(
                            "a record is longer than any of ours", code="ledger.form", record=batch.first + offset
                        )
                    yield body, batch.leaves[offset]

        level: list[bytes] = []
        bodies: list[bytes] = []
        hashes: list[bytes] = []
        number = 0
        for body, leaf in records():
            bodies.append(len(body).to_bytes(2, "big") + body)
            hashes.append(leaf)
            if len(hashes) == _WIDTH:
                _tile(directory, "entries", number, bodies)
                _tile(directory, "0", number, hashes)
                level.append(root_of(extend((), 0, hashes)))
                bodies.clear()
                hashes.clear()
                number += 1
        if hashes:
            _tile(directory, "entries", number, bodies)
            _tile(directory, "0", number, hashes)
    _levels(directory, level)


def _levels(directory: Path, level: list[bytes]) -> None:
    """The tiles above the leaves: each hash is the root of a full tile below."""
    name = 0
    while level:
        name += 1
        above: list[bytes] = []
        for number, start in enumerate(range(0, len(level), _WIDTH)):
            hashes = level[start : start + _WIDTH]
            _tile(directory, str(name), number, hashes)
            if len(hashes) == _WIDTH:
                above.append(root_of(extend((), 0, hashes)))
        level = above


def _tile(directory: Path, level: str, number: int, parts: list[bytes]) -> None:
    # tlog-tiles: the number in groups of three digits, all but the last with an x before it.
    groups = [f"{number % 1000:03}"]
    while number >= 1000:  # noqa: PLR2004 - three digits
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    path = directory.joinpath("tile", level, *groups)
    if len(parts) < _WIDTH:
        path = path.with_name(path.name + ".p") / str(len(parts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(parts))
