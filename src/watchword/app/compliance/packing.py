"""Evidence packs: gathered from passes, sealed in the ledger, written as a ZIP; and read again to be verified.

The order matters: the manifest goes into the ledger first, then the proofs of its record and of those of all passes go
into `seal/`, then the file is written. Where the file cannot be written the ledger has a record of a pack that nobody
has, which harms nobody; the other way round there would be a pack that nothing vouches for.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from watchword.app.compliance.record import Record
from watchword.app.configuration.posture import EstateSettings
from watchword.app.scanning import all_checks
from watchword.evidence.events import EvidencePackSealed
from watchword.evidence.ledger import LedgerStore
from watchword.evidence.posture.compliance.model import Ended
from watchword.evidence.posture.compliance.packs import (
    MANIFEST,
    EstateEvidence,
    PackRequest,
    Proven,
    RecordedPass,
    controls_of,
    manifest_of,
    pack_files,
    seal_files,
)
from watchword.evidence.posture.compliance.records import sha256
from watchword.kernel.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError

_EXAMINED: Final = b'"event_code":"EstateExamined"'
# A record may be committed some seconds after what it tells of, and clocks of two machines differ.
_LATE: Final = timedelta(hours=1)
_RECORDED_WITHIN: Final = 10.0
# Of a file that claims to be a pack: more is no pack, whatever its few bytes promise to become.
_MOST_BYTES: Final = 4 << 30
_MOST_FILES: Final = 200_000
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A pack that was written. `unrecorded` passes are not in it: the ledger does not know them."""

    path: Path
    digest: str
    index: int  # of the ledger's record of it
    controls: int
    passes: int
    unrecorded: tuple[str, ...]
    key: str


def make_pack(
    record: Record,
    estates: Sequence[EstateSettings],
    *,
    framework: str,
    since: datetime,
    until: datetime,
    path: Path,
    actor: str,
) -> Packed:
    """Make a pack. Raises `ConflictError` where the file is there, `NotFoundError` where there is nothing to pack."""
    if path.exists():
        raise ConflictError(f"{path} is there already", code="pack.exists", hint="name another with -o FILE")
    if since >= until:
        raise InvalidInputError(
            "the span is empty", code="pack.span", expected="--from before --to", found=f"{since:%F} and {until:%F}"
        )
    indexes = _recorded(record.ledger_store, since)
    evidence = [_evidence(record, estate, since, until, indexes) for estate in estates]
    if not any(one.passes for one in evidence):
        raise NotFoundError(
            "there is no pass within that span",
            code="pack.nothing",
            hint="examine the estates first: watchword compliance run",
        )
    directories = tuple(dict.fromkeys(d for estate in estates for d in estate.check_directories))
    request = PackRequest(
        framework=framework,
        since=since,
        until=until,
        made=record.clock.now(),
        version=version("watchword"),
        checks=all_checks(directories),
        estates=tuple(evidence),
    )
    files = pack_files(request)
    manifest = manifest_of(files, request)
    digest = sha256(manifest)
    controls = len(controls_of(framework, request.checks))
    ticket = record.ledger.append(
        EvidencePackSealed(
            at=request.made,
            framework=framework,
            since=since,
            until=until,
            estates=tuple(one.estate for one in evidence),
            digest=digest,
            controls=controls,
            passes=sum(len(one.passes) for one in evidence),
            actor=actor,
        )
    )
    index = ticket.wait(_RECORDED_WITHIN)
    proven = [
        Proven(
            name=f"passes/{one.estate}/{item.done.id}.json",
            proof=record.reader.inclusion(indexes[sha256(item.record)]),
        )
        for one in evidence
        for item in one.passes
    ]
    sealed = Proven(name=MANIFEST, proof=record.reader.inclusion(index))
    files |= {MANIFEST: manifest, **seal_files(sealed, proven, record.signer.verifier)}
    _write(path, files, request.made)
    return Packed(
        path=path,
        digest=digest,
        index=index,
        controls=controls,
        passes=len(proven),
        unrecorded=tuple(f"{one.estate}/{name}" for one in evidence for name in one.unrecorded),
        key=str(record.signer.verifier),
    )


def read_pack(path: Path) -> dict[str, bytes]:
    """Read a pack into memory, nothing onto the disk. Raises `NotFoundError`, `InvalidInputError` (`pack.form`)."""
    try:
        with zipfile.ZipFile(path) as file:
            entries = [info for info in file.infolist() if not info.is_dir()]
            names = [info.filename for info in entries]
            if len(entries) > _MOST_FILES or sum(info.file_size for info in entries) > _MOST_BYTES:
                raise InvalidInputError(f"{path}: too large for an evidence pack", code="pack.form")
            if len(set(names)) != len(names):
                twice = sorted({name for name in names if names.count(name) > 1})
                raise InvalidInputError(f"{path}: holds {twice[0]} twice", code="pack.form")
            return {info.filename: file.read(info) for info in entries}
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file", code="pack.missing") from error
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InvalidInputError(f"{path}: cannot be read as a ZIP: {error}", code="pack.form") from error


def _evidence(
    record: Record, estate: EstateSettings, since: datetime, until: datetime, indexes: Mapping[str, int]
) -> EstateEvidence:
    passes: list[RecordedPass] = []
    unrecorded: list[str] = []
    for done in record.passes.passes(estate.name, since=since, until=until):
        content = record.passes.record(estate.name, done.id)
        if sha256(content) in indexes:
            passes.append(RecordedPass(done=done, record=content))
        else:
            unrecorded.append(done.id)
    good = {one.done.content: one.done for one in passes if one.done.ended is Ended.COMPLETE}
    return EstateEvidence(
        estate=estate.name,
        passes=tuple(passes),
        contents={digest: record.passes.content(done) for digest, done in good.items()},
        content_bytes={digest: record.passes.content_bytes(done) for digest, done in good.items()},
        unrecorded=tuple(unrecorded),
    )


def _recorded(store: LedgerStore, since: datetime) -> dict[str, int]:
    """The records of passes since an instant, by the SHA-256 of what they are of."""
    found: dict[str, int] = {}
    for index, body in _bodies(store, since - _LATE):
        # A ledger holds millions of decisions: only what may be a pass's record is read as JSON.
        if _EXAMINED not in body:
            continue
        document = json.loads(body)
        digest = document.get("unmapped", {}).get("watchword", {}).get("digest")
        if document["metadata"].get("event_code") == "EstateExamined" and _DIGEST.fullmatch(str(digest)):
            found[digest] = index
    return found


def _bodies(store: LedgerStore, since: datetime) -> Iterator[tuple[int, bytes]]:
    for batch in store.batches(newest_first=True):
        if batch.committed_at < since:
            return
        yield from enumerate(batch.bodies, batch.first)


def _write(path: Path, files: Mapping[str, bytes], made: datetime) -> None:
    fresh = path.with_name(path.name + ".new")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as file:
            for name in sorted(files):
                info = zipfile.ZipInfo(name, date_time=made.timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                file.writestr(info, files[name])
        fresh.rename(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UnavailableError(f"{path}: cannot be written: {error.strerror}", code="pack.write") from error
